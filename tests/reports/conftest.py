"""The reports, made once for all tests of formats."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports.context import Context
from gradcheck_grader.sandbox import Sandbox
from tests.reports.cases import every_report

CLASSROOM50 = {
    "CLASSROOM": "cs-principles",
    "ASSIGNMENT": "backprop",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "alice",
    "USERNAME": "alice",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://example.org/commit/a1b2c3d",
    "RELEASE_URL": "https://example.org/releases/1",
    "REVIEW_URL": "https://example.org/compare/1",
}


@pytest.fixture(scope="session")
def reports(sandbox: Sandbox) -> dict[str, GradeReport]:
    return every_report(sandbox)


@pytest.fixture
def context() -> Context:
    return Context("week 1/student.py", "week 1", "f00dfeed", CLASSROOM50)
