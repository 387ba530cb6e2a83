"""Whole files of each format, as a platform gets them; read the diff of an update.

Rewrite with ``python -m pytest tests/reports/test_golden_formats.py --update-golden``.
"""

from __future__ import annotations

import base64

import pytest

from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports import renderer
from gradcheck_grader.reports.context import Context
from tests.reports.validate import CHECKS
from tests.test_golden import GOLDEN, steady

NAMES = sorted(set(CHECKS) - {"text", "json", "html"})  # the first two: tests/test_golden.py


@pytest.mark.parametrize("case", ["wrong", "hostile crash"])
@pytest.mark.parametrize("name", NAMES)
def test_a_format_is_what_it_was(
    reports: dict[str, GradeReport],
    context: Context,
    name: str,
    case: str,
    request: pytest.FixtureRequest,
) -> None:
    text = renderer(name, context)(reports[case])
    if name == "github-classroom":
        text = base64.b64decode(text.removeprefix("result=")).decode()
    path = GOLDEN / "formats" / f"{case.replace(' ', '-')}.{name}"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(steady(text), encoding="utf-8")
    assert steady(text) == path.read_text(encoding="utf-8")
