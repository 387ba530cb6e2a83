"""Names for factors: which slip makes a gradient m, 1/m, -1 or m/n_0 times the right one.

A factor is one number for each trial. Widths and m differ between the trials, so that only one
name fits; a factor without a name is no explanation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import Network

# A mistake costs 1, and a little more where another name for the same values is meant more often.
# Any number at all costs more than a name of its own, and less than two mistakes.
CONSTANT_COST, SCALED_COST = 1.1, 1.6  # as it is; beside m or 1/m
# Names that any number can have: two of them with different numbers are two mistakes.
FIXED_SHARE = "dropout-scale-fixed"
ANY_NUMBER = frozenset(("constant-factor", "odd-factor", "fixed-batch-size", FIXED_SHARE))


def times(constant: float) -> str:
    """Return the words for a factor that is the same number on every network."""
    return f"times {constant:.4g}"


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """One name: the mistakes that it stands for, words, its value in every trial, its cost."""

    ids: tuple[str, ...]
    words: str
    values: Array
    cost: float

    def number(self, id: str) -> str:
        """Return what tells two slips of this id apart: words for the factor, or nothing."""
        return self.words if id in ANY_NUMBER else ""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """All factors with a name on a set of trials.

    Attributes
    ----------
    rows : tuple of Factor
        The cheaper first; no two of them equal on the trials.
    values : ndarray of shape (rows, trials)
        Their values.
    powers : tuple of Factor
        m and its powers, for a constant times one of them.
    seen : int
        The trials that decide; the rest verify.
    """

    rows: tuple[Factor, ...]
    values: Array
    powers: tuple[Factor, ...]
    seen: int

    def name(self, ratio: Array, rtol: float) -> Factor | None:
        """Return the cheapest factor that equals ``ratio`` on the trials that decide.

        A trial where the ratio is infinite leaves it open. One trial is enough to see that there
        is no factor, two are needed to name one.
        """
        told = np.flatnonzero(~np.isinf(ratio[: self.seen]))
        head = ratio[told]
        if not len(told) or np.isnan(head).any() or not head.all():
            return None
        if np.abs(head - 1.0).max() <= rtol:
            return self.rows[0]
        if len(told) < min(2, self.seen):
            return None
        fits = np.abs(head / self.values[:, told] - 1.0).max(axis=1) <= rtol
        if fits.any():
            return self.rows[int(fits.argmax())]
        return self._constant(ratio, told, rtol) if len(told) > 1 else None

    def have_names(self, ratios: Array, rtol: float) -> Array:
        """Return which rows of ``ratios`` (candidates, trials that decide) have a name."""
        quotient = ratios[:, None, :] / self.values[:, : self.seen]
        open_ = np.isinf(ratios)[:, None, :]
        fits: Array = (open_ | (np.abs(quotient - 1.0) <= rtol)).min(axis=2)
        named: Array = fits.max(axis=1)
        for power in self.powers:
            rest = ratios / power.values[: self.seen]
            low, high = rest.min(axis=1), rest.max(axis=1)
            named |= high - low <= 2.0 * rtol * np.abs(high)
        enough = np.isfinite(ratios).sum(axis=1) >= min(2, self.seen)
        plain = (np.isinf(ratios) | (np.abs(ratios - 1.0) <= rtol)).min(axis=1)
        return np.asarray(plain | (named & enough))

    def _constant(self, ratio: Array, told: Array, rtol: float) -> Factor | None:
        for power in self.powers:
            rest = (ratio / power.values)[told]
            constant = float(rest.mean())
            if np.abs(rest / constant - 1.0).max() <= rtol:
                if FIXED_SHARE in power.ids:
                    return _fixed_share(power, constant)
                if fixed := _fixed_size(power, constant, rtol):
                    return fixed
                words = f"{times(constant)} {power.words}".strip()
                ids = ("odd-factor",) if power.words else ("constant-factor",)
                cost = SCALED_COST if power.words else CONSTANT_COST
                return Factor(ids, words, constant * power.values, cost)
        return None


def _fixed_size(power: Factor, constant: float, rtol: float) -> Factor | None:
    """Return the name of m / k for a whole k: a mean over k examples, however many there are."""
    if not power.ids or constant < rtol:
        return None
    size = round(1.0 / constant)
    if size < 2 or abs(constant * size - 1.0) > rtol:
        return None
    words = f"divided by {size}, whatever the batch"
    return Factor(power.ids, words, power.values / size, SCALED_COST)


def _fixed_share(power: Factor, constant: float) -> Factor | None:
    """Return the name of keep_prob / k: divided by the share k, whatever is to be kept."""
    if not 0.0 < 1.0 / constant <= 1.0:
        return None
    words = f"divided by {1.0 / constant:.4g}, whatever {power.words}"
    return Factor(power.ids, words, constant * power.values, SCALED_COST)


def table(networks: Sequence[Network], sizes: Sequence[int], seen: int) -> Table:
    """Return the factors with a name for these networks and their numbers of examples."""
    m = np.array(sizes, dtype=np.float64)
    plain = [Factor((), "", np.ones_like(m), 0.0), *_plain(networks, m)]
    rows: list[Factor] = []
    for sign in (None, *_CONSTANTS):
        for factor in plain:
            _add(rows, _times(factor, sign) if sign else factor)
    rows.sort(key=lambda factor: factor.cost)
    powers = [Factor((), "", np.ones_like(m), 0.0)]
    if np.ptp(m) > 0:
        of_mean = ("fixed-batch-size",) if networks[0].reduction == "mean" else ()
        powers += [Factor(of_mean, "m", m, 0.0), Factor((), "/ m", 1.0 / m, 0.0)]
    powers += _shares(networks)
    return Table(tuple(rows), np.array([row.values for row in rows]), tuple(powers), seen)


_CONSTANTS: tuple[tuple[str, str, float, float], ...] = (
    ("sign-flipped", "-1", -1.0, 1.0),
    ("factor-two", "2", 2.0, 1.0),
    ("factor-half", "1/2", 0.5, 1.0),
)


def _times(factor: Factor, constant: tuple[str, str, float, float]) -> Factor:
    id, words, value, cost = constant
    joined = f"{words} {factor.words.removeprefix('times ')}".strip()
    return Factor((id, *factor.ids), f"times {joined}", value * factor.values, cost + factor.cost)


def _add(rows: list[Factor], factor: Factor) -> None:
    """Add a factor unless an earlier one has the same values: one example makes m equal 1."""
    if not any(np.allclose(row.values, factor.values, rtol=1e-9, atol=0.0) for row in rows):
        rows.append(factor)


def _plain(networks: Sequence[Network], m: Array) -> Iterator[Factor]:
    """Yield the factors of one mistake each that depend on sizes and keep probabilities."""
    mean = networks[0].reduction == "mean"
    too_small = "double-mean" if mean else "mean-instead-of-sum"
    yield Factor(("missing-mean" if mean else "multiplied-by-m",), "times m", m, 1.0)
    yield Factor((too_small,), "times 1/m", 1.0 / m, 1.0)
    yield Factor((too_small,), "times 1/m^2", m**-2.0, 1.05)
    if mean:
        yield Factor(("multiplied-by-m",), "times m^2", m**2.0, 1.02)
        yield Factor(("m-above-the-line",), "times m^2/2", m**2.0 / 2.0, 1.02)
    base = m if mean else np.ones_like(m)  # what a division by another size leaves
    numerator = "m" if mean else "1"
    if (m > 1).all():
        yield Factor(("divided-by-m-minus-one",), f"times {numerator}/(m-1)", base / (m - 1), 1.0)
        yield Factor(("divided-by-m-minus-one",), f"times {numerator}/(m+1)", base / (m + 1), 1.1)
    if networks[0].error_form == "mean":
        outputs = np.array([network.widths[-1] for network in networks], dtype=np.float64)
        last = f"n{networks[0].depth}"
        yield Factor(("units-added-up",), f"times {last}", outputs, 1.0)
        if mean:
            both = ("missing-mean", "units-added-up")
            yield Factor(both, f"times m {last}", m * outputs, 2.0)
    for layer in range(networks[0].depth + 1):
        units = np.array([network.widths[layer] for network in networks], dtype=np.float64)
        size = f"n{layer}"
        if mean:
            yield Factor(("divided-by-wrong-size",), f"times m/{size}", m / units, 1.01)
        yield Factor(("mean-over-units",), f"times 1/{size}", 1.0 / units, 1.0)
        if not mean:
            words = f"times 1/(m {size})"
            yield Factor(("mean-over-units",), words, 1.0 / (m * units), 1.02)
    # Half is a number of its own, with the scale forgotten; it stands for the keep probability.
    yield from (share for power in _shares(networks) if (share := _fixed_share(power, 2.0)))
    yield from _keep_factors(networks)


def _shares(networks: Sequence[Network]) -> Iterator[Factor]:
    """Yield the keep probabilities, where they differ from network to network."""
    keep = np.array([network.keep_prob for network in networks]).T
    one_for_all = len(keep) > 0 and bool((keep == keep[0]).all())
    for k, values in enumerate(keep[:1] if one_for_all else keep, start=1):
        if np.ptp(values) > 0:
            yield Factor((FIXED_SHARE,), "keep_prob" if one_for_all else f"keep_prob of layer {k}",
                         values, 0.0)  # fmt: skip


def _keep_factors(networks: Sequence[Network]) -> Iterator[Factor]:
    if not networks[0].keep_prob:
        return
    keep = np.array([network.keep_prob for network in networks]).T
    one_for_all = bool((keep == keep[0]).all())
    for k, values in enumerate(keep, start=1):
        of_layer = "" if one_for_all else f" of layer {k}"
        yield Factor(("dropout-scale-missing",), f"times keep_prob{of_layer}", values, 1.0)
        words = f"times 1/keep_prob{of_layer}"
        yield Factor(("dropout-scale-twice",), words, 1.0 / values, 1.0)
        words = f"times keep_prob^2{of_layer}"
        yield Factor(("dropout-scale-inverted",), words, values**2, 1.02)
        words = f"times keep_prob/(1 - keep_prob){of_layer}"
        yield Factor(("dropout-scale-by-drop-rate",), words, values / (1.0 - values), 1.02)
        for j, other in enumerate(keep, start=1):
            if j != k:
                words = f"times keep_prob of layer {k} over that of layer {j}"
                yield Factor(("dropout-other-keep-prob",), words, values / other, 1.05)
