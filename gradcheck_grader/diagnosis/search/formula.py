"""The formula that a step computes, where the grammar has one that gives the student's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.diagnosis.chain import (
    Flow,
    Layer,
    descend,
    gated,
    propagated,
    right_propagate,
)
from gradcheck_grader.diagnosis.search.bench import SIEVE, Bench
from gradcheck_grader.diagnosis.search.closing import KINDS, Closer, Kind
from gradcheck_grader.diagnosis.search.grammar import Terms, deltas, gates, inputs, outputs
from gradcheck_grader.diagnosis.search.hypothesis import LayerStory
from gradcheck_grader.diagnosis.search.sieve import SIEVE_SINE
from gradcheck_grader.diagnosis.search.stack import flat
from gradcheck_grader.diagnosis.search.target import Target
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import kind_of, layer_of

TRIED = 30  # formulas that passed the sieve and meet the other trials, the shortest first


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """Looks for the formulas of steps that are open in a story."""

    bench: Bench
    closer: Closer
    layers: Sequence[LayerStory]

    def formula(self, step: str) -> str:
        """Return what a step such as ``dZ1`` or ``dW2`` computes; empty if nothing fits."""
        kind, number = kind_of(step), layer_of(step)
        flows = self._flows(number, own=kind != "dZ")
        if flows is None:
            return ""
        if kind == "dZ":
            return self._delta(number, flows)
        return self._gradient("dW" if kind == "dW" else "db", number, flows)

    def _flows(self, number: int, *, own: bool) -> tuple[Flow, ...] | None:
        """Return what enters a step on every trial: its layer's delta, or dloss/dA before it."""
        stories = {layer.number: layer for layer in self.layers}
        if own:
            return stories[number].flows if number in stories else None
        if number == self.bench.depth:
            return self.bench.flows[number]
        above = stories.get(number + 1)
        if above is None or not above.closes():
            return None
        pairs = zip(self.bench.layers(number), above.flows, strict=True)
        entering = [(at, descend(flow, None)) for at, flow in pairs]
        return tuple(propagated(at, flow, right_propagate(at, flow)) for at, flow in entering)

    def _delta(self, number: int, flows: Sequence[Flow]) -> str:
        """Return the formula of a delta that gives dW, and the sums in db as well."""
        layers = self.bench.layers(number)
        make = outputs if number == self.bench.depth else gates
        every = [make(layers[trial], flows[trial]) for trial in range(len(layers))]
        chosen: Array | None = None
        texts: dict[int, str] = {}
        for kind in KINDS:
            target = self.closer.reduced.get(f"{kind}{number}")
            if target is None:
                return ""
            right = self.bench.catalogue.variants[kind][0].formula
            if chosen is None:
                arrays = right(layers[SIEVE], gated(flows[SIEVE], every[SIEVE].values))
                chosen = _sieved(every[SIEVE], arrays, target)
            rows = [
                right(layers[trial], gated(flows[trial], every[trial].values[chosen]))
                for trial in range(len(layers))
            ]
            texts = self._named(every[SIEVE], chosen, rows, target)
            chosen = np.array(list(texts), dtype=np.intp)
        return f"dZ{number} = {next(iter(texts.values()))}" if texts else ""

    def _gradient(self, kind: Kind, number: int, flows: Sequence[Flow]) -> str:
        """Return the formula of dW or db, given a right delta."""
        target = self.closer.reduced.get(f"{kind}{number}")
        if target is None:
            return ""
        layers = self.bench.layers(number)
        every = [_sides(kind, layers[t], flows[t]) for t in range(len(layers))]
        chosen = _sieved(every[SIEVE], every[SIEVE].values, target)
        rows = [one.values[chosen] for one in every]
        texts = self._named(every[SIEVE], chosen, rows, target)
        return f"{kind}{number} = {next(iter(texts.values()))}" if texts else ""

    def _named(
        self, found: Terms, chosen: Array, rows: Sequence[Array], target: Target
    ) -> dict[int, str]:
        """Return the formulas that give the target on every trial, up to a factor with a name."""
        texts: dict[int, str] = {}
        for place, k in enumerate(chosen):
            weight = self.bench.weight
            arrays = [weight[t] * row[place] for t, row in enumerate(rows)]
            factor = self.closer.factor(target, arrays)
            if factor is None or not np.isfinite(factor).all():
                continue
            close = self.closer.close(target.name, (), factor, np.ones_like(factor), 0.0)
            if close and close.held:
                words = close.name.words.removeprefix("times ")
                texts[int(k)] = f"{words} * {found.texts[k]}" if words else found.texts[k]
        return texts


def _sides(kind: Kind, at: Layer, flow: Flow) -> Terms:
    """Return formulas of dW: one side times the other; of db: sums over the examples."""
    left = deltas(at, flow)
    if kind == "db":
        texts = tuple(f"sum({text})" for text in left.texts)
        return Terms(texts, left.values.sum(axis=-1, keepdims=True))
    right = inputs(at)
    values = np.einsum("anm,bkm->abnk", left.values, right.values)
    texts = tuple(f"{a} @ ({b}).T" for a in left.texts for b in right.texts)
    return Terms(texts, values.reshape(-1, *values.shape[2:]))


def _sieved(found: Terms, arrays: Array, target: Target) -> Array:
    """Return the places of the shortest formulas that agree with the target on one trial."""
    fits = np.flatnonzero(flat(arrays).parallel(target.flat[SIEVE], SIEVE_SINE))
    ordered = sorted(fits.tolist(), key=lambda k: (len(found.texts[k]), k))
    return np.array(ordered[:TRIED], dtype=np.intp)
