"""Which numbers a report shows: the right ones too, the student's own, or none.

full     the entry furthest off, and what it should be
own      the student's number at that entry
none     verdicts, points and causes, without numbers
"""

from __future__ import annotations

from dataclasses import replace

from gradcheck_grader.choices import Detail
from gradcheck_grader.models import GradeReport, GradientResult


def with_detail(report: GradeReport, detail: Detail) -> GradeReport:
    """Return the report with no more numbers than that."""
    if detail == "full":
        return report
    clean = _own if detail == "own" else _verdict
    findings = report.findings
    if detail == "none":
        findings = tuple(replace(item, evidence="") for item in findings)
    rows = tuple(clean(row) for row in report.gradients)
    return replace(report, gradients=rows, findings=findings)


def _own(row: GradientResult) -> GradientResult:
    if row.worst is None or row.worst.expected is None:
        return row
    return replace(row, worst=replace(row.worst, expected=None))


def _verdict(row: GradientResult) -> GradientResult:
    """Return the row without its numbers; what was said of an exception stays."""
    is_factor = row.verdict in ("wrong", "follow-through")  # by which it is off
    detail = "" if is_factor else row.detail
    return replace(row, worst=None, relative_error=None, detail=detail)
