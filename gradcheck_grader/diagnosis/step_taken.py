"""What is wrong with a step of gradient descent whose gradients were given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.models import Finding

UNCHANGED = "unchanged"


def step_taken(part: Part, comparisons: Sequence[Comparison]) -> Iterator[Finding]:
    """Yield what all wrong parameters of a step have in common."""
    wrong = [item for item in comparisons if item.verdict == "wrong"]
    names = part.in_order({item.name for item in wrong})
    if part.kind != "step" or not names:
        return
    told = {item.detail for item in wrong} - {""}  # of a single number no pattern is told
    if told == {UNCHANGED}:
        yield Finding(
            id="zero-gradient",
            severity="mistake",
            part=part.name,
            gradients=names,
            title="The step is zero",
            message="These parameters came back as they were passed.",
            hint="Is something taken off each of them, and is the new value handed back?",
        )
    elif told and all(detail.startswith("step: ") for detail in told):
        yield Finding(
            id="constant-factor",
            severity="mistake",
            part=part.name,
            gradients=names,
            title="The step has another length",
            message="What is taken off is a multiple of the right step: "
            f"{max(told, key=len).removeprefix('step: ')}, on one of the networks.",
            hint="Which numbers does the step multiply? Is the learning rate the one that is "
            "passed, and is it there once?",
        )
