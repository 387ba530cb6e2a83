"""Which steps are right given the student's own deltas: the rule that needs no catalogue.

On a trial with m below the width that feeds a layer, dW_l = r D_l A^T determines D_l: the student's
own delta can be read off. Each layer then has three witnesses for its delta: what dW says, what db
says, and what the right step makes of the student's own delta above. The two that agree name the
third as wrong; where none agree, the layer stays unjudged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradcheck_grader.diagnosis.chain import Flow, Layer, gated, start
from gradcheck_grader.diagnosis.search.bench import Bench, right_descent
from gradcheck_grader.diagnosis.search.target import Target
from gradcheck_grader.reference.activations import Array

Verdict = Literal["right", "dW wrong", "db wrong", "dZ wrong", "unclear"]
RIGHT_DELTA: tuple[Verdict, ...] = ("right", "dW wrong", "db wrong")

# A delta is read off through a pseudo-inverse, which multiplies rounding errors by the condition
# number of A; beyond WORST_CONDITION a trial says nothing.
AGREEMENT = 1e-6
WORST_CONDITION = 1e5


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What could be read off one layer.

    ``verdict`` is about the layer's own steps, given what came from above; ``flows`` are what the
    student's code hands down on each readable trial, or None where that is not known.
    """

    number: int
    verdict: Verdict
    flows: tuple[Flow, ...] | None


def readable(bench: Bench) -> tuple[int, ...]:
    """Return the trials on which every delta can be read off."""
    return tuple(
        trial
        for trial, rows in enumerate(bench.rows)
        if all(at.m < at.W.shape[1] and _well_conditioned(at.A_below) for at in rows.values())
    )


def _well_conditioned(a: Array) -> bool:
    values = np.linalg.svd(a, compute_uv=False)
    return bool(values[-1] * WORST_CONDITION > values[0])


def read(bench: Bench, targets: Mapping[str, Target]) -> dict[int, Reading]:
    """Return the reading of every layer, the output layer first; empty without readable trials."""
    trials = readable(bench)
    if not trials:
        return {}
    readings: dict[int, Reading] = {}
    above: tuple[Flow, ...] | None = None
    for number in range(bench.depth, 0, -1):
        reading = _read_layer(bench, targets, trials, number, above)
        if reading.verdict == "dW wrong" and number > 1:
            reading = _as_the_layer_below_has_it(bench, targets, trials, reading)
        readings[number] = reading
        above = reading.flows
    return readings


def _as_the_layer_below_has_it(
    bench: Bench, targets: Mapping[str, Target], trials: Sequence[int], reading: Reading
) -> Reading:
    """Return the reading of a layer whose db is right, with a wrong delta where that goes on.

    A wrong delta may have the right sums: labels in another order give it. If dW is made of such a
    one, the layer below is right for it or for the right one, and tells them apart.
    """
    layers = [bench.rows[trial][reading.number] for trial in trials]
    from_dW = _from_dW(bench, targets.get(f"dW{reading.number}"), trials, layers)
    from_db = _from_db(bench, targets.get(f"db{reading.number}"), trials, layers)
    if from_dW is None or from_db is None or reading.flows is None:
        return reading
    if not _all_agree(from_db, _sums(from_dW)):
        return reading
    own = _with_deltas(reading.flows, from_dW)
    for flows, verdict in ((reading.flows, reading.verdict), (own, "dZ wrong")):
        below = _read_layer(bench, targets, trials, reading.number - 1, flows)
        if below.verdict in ("right", "db wrong"):  # dW is right, which says more than a sum
            return Reading(reading.number, verdict, flows)
    return reading


def delta_is_wrong(bench: Bench, targets: Mapping[str, Target], number: int) -> bool:
    """Return whether one wrong delta gives both gradients of a layer, so that neither is wrong."""
    reading = read(bench, targets).get(number)
    return reading is not None and reading.verdict == "dZ wrong"


