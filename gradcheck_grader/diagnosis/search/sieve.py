"""The sieve: all candidates against one trial by a matrix product, before any is tried in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.diagnosis.chain import apply, gated
from gradcheck_grader.diagnosis.mistakes.mistake import Variant
from gradcheck_grader.diagnosis.search.bench import SIEVE, Bench
from gradcheck_grader.diagnosis.search.closing import Closer, Delta, Kind
from gradcheck_grader.diagnosis.search.hypothesis import cost_of
from gradcheck_grader.diagnosis.search.stack import Flat, Stack, Way, flat
from gradcheck_grader.diagnosis.search.target import Target
from gradcheck_grader.reference.activations import Array

Stacks = tuple[Stack, ...]  # of the same candidates on one or more trials, from SIEVE on

SURVIVORS = 40  # that meet the other trials, the cheapest first
SIEVE_SINE = 1e-7  # 1 - cosine^2 that passes; rounding leaves 1e-14, single precision 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Sieve:
    """Chooses the candidates for a delta that agree with what came back."""

    bench: Bench
    closer: Closer

    def survivors(self, stacks: Stacks, right: Delta, kind: Kind) -> list[Way]:
        """Return the candidates that give a gradient, rightly summed, on the stacked trials."""
        target = self.closer.target(kind, right)
        if target is None:
            return []
        flats = [stack.gradients[kind] for stack in stacks]
        return self._parallel(stacks[0].ways, flats, target)

    def odd_survivors(self, stacks: Stacks, right: Delta) -> list[Way]:
        """Return the candidates that give both gradients by one and the same wrong last step."""
        ways: dict[Way, None] = {}
        at = right.layers[SIEVE]
        both = [v for v in self.bench.catalogue.at("dW", at) if v.mistake and v.mistake.db]
        for variant in both:
            sums = [v for v in self.bench.catalogue.at("db", at) if v.id == variant.id]
            found = self._closed_by(variant, "dW", stacks, right)
            if found:
                agree = {w for v in sums for w in self._closed_by(v, "db", stacks, right)}
                ways |= dict.fromkeys(way for way in found if way in agree)
        return list(ways)[:SURVIVORS]

    def _closed_by(self, variant: Variant, kind: Kind, stacks: Stacks, right: Delta) -> list[Way]:
        """Return the candidates that give a gradient by a wrong last step."""
        target = self.closer.target(kind, right)
        flats = _closed(variant, stacks, right)
        if target is None or not flats:
            return []
        return self._parallel(stacks[0].ways, flats, target)

    def _parallel(self, ways: Sequence[Way], flats: Sequence[Flat], target: Target) -> list[Way]:
        """Return the candidates whose gradients are a multiple of the target on these trials."""
        fits = np.ones(len(ways), dtype=bool)
        for one, values in zip(flats, target.flat, strict=False):
            fits &= one.parallel(values, SIEVE_SINE)
        chosen = np.flatnonzero(fits)
        if len(flats) >= self.closer.seen and len(chosen):
            chosen = chosen[self._have_names(flats, chosen, target)]
        found = [ways[int(k)] for k in chosen if ways[int(k)].ids]
        return sorted(found, key=lambda way: cost_of(self.bench.catalogue, way.ids))[:SURVIVORS]

    def _have_names(self, flats: Sequence[Flat], chosen: Array, target: Target) -> Array:
        """Return which candidates differ from the target by a factor that has a name."""
        ratios = []
        for one, values in zip(flats[: self.closer.seen], target.flat, strict=False):
            squares = one.squares[chosen]
            ratios.append(one.rows[chosen] @ values / np.where(squares > 0.0, squares, np.nan))
        table = np.array(ratios).T / self.bench.weight[: len(ratios)]
        table[np.isnan(table)] = np.inf  # zero on both sides: any factor fits
        return self.bench.factors.have_names(table, self.closer.precision.ratio)


def _closed(variant: Variant, stacks: Stacks, right: Delta) -> list[Flat]:
    """Return what a wrong last step makes of stacked deltas; empty if it reads none of them."""
    flats = []
    for at, stack in zip(right.layers, stacks, strict=False):
        arrays = apply(variant.formula, at, gated(stack.flow, stack.deltas))
        if arrays is None or arrays.ndim != 3:
            return []
        flats.append(flat(arrays))
    return flats
