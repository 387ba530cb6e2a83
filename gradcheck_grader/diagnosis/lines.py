"""From a cause to the statement of the student's file where the wrong step is computed.

The statements come from the child, which alone reads the source. Where a step is spread over
several, only those of which one must be meant are pointed at: no line rather than a guess.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import get_args

from gradcheck_grader.diagnosis.divisors import OVER_UNITS, SIZE_ROLES, SIZES, sizes_of
from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue
from gradcheck_grader.diagnosis.mistakes.other import FACTORS, PENALTY, RESULT
from gradcheck_grader.diagnosis.search.explanation import Cause
from gradcheck_grader.diagnosis.statements import (
    EVERY_OTHER,
    LAST,
    WHOLE,
    distinct,
    only,
    steps_at,
)
from gradcheck_grader.family import ActivationName
from gradcheck_grader.reference.network import layer_of
from gradcheck_grader.sandbox.child.lines.roles import Role
from gradcheck_grader.sandbox.job import Step

PASSED = (Role.CALL, Role.PASSED)  # not where a step is computed, but what its value goes through
MISSING_SLOPE = "hidden-missing-gprime"
FACTOR_IDS = frozenset(mistake.id for mistake in FACTORS)
PENALTY_IDS = frozenset(mistake.id for mistake in PENALTY)
RESULT_IDS = frozenset(mistake.id for mistake in RESULT)
BY_NORM = "divided-by-its-norm"
TAKES_ANOTHER = frozenset((
    "gprime-of-wrong-layer", "delta-of-wrong-layer", "db-of-wrong-layer", "gradients-use-dA",
    "dW-uses-dA", "dW-uses-own-activation", "dW-uses-x-everywhere", "dW-uses-z",
    "dW-uses-weights", "another-activation",
))  # fmt: skip
"""An array stands in for another one."""
MASKS = frozenset(("dropout-mask-forgotten", "dropout-mask-averaged"))
ABSENT = frozenset(("missing-mean", "units-added-up", "l2-missing", "dropout-scale-missing"))
RIGHT_SOMEWHERE = frozenset(("db-summed-over-everything", "dW-uses-x-everywhere", OVER_UNITS))
"""Slips that give the right numbers in some layers: of a single unit, or the first."""
RULES = frozenset((
    "gprime-factor-lost", "tanh-prime-plus", "tanh-prime-one-forgotten",
    "tanh-prime-square-outside", "tanh-prime-doubled", "sigmoid-prime-plus",
    "gprime-differentiated-wrongly", "tanh-prime-power-swapped", "gprime-bracket-misplaced",
    "relu-mask-inverted", "relu-derivative-sign", "leaky-slope",
))  # fmt: skip
"""Slips in the rule for a slope: they stand where it is computed, not where it is used."""
MARKS = {
    "sign-flipped": "negated",
    "factor-two": "numbered",
    "factor-half": "numbered",
    "constant-factor": "numbered",
    "double-mean": "scaled",
    "mean-instead-of-sum": "scaled",
    "multiplied-by-m": "scaled",
    "m-above-the-line": "numbered",
    "divided-by-wrong-size": "scaled",
    OVER_UNITS: "scaled",
}
"""What a statement must show for a factor of a delta to stand in it and nowhere else."""
OUTPUT_SLOPES = frozenset((
    "output-extra-gprime", "output-gprime-at-activation", "output-gprime-formula-on-z",
    "output-wrong-activation-derivative", "output-times-activation", "output-gprime-of-error",
))  # fmt: skip
"""Slips of what the error of the last layer is multiplied by."""
AFTER_DA = frozenset((
    "output-gprime-at-activation", "output-gprime-formula-on-z", "output-gprime-of-error",
))  # fmt: skip
"""Those of them in which dA is right, and may stand in another statement."""
TERMS = frozenset(("bce-first-term-only", "bce-second-term-sign", "bce-wrong-denominator"))
"""Slips in the terms of the loss: they stand where the labels are, not where the slope is."""
DROPPED = "upstream-dropped"
"""A slip that reads no delta: of two functions for slopes, the one that reads it is the other."""
CALLED_DA = re.compile(r"\s*d_?a", re.IGNORECASE)
ACTIVATION = "g-instead-of-gprime"
CALLED = re.compile(
    rf"(?<![\w.])({'|'.join(get_args(ActivationName))}|activation(_func(tion)?)?)\("
)
"""A function that by its name gives the activation, called where the slope belongs."""
PICKS = frozenset(("labels-pick-whole-examples", "labels-pick-whole-classes"))
"""Slips of an index: they stand where it picks what 1 is subtracted from, or in labels before."""
PICKED = re.compile(r"\]\s*-=")
UPDATED = "prop-uses-updated-weights"
UPDATES = re.compile(r"\s*((?!d)\w*w\w*(?:\[[^\]]*\])?)\s*(?:[-+]=|=\s*\1\s*[-+])", re.IGNORECASE)
"""A step of gradient descent that weights take."""
NOWHERE = frozenset(
    ("gradient-missing", "keys-swapped", "loop-skips-last-example", "loop-skips-first-example")
)


def lines_of(
    catalogue: Catalogue,
    cause: Cause,
    names: Sequence[str],
    wrong: Collection[str],
    steps: Sequence[Step],
) -> tuple[Step, ...]:
    """Return the statements that a cause is in, nearest to the loss first; empty for none.

    ``names`` are all gradients of the networks, ``wrong`` the steps in which mistakes were made.
    """
    depth = max(map(layer_of, names))
    rivals = _kinds(catalogue, [rival.id for rival in cause.rivals])
    if cause.id in NOWHERE or rivals - _kinds(catalogue, [cause.id]):
        return ()
    if cause.id in SIZES and (sizes := sizes_of(cause, names, depth, steps)) is not None:
        return sizes
    # Factors are named by the fewest places that give them, which need not be the student's.
    places = cause.places[:1] if cause.id in FACTOR_IDS else cause.places
    if cause.id == MISSING_SLOPE:  # where the slope was computed, another line is wrong
        places = tuple(one for one in places if not slope_is_unread(one, depth, steps))
    kinds = _kinds(catalogue, [cause.id])
    found = [_at(catalogue, cause.id, place, depth, steps) for place in places]
    serves = partial(_serves_right, cause.id, wrong=wrong, kinds=kinds, depth=depth, steps=steps)
    found = [
        only(steps_at(place, depth, steps), (Role.CALL,), clean=False)
        if step is not None and serves(step)
        else step
        for place, step in zip(places, found, strict=True)
    ]
    statements = distinct(step for step in found if step is not None and not serves(step))
    if cause.id in TAKES_ANOTHER and not all(step.alone for step in statements):
        return ()  # the wrong array may have got its name in another statement
    return statements


def _serves_right(
    id: str, step: Step, *, wrong: Collection[str], kinds: Collection[str], depth: int,
    steps: Sequence[Step],
) -> bool:  # fmt: skip
    """Return whether a statement that serves several layers is right in another one."""
    if id in RIGHT_SOMEWHERE:
        return False
    right = [f"{step.name}{n}" for n in range(1, depth + 1) if f"{step.name}{n}" not in wrong]
    last = f"{step.name}{depth}"
    if step.layer == EVERY_OTHER:
        # A function called for all layers that is right for the last one was meant for that one.
        right = [last] if last in right and step.aside else []
        if right and not any(one.layer in (LAST, depth) for one in steps):
            return set(kinds) == {"gate"}
    where = (step.file, step.cell, step.line)
    return any(
        (other.file, other.cell, other.line) == where and other.layer != step.layer
        for place in right
        for other in steps_at(place, depth, steps)
    )


def slope_is_unread(place: str, depth: int, steps: Sequence[Step]) -> bool:
    """Return whether a delta is multiplied by something, and no gradient made from the product."""
    return any(step.role == Role.UNREAD for step in steps_at(place, depth, steps))


def line_at(place: str, depth: int, steps: Sequence[Step]) -> Step | None:
    """Return the statement of a step whose mistake has no name, where it is only one."""
    step = only(steps_at(place, depth, steps), WHOLE, clean=True)
    return step if step is not None and step.alone else None


def _kinds(catalogue: Catalogue, ids: Iterable[str]) -> set[str]:
    """Return what mistakes are about: steps of the chain, or factor, penalty and result."""
    kinds: set[str] = set()
    for id in ids:
        formulas = {step for step in catalogue.variants if catalogue[id].formulas(step)}
        groups = {"factor": FACTOR_IDS, "penalty": PENALTY_IDS, "result": RESULT_IDS}
        kinds |= formulas | {name for name, members in groups.items() if id in members}
    return kinds


def _at(
    catalogue: Catalogue, id: str, place: str, depth: int, steps: Sequence[Step]
) -> Step | None:
    """Return the statement of one place of a mistake."""
    every = steps_at(place, depth, steps)
    own = [step for step in every if step.role not in (*PASSED, Role.UNREAD)]
    kinds = _kinds(catalogue, [id])
    if id in PICKS:
        picking = [step for step in every if PICKED.search(step.source or "")]
        return only(picking, (Role.WHOLE, Role.PASSED), clean=True)
    if id == UPDATED:
        updates = [step for step in every if UPDATES.match(step.source or "")]
        if (update := only(updates, (Role.PART,), clean=False)) is not None:
            return update
    if place.startswith("dZ"):
        if "factor" in kinds:
            return _factor(id, own, steps)
        if id in OUTPUT_SLOPES and (slope := _slope_of_output(id, own)):
            return slope
        if id in TERMS and (error := only(own, (Role.ERROR,), clean=True)):
            return error
        found = _slope_or_above(id, kinds & {"output", "propagate", "gate"}, own)
        return None if id == DROPPED and found is not None and found.aside else found
    if id == BY_NORM:
        return only(own, (Role.SCALE,), clean=True)  # or later, for all gradients in one go
    if "result" in kinds:
        return only(own, WHOLE if id == "returned-updated-parameter" else (Role.PLAIN,), clean=True)
    if "penalty" in kinds and id not in ABSENT:
        return only(own, (*WHOLE, Role.ADD), clean=True)
    if kinds & {"factor", "penalty"}:
        return only(own, WHOLE, clean=True)
    return only(own, (*WHOLE, Role.CORE), clean=True)


def _slope_or_above(id: str, kinds: set[str], own: Sequence[Step]) -> Step | None:
    if kinds == {"propagate"}:
        return only(own, (Role.WHOLE, Role.PROPAGATE), clean=False)
    if any(step.role == Role.SLOPE for step in own):
        if id in RULES:
            return only(own, (Role.SLOPE,), clean=True)
        if id == MISSING_SLOPE:
            return None  # what is called may be wrong, or what it is given
        if id == ACTIVATION and not any(CALLED.search(step.source or "") for step in own):
            return None  # the call is right, by its name
    if kinds == {"gate"} and id not in MASKS:
        return only(own, (*WHOLE, Role.GATE), clean=True)
    return only(own, WHOLE, clean=True)


def _slope_of_output(id: str, own: Sequence[Step]) -> Step | None:
    """Return the statement that multiplies the error, if that is no dA that may be wrong."""
    error, slope = (only(own, (role,), clean=True) for role in (Role.ERROR, Role.GATE))
    if error is None or slope is None or error.aside or slope.aside:
        return None
    is_open = id not in AFTER_DA and CALLED_DA.match(error.source or "")
    return None if is_open else slope


def _factor(id: str, own: Sequence[Step], steps: Sequence[Step]) -> Step | None:
    """Return the statement of a delta with a factor, unless the factor may stand further on."""
    whole = only(own, WHOLE, clean=True)
    if id.startswith("dropout-"):
        return whole
    elsewhere = [step for step in steps if step.name != "dZ"]
    spread = any(step.role in (Role.ADD, Role.SCALE) for step in elsewhere)
    if spread or not all(step.clean for step in (*elsewhere, *own)):
        return None  # the factor may stand in another statement
    if id == "sign-flipped" and whole is not None:
        return None if any(step.negated for step in elsewhere) else whole
    error = only(own, (Role.ERROR,), clean=True)
    if id == "sign-flipped" and error is not None and error.reversed:
        return None if any(step.negated for step in (*elsewhere, *own)) else error
    mark = MARKS.get(id)
    if mark is None or any(getattr(step, mark) for step in elsewhere):
        return None
    if id in SIZES and any(step.role in SIZE_ROLES for step in elsewhere):
        return None
    marked = [step for step in own if getattr(step, mark)]
    return marked[0] if len(marked) == 1 else None
