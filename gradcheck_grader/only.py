"""A report of some gradients alone: a view of what was graded, never another grading."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace

from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import (
    WITHOUT_VALUE,
    Finding,
    GradeReport,
    GradientResult,
    ReportProblem,
)
from gradcheck_grader.phrases import did_you_mean

Place = tuple[str, str]  # part and gradient


def only(report: GradeReport, wanted: Sequence[str]) -> GradeReport:
    """Return the report of the wanted gradients, their points as its score.

    Parameters
    ----------
    report : GradeReport
        The whole report.
    wanted : sequence of str
        Each a gradient ``dW1``, in every part that has it, or ``shallow.dW1`` (also
        ``shallow:dW1`` or ``shallow::dW1``) for one part's; several with commas between them.
        Empty: the whole report.

    Raises
    ------
    GraderError
        If the report has no such gradient.
    """
    if not wanted:
        return report
    kept = _places(report, [name.strip() for text in wanted for name in text.split(",")])
    rows = tuple(row for row in report.gradients if (row.part, row.name) in kept)
    findings = (_narrowed(finding, rows) for finding in report.findings)
    options = [word for text in wanted for word in ("--only", text)]
    return replace(
        report,
        gradients=rows,
        score=sum(row.points for row in rows),
        max_score=sum(row.max_points for row in rows),
        findings=tuple(finding for finding in findings if finding is not None),
        problems=_problems(report, rows),
        replay=f"{report.replay} {shlex.join(options)}",
    )


def _places(report: GradeReport, names: Sequence[str]) -> set[Place]:
    """Return every row that one of the names means."""
    rows = [(row.part, row.name) for row in report.gradients]
    kept: set[Place] = set()
    for name in names:
        part, _, gradient = re.sub(r"::?", ".", name).rpartition(".")
        meant = {row for row in rows if row[1] == gradient and part in ("", row[0])}
        if not meant:
            raise GraderError(
                f"there is no gradient {name!r} in this report",
                where="--only",
                remedy=_known(rows, name),
            )
        kept |= meant
    return kept


def _known(rows: Sequence[Place], name: str) -> str:
    """Return what could have been meant, and every name there is."""
    plain = list(dict.fromkeys(gradient for _, gradient in rows))
    several = len({part for part, _ in rows}) > 1
    full = [f"{part}.{gradient}" for part, gradient in rows] if several else []
    return f"{did_you_mean(name, plain + full)}There are: {', '.join(full or plain)}"


def _narrowed(finding: Finding, rows: Sequence[GradientResult]) -> Finding | None:
    """Return a finding as far as it concerns these rows; None if it does not."""
    if not finding.gradients:  # about the function or the file
        return finding if any(finding.part in ("", row.part) for row in rows) else None
    own = [row for row in rows if finding.concerns(row.part, row.name)]
    if all(row.verdict == "follow-through" for row in own):
        return finding if own else None  # the mistake itself is in another gradient
    left = tuple(name for name in finding.gradients if name in {row.name for row in own})
    return replace(finding, gradients=left)


def _problems(report: GradeReport, rows: Sequence[GradientResult]) -> tuple[ReportProblem, ...]:
    """Return what stopped the parts of these rows."""
    parts = {"", *(row.part for row in rows)}
    own = tuple(problem for problem in report.problems if problem.part in parts)
    # A problem that two parts share is in the report once, under the first of them.
    stopped = any(row.verdict in WITHOUT_VALUE for row in rows)
    return own or (report.problems if stopped else ())
