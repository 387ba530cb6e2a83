"""Predictions that are cut to a range before the error is taken: a guard that is too coarse.

Where no prediction lies outside of the range nothing shows, so that few networks may tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis import chain
from gradcheck_grader.diagnosis.chain import Layer
from gradcheck_grader.diagnosis.clipping import CUTS, NUMBER, Numbers, numbers_of
from gradcheck_grader.diagnosis.mistakes.conditions import cross_entropy, smooth, squared
from gradcheck_grader.diagnosis.mistakes.output import SLOPES_FROM_VALUE
from gradcheck_grader.diagnosis.search.explanation import Charge, Named
from gradcheck_grader.models import Finding
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import gradient_of, layer_of
from gradcheck_grader.sandbox.job import Result
from gradcheck_grader.trials import Trial

USUAL = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
OPEN = re.compile(r"None|inf")  # a side on which nothing is cut
HINT = (
    "Is the error that of what the network predicts, or of what you made of it? How small must a "
    "guard against log(0) be to change no prediction?"
)
ROUNDING = 2.0  # of two sums, where the bound is that of one
Deltas = Mapping[Trial, Sequence[Array]]


def cut_predictions(part: Part, comparisons: Sequence[Comparison], result: Result) -> Named | None:
    """Return what is said of gradients that are right but for a cut of the predictions."""
    notes = result.loaded.notes if result.loaded else ()
    cuts = [note for note in notes if note.id == CUTS]
    found = [(item, numbers_of(item)) for item in comparisons] if cuts else []
    known = [(item, own) for item, own in found if own is not None]
    wrong = {item.name for item, _ in known if item.verdict != "correct"}
    if part.kind == "step" or len(known) < len(found) or not wrong:
        return None
    trials = dict.fromkeys(item.trial for item, _ in known)
    for note in cuts:
        for low, high in _ranges(note.message):
            deltas = {trial: list(_deltas(_last(trial), low, high)) for trial in trials}
            if _fits(known, deltas):
                return _told(part, wrong, low, high, note.line)
    return None


def _ranges(call: str) -> Iterator[tuple[float, float]]:
    """Yield the ranges that a call may cut to: ``1e-2, 1 - 1e-2`` has an end in 1.

    Where its ends have names, the usual numbers are tried.
    """
    numbers = {number for number in map(float, re.findall(NUMBER, call)) if 0.0 < number < 1.0}
    small = sorted(numbers) or USUAL
    lows: list[float] = [] if "minimum" in call else [*small]
    highs: list[float] = [] if "maximum" in call else [*(1.0 - number for number in small), *small]
    if OPEN.search(call) or not lows or not highs:
        lows, highs = [*lows, -np.inf], [*highs, np.inf]
    ranges = [(low, high) for low, high in product(lows, highs) if low < high]
    yield from (ends for ends in ranges if ends != (-np.inf, np.inf))


def _last(trial: Trial) -> Layer:
    return chain.layers_of(trial)[trial.problem.network.depth]


def _deltas(at: Layer, low: float, high: float) -> Iterator[Array]:
    """Yield what the delta of the output layer may be if its activation is cut."""
    cut = np.clip(at.A, low, high)
    if cross_entropy(at):
        yield cut - at.Y
    if smooth(at):
        yield chain.loss_slope(at.loss, cut, at.Y) * at.slope
    if smooth(at) and squared(at):
        yield (cut - at.Y) * SLOPES_FROM_VALUE[at.name](cut)


def _fits(known: Sequence[tuple[Comparison, Numbers]], deltas: Deltas) -> bool:
    """Return whether one of the deltas gives all numbers on all networks."""
    for choice in range(min(map(len, deltas.values()))):
        shifts = {trial: _shifts(trial, own[choice]) for trial, own in deltas.items()}
        if all(_is_off_by(own, shifts[item.trial][gradient_of(item.name)]) for item, own in known):
            return True
    return False


def _is_off_by(own: Numbers, shift: Array) -> bool:
    off = np.abs(own.values - own.truth - shift.ravel())
    return bool((off <= ROUNDING * own.allowed).all())


def _shifts(trial: Trial, delta: Array) -> dict[str, Array]:
    """Return by how much each gradient is off if this is the delta of the output layer."""
    rows, network = chain.layers_of(trial), trial.problem.network
    weight, last = network.example_weight(trial.problem.m), network.depth
    flow = chain.start(rows[last], delta - rows[last].right)
    shifts: dict[str, Array] = {}
    for layer in range(last, 0, -1):
        at = rows[layer]
        if layer < last:
            flow = chain.descend(flow, None)
            flow = chain.propagated(at, flow, chain.right_propagate(at, flow))
            flow = chain.gated(flow, chain.right_gate(at, flow))
        shifts[f"dW{layer}"] = weight * chain.right_dW(at, flow)
        shifts[f"db{layer}"] = weight * chain.right_db(at, flow)
    return shifts


def _told(part: Part, wrong: set[str], low: float, high: float, line: int | None) -> Named:
    """Return the finding; only the gradients of the last layer that shows it are charged."""
    if not np.isfinite(low):
        words = f"above {high:.4g} are cut to {high:.4g}"
    elif not np.isfinite(high):
        words = f"below {low:.4g} are cut to {low:.4g}"
    else:
        words = f"outside of the range from {low:.4g} to {high:.4g} are cut to it"
    finding = Finding(
        id="clipped",
        severity="mistake",
        part=part.name,
        gradients=part.in_order(wrong),
        title="The predictions are cut to a range",
        message=f"Predictions {words} before the error is taken; with all others you are right.",
        hint=HINT,
        line=line,
    )
    last = max(map(layer_of, wrong))
    charges = {
        name: Charge("charged", "clipped")
        if layer_of(name) == last
        else Charge("consequence", f"dZ{last}")
        for name in wrong
    }
    return Named((finding,), charges)
