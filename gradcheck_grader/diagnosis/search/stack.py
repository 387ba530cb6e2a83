"""Candidates for the delta of one layer: every way to propagate with every gate, at once.

A formula broadcasts over leading axes, so all propagates are stacked before the gates see them,
and some 600 candidates cost as much as 60.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck_grader.diagnosis.chain import (
    Flow,
    Layer,
    apply,
    gated,
    propagated,
    right_db,
    right_dW,
    start,
)
from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue
from gradcheck_grader.diagnosis.mistakes.mistake import Variant
from gradcheck_grader.reference.activations import Array


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to get a delta: one variant a step, and the size of what comes from above.

    ``size`` numbers the scalings that were tried: 0 is none. ``variants`` are (output,) or
    (propagate, gate).
    """

    variants: tuple[Variant, ...]
    size: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the mistakes on this way."""
        return tuple(variant.id for variant in self.variants if variant.mistake)

    @property
    def mean_is_open(self) -> bool:
        """Whether one of its mistakes leaves no natural place for 1/m."""
        return any(v.mistake.mean_is_open for v in self.variants if v.mistake)


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """A stack of arrays, each flat, and the square of each one's norm."""

    rows: Array
    squares: Array

    def parallel(self, values: Array, slack: float) -> Array:
        """Return which rows are a multiple of some values, and zero where those are zero."""
        if self.rows.shape[1] != values.size:
            return np.zeros(len(self.rows), dtype=bool)
        if not values.any():
            return np.asarray(self.squares == 0.0)
        cosine = np.square(self.rows @ values) / np.where(self.squares > 0.0, self.squares, np.inf)
        return np.asarray(cosine >= (1.0 - slack) * float(values @ values))


