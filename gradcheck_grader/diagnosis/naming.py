"""From an explanation of wrong numbers to findings, and to what becomes of the points."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck_grader.assignment import Part
from gradcheck_grader.diagnosis.bench import Bench
from gradcheck_grader.diagnosis.engine import explain
from gradcheck_grader.diagnosis.explanation import Case, Cause, Explanation, Named
from gradcheck_grader.models import Finding


def name_causes(part: Part, bench: Bench, cases: Sequence[Case], accepted: frozenset[str]) -> Named:
    """Return the causes of what came back on the probes, nearest to the loss first.

    ``accepted`` holds gradients that count as right although they are inexact.
    """
    explanation = explain(part, cases, bench=bench, accepted=accepted)
    findings = [_finding(part, cause) for cause in explanation.causes]
    findings += _unexplained(part, explanation)
    charges = explanation.gradients.items()
    return Named(tuple(findings), {_row_name(part, name): charge for name, charge in charges})


def _row_name(part: Part, gradient: str) -> str:
    """Return the row that a gradient decides: of a step, that of its parameter."""
    return gradient if part.kind == "gradients" else gradient.removeprefix("d")


def _finding(part: Part, cause: Cause) -> Finding:
    rivals = " or ".join(f"{rival.title.lower()} ({rival.id})" for rival in cause.rivals)
    also = f" Or, with the same numbers: {rivals}." if rivals else ""
    return Finding(
        id=cause.id,
        severity="mistake",
        part=part.name,
        gradients=tuple(_row_name(part, name) for name in cause.gradients),
        title=cause.title,
        message=cause.message + also,
        hint=cause.hint,
        evidence=cause.evidence,
        confidence=cause.confidence,
    )


def _unexplained(part: Part, explanation: Explanation) -> list[Finding]:
    """Return what can be said of numbers that no known mistake gives: where it begins."""
    open_ = explanation.unexplained
    if open_ is None:
        return []
    return [
        Finding(
            id="unexplained",
            severity="mistake",
            part=part.name,
            gradients=tuple(_row_name(part, name) for name in open_.gradients),
            title="A mistake that has no name here",
            message=open_.pattern,
            hint="Work this step out on paper for one example and two units, and compare.",
            confidence="likely",
        )
    ]
