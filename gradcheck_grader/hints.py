"""How much a report says of causes: verdicts only, what is seen, or the question that leads too.

none     which gradients are right; of causes nothing
nudge    what is seen: ratio, place, evidence
full     the question that leads as well, and with it the pointer to ``grader explain``
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from gradcheck_grader.choices import Hints
from gradcheck_grader.models import Finding, GradeReport, GradientResult

LEVELS: tuple[Hints, ...] = get_args(Hints)  # least first
JUDGED = ("wrong", "wrong shape", "missing", "follow-through")  # of others, what happened is said


def with_hints(report: GradeReport, *levels: Hints) -> GradeReport:
    """Return the report with as many hints as the lowest of these levels allows."""
    level = LEVELS[min(LEVELS.index(level) for level in levels)]
    if level == "full":
        return report
    findings = report.findings
    rows = report.gradients
    if level == "none":
        findings = tuple(item for item in findings if not _is_cause(item))
        rows = tuple(_verdict_only(row, findings) for row in rows)
    quiet = tuple(replace(item, hint="") for item in findings)
    return replace(report, findings=quiet, gradients=rows)


def _is_cause(finding: Finding) -> bool:
    """Return whether a finding names why gradients are wrong; a note names no such thing."""
    return finding.severity == "mistake" and bool(finding.gradients)


def _verdict_only(row: GradientResult, left: tuple[Finding, ...]) -> GradientResult:
    if row.verdict not in JUDGED:
        return row
    known = {finding.id for finding in left}
    finding = row.finding if row.finding in known else None
    return replace(row, detail="", worst=None, finding=finding)
