"""PrairieLearn's ``results.json``: a score from 0 to 1, and a test for each gradient.

What could not be graded is ``gradable: false``, which uses up no attempt. A file of more than
1 MiB is refused by the platform, so texts are cut until it is smaller.
"""

from __future__ import annotations

from typing import Any

from gradcheck_grader.models import GradeReport, GradientResult
from gradcheck_grader.reports import words
from gradcheck_grader.reports.fitting import dump_within

SIZE = 2**20 - 1


def render(report: GradeReport) -> str:
    """Return the whole ``results.json``."""
    problems = ["\n".join(words.problem_lines(problem)) for problem in report.problems]
    blocks = [words.score_words(report), *problems, *words.loose(report)]
    document: dict[str, Any] = {
        "gradable": report.status == "graded",
        "message": words.plain("\n\n".join(blocks)),
        "output": words.plain(report.output),
    }
    if report.status == "graded":
        # The sum of the rows, as the platform adds them up, so that both numbers it shows agree.
        most = sum(row.max_points for row in report.gradients)
        document["score"] = sum(row.points for row in report.gradients) / most if most else 0.0
        document["tests"] = [_test(report, row) for row in report.gradients]
    else:
        document["format_errors"] = [words.plain(text) for text in problems] or [words.NOT_GRADED]
    return dump_within(document, SIZE)


def _test(report: GradeReport, row: GradientResult) -> dict[str, Any]:
    """Return one gradient; without points in every one the platform shows points for none."""
    return {
        "name": words.row_name(report, row),
        "description": f"{row.verdict}, shape {row.shape}" if row.shape else row.verdict,
        "points": row.points,
        "max_points": row.max_points,
        "message": words.explain_row(report, row),
    }
