"""From a cause to the statement of the student's file where the wrong step is computed.

The statements come from the child, which alone reads the source. Where a step is spread over
several, only those of which one must be meant are pointed at: no line rather than a guess.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import partial

from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue
from gradcheck_grader.diagnosis.mistakes.other import FACTORS, PENALTY, RESULT
from gradcheck_grader.diagnosis.search.explanation import Cause
from gradcheck_grader.reference.network import kind_of, layer_of
from gradcheck_grader.sandbox.child.lines.roles import Role
from gradcheck_grader.sandbox.job import Step

EVERY_OTHER, LAST = 0, -1  # layers of a step: see `Step`
WHOLE = (Role.WHOLE, Role.PLAIN)
PASSED = (Role.CALL, Role.PASSED)  # not where a step is computed, but what its value goes through
MISSING_SLOPE = "hidden-missing-gprime"
FACTOR_IDS = frozenset(mistake.id for mistake in FACTORS)
PENALTY_IDS = frozenset(mistake.id for mistake in PENALTY)
RESULT_IDS = frozenset(mistake.id for mistake in RESULT)
LESS_ONE = "divided-by-m-minus-one"
BY_NORM = "divided-by-its-norm"
OVER_UNITS = "mean-over-units"
SIZES = frozenset(("divided-by-wrong-size", LESS_ONE, OVER_UNITS))
SIZE_ROLES = (Role.SIZE, Role.ENTRIES)
TAKES_ANOTHER = frozenset((
    "gprime-of-wrong-layer", "delta-of-wrong-layer", "db-of-wrong-layer", "gradients-use-dA",
    "dW-uses-dA", "dW-uses-own-activation", "dW-uses-x-everywhere", "dW-uses-z",
    "dW-uses-weights",
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
    "output-wrong-activation-derivative", "output-times-activation",
))  # fmt: skip
"""Slips of what the error of the last layer is multiplied by."""
CALLED_DA = re.compile(r"\s*d_?a", re.IGNORECASE)
ACTIVATION = "g-instead-of-gprime"
CALLED = re.compile(r"(?<![\w.])(sigmoid|tanh|relu|leaky_relu|activation(_func(tion)?)?)\(")
"""A function that by its name gives the activation, called where the slope belongs."""
PICKS = frozenset(("labels-pick-whole-examples", "labels-pick-whole-classes"))
"""Slips of an index: they stand where it picks what 1 is subtracted from, or in labels before."""
PICKED = re.compile(r"\]\s*-=")
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
    if cause.id in SIZES and (sizes := _sizes_of(cause, names, depth, steps)) is not None:
        return sizes
    # Factors are named by the fewest places that give them, which need not be the student's.
    places = cause.places[:1] if cause.id in FACTOR_IDS else cause.places
    if cause.id == MISSING_SLOPE:  # where the slope was computed, another line is wrong
        places = tuple(one for one in places if not slope_is_unread(one, depth, steps))
    kinds = _kinds(catalogue, [cause.id])
    found = [_at(catalogue, cause.id, place, depth, steps) for place in places]
    serves = partial(_serves_right, cause.id, wrong=wrong, kinds=kinds, depth=depth, steps=steps)
    found = [
        _role(_steps_at(place, depth, steps), (Role.CALL,), clean=False)
        if step is not None and serves(step)
        else step
        for place, step in zip(places, found, strict=True)
    ]
    statements = _distinct(step for step in found if step is not None and not serves(step))
    if cause.id in TAKES_ANOTHER and not all(step.alone for step in statements):
        return ()  # the wrong array may have got its name in another statement
    return statements


def _sizes_of(
    cause: Cause, names: Sequence[str], depth: int, steps: Sequence[Step]
) -> tuple[Step, ...] | None:
    """Return what to point at where a number that is set elsewhere divides; None: not at that."""
    served = _served_by_size(names, depth, steps)
    if served and cause.id == LESS_ONE:
        return ()  # one less may stand in either statement
    if not served or not served <= set(cause.gradients):
        return None
    if cause.id != OVER_UNITS:
        return _size(steps)
    # A number of examples is right, and units are divided by elsewhere; one of entries is not.
    if all(step.role != Role.ENTRIES for step in steps):
        return None
    return () if _delta_divides(steps) else _size(steps)


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
        for other in _steps_at(place, depth, steps)
    )


def _size(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the statement that sets what gradients divide by, if there is only one."""
    sizes = _distinct(step for step in steps if step.role in SIZE_ROLES)
    return sizes if len(sizes) == 1 else ()


def _delta_divides(steps: Sequence[Step]) -> bool:
    """Return whether a delta divides as well: what the gradients divide by may then be right."""
    return any(step.scaled for step in steps if step.name == "dZ")


