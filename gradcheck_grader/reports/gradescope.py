"""Gradescope's ``results.json``: a test for each gradient, numbered part by part.

A report without grades has neither score nor tests. Gradescope takes that for an autograder that
failed, which it is, and enters no points; any number here would be entered as the student's.
"""

from __future__ import annotations

from typing import Any

from gradcheck_grader.models import GradeReport, GradientResult
from gradcheck_grader.reports import words
from gradcheck_grader.reports.context import Context
from gradcheck_grader.reports.fitting import dump
from gradcheck_grader.reports.json import as_object


def render(report: GradeReport, context: Context | None = None) -> str:
    """Return the whole ``results.json``."""
    visibility = context.visibility if context else "visible"
    kept = as_object(report)
    kept.pop("output")  # what a student printed is shown, and not stored as data of ours
    kept.pop("signature", None)  # it was made over all of the report
    document: dict[str, Any] = {
        "output": _whole(report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        **({"visibility": visibility} if visibility != "visible" else {}),
        "extra_data": {"report": kept},
    }
    if report.status == "graded":
        parts = list(dict.fromkeys(row.part for row in report.gradients))
        document["score"] = report.score
        document["tests"] = [
            _test(report, row, f"{parts.index(row.part) + 1}.{number}")
            for part in parts
            for number, row in enumerate((r for r in report.gradients if r.part == part), start=1)
        ]
    return dump(document)


def _test(report: GradeReport, row: GradientResult, number: str) -> dict[str, Any]:
    """Return one gradient; green only where it is right, whatever points it kept."""
    return {
        "name": words.row_name(report, row),
        "number": number,
        "status": "passed" if row.verdict == "correct" else "failed",
        "score": row.points,
        "max_score": row.max_points,
        "output": words.explain_row(report, row) or "correct",
        "tags": [row.verdict, *([row.finding] if row.finding else [])],
    }


def _whole(report: GradeReport) -> str:
    """Return what concerns the submission as a whole: the score, what stopped it, what it said."""
    blocks = [f"{report.assignment.title}. {words.score_words(report)}"]
    blocks += ["\n".join(words.problem_lines(problem)) for problem in report.problems]
    blocks += words.loose(report)
    if report.output.strip():
        blocks.append(f"Your code printed:\n{report.output.rstrip()}")
    if report.replay:
        blocks.append(f"The same networks again: {report.replay}")
    return words.plain("\n\n".join(blocks))
