"""What is said of numbers that no combination of known mistakes gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.closing import closer_for
from gradcheck_grader.diagnosis.search.explanation import Charge, Unexplained
from gradcheck_grader.diagnosis.search.follow_through import Reading
from gradcheck_grader.diagnosis.search.formula import Reader
from gradcheck_grader.diagnosis.search.hypothesis import LayerStory
from gradcheck_grader.diagnosis.search.returned import Returned
from gradcheck_grader.diagnosis.search.target import EXACT, same
from gradcheck_grader.diagnosis.search.verdicts import first_infinite, first_wrong
from gradcheck_grader.diagnosis.wording import listed
from gradcheck_grader.reference.network import layer_of

FORMULAS = 2  # steps, nearest to the loss, whose formula is looked for: each takes some 20 ms


def are_scaled(bench: Bench, returned: Returned) -> bool:
    """Return whether all gradients are the right ones times one number in each network.

    With one example and one output that is true of every wrong output delta, and tells nothing.
    """
    targets, is_off = returned.targets, False
    if set(targets) != set(bench.trials[0].truth) or returned.correct:
        return False
    if any(trial.problem.m == 1 for trial in bench.trials):
        return False
    for number, trial in enumerate(bench.trials):
        factors = [targets[name].factor(number, trial.truth[name], EXACT.rtol) for name in targets]
        told = np.array([factor for factor in factors if factor != np.inf])  # inf: both are zero
        if not len(told) or not told.all() or not same(told, np.full_like(told, told[0]), 1e-8):
            return False
        is_off |= not same(told, np.ones_like(told), 1e-8)
    return is_off


def tell(
    bench: Bench,
    returned: Returned,
    readings: Mapping[int, Reading],
    layers: Sequence[LayerStory],
    charges: Mapping[str, Charge],
    open_: tuple[str, ...],
) -> Unexplained | None:
    """Return what stays open, with the first wrong steps and their formulas where they show."""
    if not open_:
        return None
    if are_scaled(bench, returned):
        text = f"Your {listed(open_)} are the right ones times one number, the same in all of "
        text += "them but not in every network. Check what you divide by."
        return Unexplained(open_, (), text, is_scaled=True)
    infinite = tuple(name for name in returned.infinite if name in open_)
    if infinite:
        steps = first_infinite(infinite)
        text = f"Your {listed(infinite)} {_verb(infinite, 'holds', 'hold')} values that are not "
        text += "finite, inf or nan. "
        if steps:
            text += f"Walking back from the loss, the first step with them is {steps[0]}."
        else:
            text += f"They begin in layer {layer_of(infinite[0])}."
        return Unexplained(open_, steps, text, is_infinite=not steps)
    if all(_is_nearly_right(layers, name) for name in open_):
        text = (
            f"Your {listed(open_)} {_verb(open_, 'has', 'have')} the right values to some digits "
        )
        text += "only. Something rounds them, or a small number is added on the way."
        return Unexplained(open_, (), text)
    steps = first_wrong(readings, (charges[name] for name in open_))
    reader = Reader(bench, closer_for(bench, EXACT, returned.targets), layers)
    formulas = tuple(text for step in steps[:FORMULAS] if (text := reader.formula(step)))
    return Unexplained(open_, steps, _pattern(open_, steps, charges, formulas), formulas)


def _verb(names: Sequence[str], of_one: str, of_several: str) -> str:
    return of_one if len(names) == 1 else of_several


def _is_nearly_right(layers: Sequence[LayerStory], name: str) -> bool:
    """Return whether a story explains a gradient, to fewer digits than it must have."""
    closes = [close for layer in layers for close in layer.closes()]
    return any(close.gradient == name and not close.ids for close in closes)


def _pattern(
    open_: Sequence[str],
    steps: Sequence[str],
    charges: Mapping[str, Charge],
    formulas: Sequence[str],
) -> str:
    """Return where an unknown mistake is, and what is computed there, for the student."""
    text = f"No known mistake gives your {listed(open_)}."
    if not steps:
        return text
    text += f" Walking back from the loss, the first step that differs is {steps[0]}"
    if len(steps) > 1:
        text += f", then {listed(steps[1:])}"
    text += f"; {following}." if (following := _following(charges)) else "."
    if formulas:
        text += f" Your numbers are those of {listed(formulas)}."
    return text


def _following(charges: Mapping[str, Charge]) -> str:
    """Return what is right for a wrong delta, in the words of the table of gradients."""
    by_delta: dict[str, list[str]] = {}
    for name, charge in charges.items():
        if charge.standing == "consequence":
            by_delta.setdefault(charge.of, []).append(name)
    said = [
        f"{listed(names)} {_verb(names, 'is', 'are')} right for your {delta}"
        for delta, names in by_delta.items()
    ]
    return listed(said) if said else ""
