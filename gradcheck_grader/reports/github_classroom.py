"""GitHub Classroom's results, as its runners hand them to its reporter: base64 of JSON.

The reporter adds up the scores of the tests; a test passes only if its gradient is right. What
could not be graded has no ``max_score``, and of that the reporter reports no points.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from gradcheck_grader.models import Finding, GradeReport, GradientResult, ReportProblem
from gradcheck_grader.reports import words
from gradcheck_grader.reports.context import Context
from gradcheck_grader.reports.failure import blamed
from gradcheck_grader.reports.fitting import dump

OUTPUT = "GITHUB_OUTPUT"
STOPPED = ("error", "timeout", "not graded")


def render(report: GradeReport, context: Context | None = None) -> str:
    """Return the step's output: one line, ``result=`` and base64."""
    text = dump(as_object(report, context or Context()))
    return f"result={base64.b64encode(text.encode()).decode()}\n"


def additions(report: GradeReport, context: Context) -> Iterator[tuple[str, str]]:
    """Yield variable and text of what is appended to a file of the platform's."""
    yield OUTPUT, render(report, context)


def as_object(report: GradeReport, context: Context) -> dict[str, Any]:
    """Return what the reporter decodes."""
    graded = report.status == "graded"
    status = "pass" if report.all_correct else "fail" if graded else "error"
    problems = [line for problem in report.problems for line in words.problem_lines(problem)]
    return {
        "version": 1,
        "status": status,
        "message": words.plain("\n".join(problems)) or None,
        "max_score": report.max_score if graded else 0,
        "tests": [_test(report, row, context) for row in report.gradients] or [_none(report)],
    }


def _none(report: GradeReport) -> dict[str, Any]:
    """Return the test of a report without rows; an empty list makes the reporter divide by 0."""
    return {
        "name": report.assignment.name,
        "status": "error",
        "score": 0,
        "message": words.score_words(report),
        "test_code": "",
        "filename": words.one_line(report.submission.name),
        "line_no": 0,
        "execution_time": 0,
    }


def _test(report: GradeReport, row: GradientResult, context: Context) -> dict[str, Any]:
    cause = blamed(report, row)
    status = "pass" if row.verdict == "correct" else "fail"
    return {
        "name": words.row_name(report, row),
        "status": "error" if row.verdict in STOPPED else status,
        "score": row.points,
        "message": words.explain_row(report, row, problems=True),
        "test_code": "",
        "filename": words.one_line(_file(report, cause, context)),
        "line_no": (context.line_of(cause) or 0) if cause else 0,
        "execution_time": 0,
    }


def _file(report: GradeReport, cause: Finding | ReportProblem | None, context: Context) -> str:
    return context.file_of(cause, report) if cause else context.path or report.submission.name
