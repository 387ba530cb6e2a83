"""Where the number is set that gradients divide by, in a statement apart from theirs."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck_grader.diagnosis.search.explanation import Cause
from gradcheck_grader.diagnosis.statements import distinct, steps_at
from gradcheck_grader.sandbox.child.lines.roles import Role
from gradcheck_grader.sandbox.job import Step

LESS_ONE = "divided-by-m-minus-one"
OVER_UNITS = "mean-over-units"
MISSING = "missing-mean"
SIZES = frozenset(("divided-by-wrong-size", LESS_ONE, OVER_UNITS, MISSING))
SIZE_ROLES = (Role.SIZE, Role.ENTRIES)


def sizes_of(
    cause: Cause, names: Sequence[str], depth: int, steps: Sequence[Step]
) -> tuple[Step, ...] | None:
    """Return what to point at where a number that is set elsewhere divides; None: not at that."""
    served = _served_by_size(names, depth, steps)
    if served and cause.id == LESS_ONE:
        return ()  # one less may stand in either statement
    if not served or not served <= set(cause.gradients):
        return None
    if cause.id == MISSING and _delta_divides(steps):
        return None
    if cause.id != OVER_UNITS:  # a mean that is missing all the same: that number is 1
        return _size(steps)
    # A number of examples is right, and units are divided by elsewhere; one of entries is not.
    if all(step.role != Role.ENTRIES for step in steps):
        return None
    return () if _delta_divides(steps) else _size(steps)


def line_of_size(names: Sequence[str], depth: int, steps: Sequence[Step]) -> Step | None:
    """Return the statement that sets what all these gradients divide by, if there is only one."""
    if _served_by_size(names, depth, steps) != set(names) or _delta_divides(steps):
        return None
    sizes = _size(steps)
    return sizes[0] if sizes else None


def _size(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the statement that sets what gradients divide by, if there is only one."""
    sizes = distinct(step for step in steps if step.role in SIZE_ROLES)
    return sizes if len(sizes) == 1 else ()


def _delta_divides(steps: Sequence[Step]) -> bool:
    """Return whether a delta divides as well: what the gradients divide by may then be right."""
    return any(step.scaled for step in steps if step.name == "dZ")


def _served_by_size(names: Sequence[str], depth: int, steps: Sequence[Step]) -> set[str]:
    """Return the gradients whose statements divide by a number that is set elsewhere."""
    return {
        name
        for name in names
        if any(step.role in SIZE_ROLES for step in steps_at(name, depth, steps))
    }
