"""Wrong numbers of which nothing else was said: a report never leaves a mistake without a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.search.explanation import Named
from gradcheck_grader.diagnosis.wording import listed
from gradcheck_grader.models import Finding

OF_STEPS = "What is taken off {names} is no multiple of the gradients that were passed."
OF_SHAPES = "A step keeps the shape of a parameter; yours gives {names} another."
OF_SOME = (
    "{names}: right on {right} of {all} networks and wrong on the others, with no known mistake."
)


def untold(
    part: Part, comparisons: Sequence[Comparison], findings: Sequence[Finding], named: Named
) -> Iterator[Finding]:
    """Yield a finding of what is wrong on graded networks, and has neither finding nor charge.

    Where the code stops on others, that is its own word for what is wrong.
    """
    mistakes = [one for one in findings if one.severity == "mistake"]
    # One without gradients is behind all of them: a `return` that is missing.
    if any(item.verdict == "error" for item in comparisons) or not all(
        one.gradients for one in mistakes
    ):
        return
    told = {name for one in mistakes for name in one.gradients}
    # What has no numbers to look at is charged as if it were missing, and nothing is said of it.
    charges = [(name, one) for name, one in named.charges.items() if one.of != "gradient-missing"]
    told |= {name for name, one in charges if one.standing != "correct"}
    if part.kind != "gradients":
        yield from _misshapen(part, [item for item in comparisons if item.name not in told])
    wrong = [item for item in comparisons if item.verdict == "wrong" and item.name not in told]
    names = part.in_order({item.name for item in wrong})
    tried = {item.trial for item in comparisons if item.name in names}
    right = len(tried) - len({item.trial for item in wrong})
    if not names or (part.kind != "step" and not right):
        return
    if part.kind == "step":
        message = OF_STEPS.format(names=listed(names))
        hint = "Which numbers do you subtract from each parameter? Print them beside its gradient."
    else:
        message = OF_SOME.format(names=listed(names), right=right, all=len(tried))
        hint = (
            "Which statement changes some numbers only: a cut, a threshold, a condition, a "
            "rounding? Which numbers meet it on the networks where you are wrong?"
        )
    likely = _unexplained(part, names, "A mistake that has no name here", message, hint)
    yield replace(likely, confidence="likely")


def _misshapen(part: Part, comparisons: Sequence[Comparison]) -> Iterator[Finding]:
    """Yield a finding of new parameters that have another shape than the old ones."""
    names = part.in_order({item.name for item in comparisons if item.verdict == "wrong shape"})
    if names:
        message = OF_SHAPES.format(names=listed(names))
        hint = "Which shapes have a parameter and what you take off it? Print both."
        yield _unexplained(part, names, "The step changes a shape", message, hint)


def _unexplained(
    part: Part, names: tuple[str, ...], title: str, message: str, hint: str
) -> Finding:
    return Finding(
        id="unexplained",
        severity="mistake",
        part=part.name,
        gradients=names,
        title=title,
        message=message,
        hint=hint,
    )
