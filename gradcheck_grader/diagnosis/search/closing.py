"""The last step of a layer: given its delta, which formula gives the dW or db that came back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradcheck_grader.diagnosis.chain import Flow, Formula, Layer, apply
from gradcheck_grader.diagnosis.mistakes.mistake import Variant
from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.factors import Factor
from gradcheck_grader.diagnosis.search.target import Precision, Target, same
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import is_bias, layer_of

Kind = Literal["dW", "db"]
KINDS: tuple[Kind, ...] = ("dW", "db")
# Mistakes that leave the mean open and add the examples up as the loss does: there m has a meaning.
SUMMED = frozenset(("dW-uses-dA", "db-uses-dA", "gradients-use-dA"))


@dataclass(frozen=True, slots=True, eq=False)
class Close:
    """One explanation of one gradient, given the delta of its layer.

    Attributes
    ----------
    ids
        Mistakes made in this step, none for the right formula; factors are not among them.
    factor
        What the formula is multiplied by, one number a trial.
    name
        The factor's name, beside the factor that the delta brings.
    held
        Whether the verifying trials agree.
    note
        Numbers that belong to the explanation, such as the size of a penalty.
    takes_mean
        Words for a factor m or 1/m that was taken as part of the mistake.
    """

    gradient: str
    ids: tuple[str, ...]
    factor: Array
    name: Factor
    held: bool
    cost: float
    note: str = ""
    takes_mean: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Delta:
    """The delta of one layer on all trials, as a hypothesis has it, and its factor so far."""

    layers: tuple[Layer, ...]
    flows: tuple[Flow, ...]
    scale: Array


def handed_down(delta: Delta, dW: Close | None, db: Close | None) -> Array:
    """Return the factor that a delta hands down: one that both gradients share."""
    if dW and db and same(dW.factor, db.factor, 1e-6):
        return dW.factor
    return delta.scale


def closer_for(bench: Bench, precision: Precision, targets: Mapping[str, Target]) -> Closer:
    """Return a closer for the numbers of one submission."""
    reduced = dict(targets)
    if bench.decay.any():
        for name in targets:
            if not is_bias(name):
                layers = bench.layers(layer_of(name))
                penalty = [k * at.W for k, at in zip(bench.decay, layers, strict=True)]
                reduced[name] = targets[name].less(penalty)
    return Closer(bench, precision, targets, reduced, {})


@dataclass(frozen=True, slots=True, eq=False)
class Closer:
    """Explains gradients, given deltas.

    ``reduced`` are the targets with the right penalty taken off; ``names`` remembers the factors
    that were looked up during one diagnosis.
    """

    bench: Bench
    precision: Precision
    targets: Mapping[str, Target]
    reduced: Mapping[str, Target]
    names: dict[bytes, Factor | None]

    @property
    def seen(self) -> int:
        """Number of trials that decide."""
        return self.bench.seen

    def right(self, kind: Kind, delta: Delta, *, mean_is_open: bool = False) -> Close | None:
        """Return the explanation by the right formula, or None."""
        target = self.target(kind, delta)
        if target is None:
            return None
        variant = self.bench.catalogue.variants[kind][0]
        return self._by(variant, target, delta, mean_is_open=mean_is_open)

    def target(self, kind: Kind, delta: Delta) -> Target | None:
        """Return what came back for a gradient, the right penalty taken off."""
        return self.reduced.get(f"{kind}{delta.layers[0].number}")

    def wrong(self, kind: Kind, delta: Delta) -> list[Close]:
        """Return the explanations by a mistake in this step, the cheapest first."""
        target = self.target(kind, delta)
        if target is None:
            return []
        found = [
            close
            for variant in self.bench.catalogue.at(kind, delta.layers[0])
            if variant.mistake
            and not variant.mistake.both
            and (close := self._by(variant, target, delta))
        ]
        return sorted(found, key=lambda close: close.cost)

    def both_wrong(self, delta: Delta) -> Iterator[tuple[Close, Close]]:
        """Yield the explanations of dW and db by one mistake that is made in both of them."""
        dW, db = self.target("dW", delta), self.target("db", delta)
        if dW is None or db is None:
            return
        for first, second in self.bench.catalogue.pairs(delta.layers[0]):
            close = self._by(first, dW, delta)
            other = close and self._by(second, db, delta)
            # An m that is in one of them only is no part of what they share.
            if close and other and close.takes_mean == other.takes_mean:
                yield close, other

    def _by(
        self, variant: Variant, target: Target, delta: Delta, *, mean_is_open: bool = False
    ) -> Close | None:
        arrays = self.apply(variant.formula, delta)
        if variant.mistake is None:
            # Right numbers in a wrong shape are a mistake of their own.
            arrays = (
                array if array is not None and target.has_shape(trial, array) else None
                for trial, array in enumerate(arrays)
            )
        factor = self.factor(target, arrays)
        if factor is None:
            return None
        mistake = variant.mistake
        ids = (mistake.id,) if mistake else ()
        cost = 1.0 + mistake.prior if mistake else 0.0
        is_open = mean_is_open or (mistake is not None and mistake.mean_is_open)
        return self.close(target.name, ids, factor, delta.scale, cost, is_open=is_open)

    def apply(self, formula: Formula, delta: Delta) -> Iterator[Array | None]:
        """Yield what a formula gives on every trial; None where it does not apply."""
        for at, flow, weight in zip(delta.layers, delta.flows, self.bench.weight, strict=True):
            array = apply(formula, at, flow)
            yield None if array is None else weight * array

    def factor(self, target: Target, arrays: Iterable[Array | None]) -> Array | None:
        """Return c of every trial where target = c array, nan where the verifying ones differ."""
        factors: list[float] = []
        for trial, array in enumerate(arrays):
            c = np.nan
            if array is not None:
                c = target.factor(trial, array, self.precision.rtol)
            if c != c and trial < self.seen:
                return None
            factors.append(c)
        if len(factors) < self.seen:
            return None
        # Sums that cancel leave rounding errors, which tell a formula by their shape alone.
        return np.ones(len(factors)) if target.is_noise else np.array(factors)

    def close(
        self, gradient: str, ids: tuple[str, ...], factor: Array, scale: Array, cost: float,
        *, is_open: bool = False, note: str = "",
    ) -> Close | None:  # fmt: skip
        """Return the explanation if its factor has a name: beside the delta's, or by itself."""
        mean = ""
        if is_open:
            factor, mean = self._without_mean(factor, scale)
        names = [
            (name, base)
            for base in (scale, np.ones_like(scale))
            if (name := self.name(factor / base))
        ]
        if not names:
            return None
        name, base = min(names, key=lambda pair: pair[0].cost)
        predicted = name.values * base
        factor = np.where(np.isinf(factor), predicted, factor)
        rest = factor[self.seen :] / predicted[self.seen :]
        held = bool((np.abs(rest - 1.0) <= self.precision.ratio).all())
        cost += name.cost
        note = note or (mean if SUMMED.intersection(ids) else "")
        return Close(gradient, ids, factor, name, held, cost, note, mean)

    def _without_mean(self, factor: Array, scale: Array) -> tuple[Array, str]:
        """Return the factor without m or 1/m, where the rest has a simpler name, and its words."""
        m = np.array([trial.problem.m for trial in self.bench.trials], dtype=np.float64)
        options = ((factor, ""), (factor / m, "times m"), (factor * m, "times 1/m"))
        names = [self.name(option / scale) for option, _ in options]
        costs = [np.inf if name is None else name.cost for name in names]
        return options[int(np.argmin(costs))]

    def name(self, ratio: Array) -> Factor | None:
        """Return the name of a factor; every ratio is looked up once."""
        head = ratio[: self.seen]
        key = np.round(head, 12).tobytes()
        if key not in self.names:
            self.names[key] = self.bench.factors.name(ratio, self.precision.ratio)
        return self.names[key]
