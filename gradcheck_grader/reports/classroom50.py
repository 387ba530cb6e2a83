"""Classroom 50's ``result.json`` (``classroom50/result/v1``): whole points, a test a gradient.

Who and what is graded comes from the variables that its runner sets. The time is that of the
submission, from its tag, and never the clock's: grading again gives the same file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport, GradientResult
from gradcheck_grader.reports import words
from gradcheck_grader.reports.context import Context
from gradcheck_grader.reports.fitting import dump

SCHEMA = "classroom50/result/v1"
TAG = re.compile(r"submit/(\d{4}-\d\d-\d\d)T(\d\d)-?:?(\d\d)-?:?(\d\d)Z\b")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
WANTED = {  # our key -> the variables that may hold it, first one first
    "classroom": ("CLASSROOM",),
    "assignment": ("ASSIGNMENT",),
    "assignment_type": ("ASSIGNMENT_TYPE", "MODE"),
    "owner": ("OWNER", "USERNAME"),
    "submission": ("SUBMISSION_TAG",),
    "commit": ("COMMIT_URL",),
    "release": ("RELEASE_URL",),
    "review": ("REVIEW_URL", "COMMIT_URL"),
}


def render(report: GradeReport, context: Context) -> str:
    """Return the whole ``result.json``.

    Raises
    ------
    GraderError
        If the runner's variables are missing.
    """
    found = _identity(context.environment)
    graded = report.status == "graded"
    document = {
        "schema": SCHEMA,
        **found,
        "datetime": _instant(found["submission"], context.environment),
        # Of what could not be graded there are no points, also none to be had.
        "score": report.score if graded else 0,
        "max-score": report.max_score if graded else 0,
        "tests": [_test(report, row) for row in report.gradients] if graded else [],
    }
    return dump(document)


def _identity(environment: Mapping[str, str]) -> dict[str, str]:
    found = {
        key: next((environment[name] for name in names if environment.get(name)), "")
        for key, names in WANTED.items()
    }
    missing = [" or ".join(WANTED[key]) for key, value in found.items() if not value]
    if missing:
        raise GraderError(
            f"the format classroom50 needs what its runner sets: {', '.join(missing)}",
            where="the environment",
            remedy="Run it from autograder.py on Classroom 50, or set these variables.",
        )
    _demand(found["submission"].startswith("submit/"), "SUBMISSION_TAG", "begin with submit/")
    _demand(
        found["assignment_type"] in ("individual", "group"),
        "ASSIGNMENT_TYPE",
        "be individual or group",
    )
    return found


def _instant(tag: str, environment: Mapping[str, str]) -> str:
    """Return when it was handed in: as the tag says, or SUBMISSION_TIME where it says nothing."""
    if match := TAG.match(tag):
        day, *clock = match.groups()
        return f"{day}T{':'.join(clock)}Z"
    time = environment.get("SUBMISSION_TIME", "")
    _demand(
        INSTANT.fullmatch(time) is not None,
        "SUBMISSION_TAG",
        "hold the time of the submission, or SUBMISSION_TIME be set to it "
        "(2026-06-01T14:32:05Z, in UTC)",
    )
    return time


def _demand(true: bool, variable: str, rule: str) -> None:
    if not true:
        raise GraderError(f"{variable} has to {rule}", where="the environment")


def _test(report: GradeReport, row: GradientResult) -> dict[str, Any]:
    return {
        "test-name": words.row_name(report, row),
        "passed": row.verdict == "correct",
        "score": row.points,
        "max-score": row.max_points,
        "verdict": row.verdict,
        "message": words.explain_row(report, row, problems=True),
    }