def _distinct(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return each statement once; one in a loop or a helper serves several layers."""
    met: dict[tuple[str | None, int | None, int | None], Step] = {}
    for step in steps:
        met.setdefault((step.file, step.cell, step.line), step)
    return tuple(met.values())


def line_of_size(names: Sequence[str], depth: int, steps: Sequence[Step]) -> Step | None:
    """Return the statement that sets what all these gradients divide by, if there is only one."""
    if _served_by_size(names, depth, steps) != set(names) or _delta_divides(steps):
        return None
    sizes = _size(steps)
    return sizes[0] if sizes else None


def slope_is_unread(place: str, depth: int, steps: Sequence[Step]) -> bool:
    """Return whether a delta is multiplied by something, and no gradient made from the product."""
    return any(step.role == Role.UNREAD for step in _steps_at(place, depth, steps))


def line_at(place: str, depth: int, steps: Sequence[Step]) -> Step | None:
    """Return the statement of a step whose mistake has no name, where it is only one."""
    step = _role(_steps_at(place, depth, steps), WHOLE, clean=True)
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
    every = _steps_at(place, depth, steps)
    own = [step for step in every if step.role not in (*PASSED, Role.UNREAD)]
    kinds = _kinds(catalogue, [id])
    if id in PICKS:
        picking = [step for step in every if PICKED.search(step.source or "")]
        return _role(picking, (Role.WHOLE, Role.PASSED), clean=True)
    if place.startswith("dZ"):
        if "factor" in kinds:
            return _factor(id, own, steps)
        if id in OUTPUT_SLOPES and (slope := _slope_of_output(own)):
            return slope
        return _slope_or_above(id, kinds & {"output", "propagate", "gate"}, own)
    if id == BY_NORM:
        return _role(own, (Role.SCALE,), clean=True)  # or later, for all gradients in one go
    if "result" in kinds:
        return _role(
            own, WHOLE if id == "returned-updated-parameter" else (Role.PLAIN,), clean=True
        )
    if "penalty" in kinds and id not in ABSENT:
        return _role(own, (*WHOLE, Role.ADD), clean=True)
    if kinds & {"factor", "penalty"}:
        return _role(own, WHOLE, clean=True)
    return _role(own, (*WHOLE, Role.CORE), clean=True)


def _slope_or_above(id: str, kinds: set[str], own: Sequence[Step]) -> Step | None:
    if kinds == {"propagate"}:
        return _role(own, (Role.WHOLE, Role.PROPAGATE), clean=False)
    if any(step.role == Role.SLOPE for step in own):
        if id in RULES:
            return _role(own, (Role.SLOPE,), clean=True)
        if id == MISSING_SLOPE:
            return None  # what is called may be wrong, or what it is given
        if id == ACTIVATION and not any(CALLED.search(step.source or "") for step in own):
            return None  # the call is right, by its name
    if kinds == {"gate"} and id not in MASKS:
        return _role(own, (*WHOLE, Role.GATE), clean=True)
    return _role(own, WHOLE, clean=True)


def _slope_of_output(own: Sequence[Step]) -> Step | None:
    """Return the statement that multiplies the error, if that is no dA that may be wrong."""
    error, slope = (_role(own, (role,), clean=True) for role in (Role.ERROR, Role.GATE))
    if error is None or slope is None or error.aside or slope.aside:
        return None
    return None if CALLED_DA.match(error.source or "") else slope


def _factor(id: str, own: Sequence[Step], steps: Sequence[Step]) -> Step | None:
    """Return the statement of a delta with a factor, unless the factor may stand further on."""
    whole = _role(own, WHOLE, clean=True)
    if id.startswith("dropout-"):
        return whole
    elsewhere = [step for step in steps if step.name != "dZ"]
    spread = any(step.role in (Role.ADD, Role.SCALE) for step in elsewhere)
    if spread or not all(step.clean for step in (*elsewhere, *own)):
        return None  # the factor may stand in another statement
    if id == "sign-flipped" and whole is not None:
        return None if any(step.negated for step in elsewhere) else whole
    error = _role(own, (Role.ERROR,), clean=True)
    if id == "sign-flipped" and error is not None and error.reversed:
        return None if any(step.negated for step in (*elsewhere, *own)) else error
    mark = MARKS.get(id)
    if mark is None or any(getattr(step, mark) for step in elsewhere):
        return None
    if id in SIZES and any(step.role in SIZE_ROLES for step in elsewhere):
        return None
    marked = [step for step in own if getattr(step, mark)]
    return marked[0] if len(marked) == 1 else None


def _served_by_size(names: Sequence[str], depth: int, steps: Sequence[Step]) -> set[str]:
    """Return the gradients whose statements divide by a number that is set elsewhere."""
    return {
        name
        for name in names
        if any(step.role in SIZE_ROLES for step in _steps_at(name, depth, steps))
    }


def _steps_at(place: str, depth: int, steps: Sequence[Step]) -> list[Step]:
    """Return the statements of a place such as ``dW2``: of its own layer, or of a loop."""
    name, layer = kind_of(place), layer_of(place)
    for number in (layer, *([LAST] if layer == depth else []), EVERY_OTHER):
        found = [step for step in steps if step.name == name and step.layer == number]
        if found:
            return found
    return []


def _role(steps: Sequence[Step], roles: Collection[Role], *, clean: bool) -> Step | None:
    found = [step for step in steps if step.role in roles and (step.clean or not clean)]
    return found[0] if len(found) == 1 else None