def flat(arrays: Array) -> Flat:
    """Return a stack of arrays flat."""
    rows = arrays.reshape(len(arrays), -1) if len(arrays) else np.zeros((0, 0))
    return Flat(rows, np.einsum("ki,ki->k", rows, rows))


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Candidates for one layer on one trial: delta (K, n, m), and the gradients they give.

    ``gradients`` are stacks of dW and db, flat, with the square of each one's norm.
    """

    ways: tuple[Way, ...]
    flow: Flow
    deltas: Array
    gradients: dict[str, Flat]


def with_common_ways(stacks: Sequence[Stack]) -> tuple[Stack, ...]:
    """Return stacks of several trials with the ways that lead to numbers on every one of them.

    A formula may stop on one network, such as where class numbers are taken for those of examples
    and there are fewer examples. What came back on all trials was not computed by it.
    """
    kinds = [{(way.variants, way.size) for way in stack.ways} for stack in stacks]
    common = set.intersection(*kinds)
    return tuple(
        _chosen(stack, [(way.variants, way.size) in common for way in stack.ways])
        for stack in stacks
    )


def _chosen(stack: Stack, keep: Sequence[bool]) -> Stack:
    """Return some of the candidates."""
    if all(keep):
        return stack
    gradients = {
        kind: Flat(one.rows[keep], one.squares[keep]) for kind, one in stack.gradients.items()
    }
    ways = tuple(way for way, kept in zip(stack.ways, keep, strict=True) if kept)
    return replace(stack, ways=ways, deltas=stack.deltas[keep], gradients=gradients)


PropagateFilter = Callable[[Variant], bool]


def stack_deltas(
    catalogue: Catalogue,
    at: Layer,
    flow: Flow | None,
    sizes: tuple[float, ...],
    only: PropagateFilter | None = None,
) -> Stack:
    """Return all candidates for the delta of a layer.

    Parameters
    ----------
    flow : Flow or None
        What enters the layer from above; None at the output layer.
    sizes : tuple of float
        Scalings of what comes from above, for the mistakes that depend on it; the first is 1.
    only : callable, optional
        Which propagates to try; all by default.
    """
    if flow is None:
        flow = start(at, at.right)
        found = list(_outputs(catalogue, at, flow))
    else:
        found = list(_hidden(catalogue, at, flow, sizes, only))
    ways = [way for way, _ in found]
    deltas = np.array([delta for _, delta in found]).reshape(-1, *at.Z.shape)
    finite = np.isfinite(deltas).all(axis=(1, 2))
    deltas = deltas[finite]
    together = gated(flow, deltas)
    return Stack(
        tuple(way for way, good in zip(ways, finite, strict=True) if good),
        flow,
        deltas,
        {"dW": flat(right_dW(at, together)), "db": flat(right_db(at, together))},
    )


Found = tuple[Way, Array]


def _outputs(catalogue: Catalogue, at: Layer, flow: Flow) -> Iterable[Found]:
    for variant in catalogue.at("output", at):
        delta = _fitted(apply(variant.formula, at, flow), at)
        if delta is not None:
            yield Way((variant,)), delta


def _hidden(
    catalogue: Catalogue,
    at: Layer,
    flow: Flow,
    sizes: tuple[float, ...],
    only: PropagateFilter | None,
) -> Iterable[Found]:
    routes = [
        (variant, size, undropped)
        for variant in catalogue.at("propagate", at)
        if only is None or only(variant)
        for size, undropped in _scaled_propagate(variant, at, flow, sizes)
    ]
    if not routes:
        return
    together = propagated(at, flow, np.array([undropped for _, _, undropped in routes]))
    for gate in catalogue.at("gate", at):
        for size, deltas in _scaled_gate(gate, at, together, sizes):
            if deltas.ndim == 2:  # the gate ignores what comes from above
                if only is None:
                    yield Way((routes[0][0], gate)), deltas
                continue
            for (propagate, own_size, _), delta in zip(routes, deltas, strict=True):
                if not (size and own_size and size != own_size):
                    yield Way((propagate, gate), max(size, own_size)), delta


def _scaled_propagate(
    variant: Variant, at: Layer, flow: Flow, sizes: tuple[float, ...]
) -> Iterable[tuple[int, Array]]:
    for number, size in _sizes_for(variant, sizes):
        undropped = _fitted(propagate(variant, at, flow, size), at)
        if undropped is not None:
            yield number, undropped


def _scaled_gate(
    variant: Variant, at: Layer, flow: Flow, sizes: tuple[float, ...]
) -> Iterable[tuple[int, Array]]:
    for number, size in _sizes_for(variant, sizes):
        delta = gate(variant, at, flow, size)
        if delta is not None and delta.shape[-2:] == at.Z.shape:
            yield number, delta


def _sizes_for(variant: Variant, sizes: tuple[float, ...]) -> Iterable[tuple[int, float]]:
    """Return the scalings to try: all where the size matters, else the first alone."""
    return list(enumerate(sizes)) if _size_matters(variant) else [(0, sizes[0])]


def _size_matters(variant: Variant) -> bool:
    return variant.mistake is not None and variant.mistake.sizes_matter


def propagate(variant: Variant, at: Layer, flow: Flow, size: float) -> Array | None:
    """Return dloss/dA for what comes from above times ``size``, brought back to its own size."""
    if size == 1.0 or not _size_matters(variant):
        return apply(variant.formula, at, flow)
    result = apply(variant.formula, at, replace(flow, above=flow.above * size))
    return None if result is None else result / size


def gate(variant: Variant, at: Layer, flow: Flow, size: float) -> Array | None:
    """Return delta for a dloss/dA times ``size``, brought back to its own size."""
    if size == 1.0 or not _size_matters(variant):
        return apply(variant.formula, at, flow)
    scaled = replace(flow, undropped=flow.undropped * size, da=flow.da * size)
    result = apply(variant.formula, at, scaled)
    return None if result is None else result / size


def follow(way: Way, at: Layer, flow: Flow | None, size: float) -> Flow | None:
    """Return the flow at a layer along a way, or None where its formulas do not fit."""
    if flow is None:
        flow = start(at, at.right)
        delta = _fitted(apply(way.variants[0].formula, at, flow), at)
        return None if delta is None else start(at, delta)
    undropped = _fitted(propagate(way.variants[0], at, flow, size), at)
    if undropped is None:
        return None
    flow = propagated(at, flow, undropped)
    delta = _fitted(gate(way.variants[1], at, flow, size), at)
    return None if delta is None else gated(flow, delta)


def _fitted(array: Array | None, at: Layer) -> Array | None:
    """Return an array if it has the shape of delta and holds numbers."""
    if array is None or array.shape != at.Z.shape:
        return None
    return np.asarray(array, dtype=np.float64)