def _read_layer(
    bench: Bench,
    targets: Mapping[str, Target],
    trials: Sequence[int],
    number: int,
    above: tuple[Flow, ...] | None,
) -> Reading:
    layers = [bench.rows[trial][number] for trial in trials]
    from_dW = _from_dW(bench, targets.get(f"dW{number}"), trials, layers)
    from_db = _from_db(bench, targets.get(f"db{number}"), trials, layers)
    verdict: Verdict = "unclear"
    chosen: tuple[Flow, ...] | None = None
    for flows in _expected(bench, trials, layers, above):
        verdict = _verdict(from_dW, from_db, [flow.delta for flow in flows])
        chosen = flows
        if verdict in RIGHT_DELTA:
            return Reading(number, verdict, flows)
    if from_dW is None:
        return Reading(number, "unclear", None)
    if verdict == "dZ wrong" and not all(delta.any() for delta in from_dW):
        verdict = "unclear"  # nothing is right "given" a delta of zeros
    assert chosen is not None
    return Reading(number, verdict, _with_deltas(chosen, from_dW))


def _with_deltas(flows: Sequence[Flow], deltas: Sequence[Array]) -> tuple[Flow, ...]:
    return tuple(gated(flow, delta) for flow, delta in zip(flows, deltas, strict=True))


def _expected(
    bench: Bench,
    trials: Sequence[int],
    layers: Sequence[Layer],
    above: tuple[Flow, ...] | None,
) -> list[tuple[Flow, ...]]:
    """Return what the right step gives: from the student's delta above, then from the right one."""
    number = layers[0].number
    right = tuple(bench.flows[number][trial] for trial in trials)
    if layers[0].is_last:
        return [tuple(start(at, at.right) for at in layers)]
    if above is None:
        return [right]
    own = tuple(right_descent(at, flow, None) for at, flow in zip(layers, above, strict=True))
    return [own, right]


def _from_dW(
    bench: Bench, target: Target | None, trials: Sequence[int], layers: Sequence[Layer]
) -> list[Array] | None:
    """Return the deltas that dW contains, or None if dW is no delta times A^T."""
    if target is None:
        return None
    deltas = []
    for trial, at in zip(trials, layers, strict=True):
        array = target.arrays[trial]
        if array.shape != at.W.shape:
            return None
        array = (array - bench.decay[trial] * at.W) / bench.weight[trial]
        delta = array @ np.linalg.pinv(at.A_below.T)
        if not _agree(delta @ at.A_below.T, array):
            return None
        deltas.append(delta)
    return deltas


def _from_db(
    bench: Bench, target: Target | None, trials: Sequence[int], layers: Sequence[Layer]
) -> list[Array] | None:
    """Return the sums of the deltas that db contains."""
    if target is None:
        return None
    arrays = [target.arrays[trial] / bench.weight[trial] for trial in trials]
    fit = all(array.shape == at.b.shape for array, at in zip(arrays, layers, strict=True))
    return arrays if fit else None


def _verdict(
    from_dW: list[Array] | None, from_db: list[Array] | None, expected: list[Array]
) -> Verdict:
    sums = _sums(expected)
    dW_fits = from_dW is not None and _all_agree(from_dW, expected)
    db_fits = from_db is not None and _all_agree(from_db, sums)
    if dW_fits and db_fits:
        return "right"
    if dW_fits:
        return "db wrong"
    if db_fits:
        return "dW wrong"
    if from_dW is not None and from_db is not None and _all_agree(from_db, _sums(from_dW)):
        return "dZ wrong"
    return "unclear"


def _sums(deltas: Sequence[Array]) -> list[Array]:
    return [delta.sum(axis=1, keepdims=True) for delta in deltas]


def _all_agree(first: Sequence[Array], second: Sequence[Array]) -> bool:
    return all(_agree(a, b) for a, b in zip(first, second, strict=True))


def _agree(a: Array, b: Array) -> bool:
    size = max(float(np.abs(a).max(initial=0.0)), float(np.abs(b).max(initial=0.0)))
    return bool(np.abs(a - b).max(initial=0.0) <= AGREEMENT * size)
