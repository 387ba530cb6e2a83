"""Every catalogued mistake as a program: the chain run with chosen steps replaced.

For the tests of the search, and for an author who wants to know that each mistake is caught.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from gradcheck_grader.diagnosis.chain import (
    STOPS,
    Flow,
    Layer,
    apply,
    descend,
    gated,
    propagated,
    start,
)
from gradcheck_grader.diagnosis.mistakes.catalogue import BUILT_IN
from gradcheck_grader.diagnosis.mistakes.mistake import Step, Variant
from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.stack import gate, propagate
from gradcheck_grader.reference.activations import Array

Scale = Mapping[str, Array]  # place (dZ2, dW1 ...) -> a factor for every trial


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A backpropagation with mistakes in it.

    Attributes
    ----------
    variants : mapping
        The formula used in a step of a layer where it is not the right one.
    scale : mapping
        Factors of deltas and of gradients, by place.
    penalty : mapping
        What is added to a gradient, as a multiple of its parameter, by gradient and trial, beside
        the right penalty.
    mean_is_early : bool
        Whether 1/m is applied in the output delta instead of in every gradient.
    """

    variants: Mapping[tuple[Step, int], Variant]
    scale: Scale
    penalty: Scale
    mean_is_early: bool = False

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the formula mistakes."""
        return frozenset(variant.id for variant in self.variants.values() if variant.mistake)


def run(program: Program, bench: Bench, trial: int) -> dict[str, Array]:
    """Return the gradients that a program gives on one trial, in whatever shape they come out.

    Raises
    ------
    ValueError
        If a formula does not fit the sizes of the network, as the student's code would stop.
    KeyError
        If a formula reads a layer that is not there.
    """
    rows, weight = bench.rows[trial], float(bench.weight[trial])
    early, late = (weight, 1.0) if program.mean_is_early else (1.0, weight)
    gradients: dict[str, Array] = {}
    flow: Flow | None = None
    for number in range(bench.depth, 0, -1):
        at = rows[number]
        above = gradients.get(f"dW{number + 1}")
        flow = _delta(program, bench, at, None if flow is None else descend(flow, above), early)
        factor = float(program.scale.get(f"dZ{number}", np.ones(trial + 1))[trial])
        flow = gated(flow, flow.delta * factor)
        if at.is_last:
            flow = replace(flow, output=flow.delta, dW_above=None)
        for kind, parameter in (("dW", at.W), ("db", at.b)):
            name = f"{kind}{number}"
            array = late * _step(program, bench, kind, at).formula(at, flow)  # type: ignore[arg-type]
            array = array * float(program.scale.get(name, np.ones(trial + 1))[trial])
            k = float(program.penalty.get(name, np.zeros(trial + 1))[trial])
            k += float(bench.decay[trial]) if kind == "dW" else 0.0
            gradients[name] = array + k * parameter if k else array
    return gradients


def _step(program: Program, bench: Bench, step: Step, at: Layer) -> Variant:
    return program.variants.get((step, at.number), bench.catalogue.variants[step][0])


def _delta(program: Program, bench: Bench, at: Layer, flow: Flow | None, early: float) -> Flow:
    """Return the flow at one layer; a result of another shape than delta stops the program."""
    if flow is None:
        delta = _step(program, bench, "output", at).formula(at, start(at, at.right)) * early
        return start(at, _shaped(delta, at))
    undropped = propagate(_step(program, bench, "propagate", at), at, flow, 1.0)
    flow = propagated(at, flow, _shaped(undropped, at))
    return gated(flow, _shaped(gate(_step(program, bench, "gate", at), at, flow, 1.0), at))


def _shaped(array: Array | None, at: Layer) -> Array:
    if array is None or array.shape != at.Z.shape:
        raise ValueError("operands do not fit together")
    return np.asarray(array, dtype=np.float64)


def single_mistakes(bench: Bench) -> Iterator[tuple[str, Program]]:
    """Yield every formula of every mistake, in each layer where it can be made and in all."""
    for step, variants in bench.catalogue.variants.items():
        for variant in variants:
            if variant.mistake is None or variant.mistake.both:
                continue
            layers = [n for n in _layers(bench, step) if _can(bench, variant, n)]
            places: list[Sequence[int]] = [[n] for n in layers]
            if len(layers) > 1:
                places.append(layers)
            for chosen in places:
                yield variant.id, Program({(step, n): variant for n in chosen}, {}, {})
    yield from _in_both_gradients(bench)


def _in_both_gradients(bench: Bench) -> Iterator[tuple[str, Program]]:
    """Yield the mistakes of both gradients of a layer, where a layer below can tell them."""
    for dW, db in bench.catalogue.pairs(bench.rows[0][bench.depth]):
        layers = range(bench.depth, 0, -1)
        for chosen in (*([n] for n in layers if n > 1), layers):
            made = [((step.step, n), step) for n in chosen for step in (dW, db)]
            yield dW.id, Program(dict(made), {}, {})


def _layers(bench: Bench, step: Step) -> range:
    if step == "output":
        return range(bench.depth, bench.depth + 1)
    last = bench.depth if step in ("dW", "db") else bench.depth - 1
    return range(1, last + 1)


def _can(bench: Bench, variant: Variant, number: int) -> bool:
    at = bench.rows[0][number]
    return variant.mistake is not None and variant.mistake.when(at)


def try_added(bench: Bench) -> None:
    """Compute each formula that a package adds in all layers, as the search for causes may do.

    Raises
    ------
    AssignmentError
        If one of them fails.
    """
    added = set(bench.catalogue.mistakes) - {mistake.id for mistake in BUILT_IN}
    if not added:
        return
    for id, program in single_mistakes(bench):
        for trial in range(len(bench.trials) if id in added else 0):
            with suppress(*STOPS):
                run(program, bench, trial)
    closing = [*bench.catalogue.variants["dW"], *bench.catalogue.variants["db"]]
    for number, stacks in bench.stacks.items():
        for at, stack in zip(bench.layers(number), stacks, strict=False):
            for variant in closing:
                if variant.id in added:  # many deltas at a time
                    apply(variant.formula, at, gated(stack.flow, stack.deltas))
