"""Which numbers a report shows: the right ones too, the student's own, or none.

full     the entry furthest off, and what it should be
own      the student's number at that entry
none     verdicts, points and causes, without numbers
"""

from __future__ import annotations

from gradcheck_grader.choices import Detail
from gradcheck_grader.models import GradeReport, GradientResult


def with_detail(report: GradeReport, detail: Detail) -> GradeReport:
    """Return the report with no more numbers than that."""
    if detail == "full":
        return report
    clean = _own if detail == "own" else _verdict
    findings = report.findings
    if detail == "none":
        findings = tuple(item.model_copy(update={"evidence": ""}) for item in findings)
    rows = tuple(clean(row) for row in report.gradients)
    return report.model_copy(update={"gradients": rows, "findings": findings})


def _own(row: GradientResult) -> GradientResult:
    if row.worst is None or row.worst.expected is None:
        return row
    return row.model_copy(update={"worst": row.worst.model_copy(update={"expected": None})})


def _verdict(row: GradientResult) -> GradientResult:
    """Return the row without its numbers; what was said of an exception stays."""
    update: dict[str, str | None] = {"worst": None, "relative_error": None}
    if row.verdict in ("wrong", "follow-through"):
        update["detail"] = ""  # the factor by which it is off
    return row.model_copy(update=update)
