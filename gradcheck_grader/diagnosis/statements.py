"""Which of the statements that compute gradients belong to a place such as ``dW2``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from gradcheck_grader.reference.network import kind_of, layer_of
from gradcheck_grader.sandbox.child.lines.roles import Role
from gradcheck_grader.sandbox.job import Step

EVERY_OTHER, LAST = 0, -1  # layers of a step: see `Step`
WHOLE = (Role.WHOLE, Role.PLAIN)


def steps_at(place: str, depth: int, steps: Sequence[Step]) -> list[Step]:
    """Return the statements of a place such as ``dW2``: of its own layer, or of a loop."""
    name, layer = kind_of(place), layer_of(place)
    for number in (layer, *([LAST] if layer == depth else []), EVERY_OTHER):
        found = [step for step in steps if step.name == name and step.layer == number]
        if found:
            return found
    return []


def only(steps: Sequence[Step], roles: Collection[Role], *, clean: bool) -> Step | None:
    """Return the statement that has one of these roles, if there is only one."""
    found = [step for step in steps if step.role in roles and (step.clean or not clean)]
    return found[0] if len(found) == 1 else None


def distinct(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return each statement once; one in a loop or a helper serves several layers."""
    met: dict[tuple[str | None, int | None, int | None], Step] = {}
    for step in steps:
        met.setdefault((step.file, step.cell, step.line), step)
    return tuple(met.values())
