"""Every format fits its schema and says the same score, whatever was handed in."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gradcheck_grader.models import Finding, GradeReport, GradientResult, ReportProblem, Worst
from gradcheck_grader.report_file import REPORT
from gradcheck_grader.reports import FORMATS, compact, renderer
from gradcheck_grader.reports.context import Context
from gradcheck_grader.reports.style import Style
from gradcheck_grader.reports.text import render, render_quiet
from tests.reports.cases import CODES
from tests.reports.conftest import CLASSROOM50
from tests.reports.validate import CHECKS

OTHERS = ("hostile crash", "two parts", "note", "syntax", "notebook", "folder")
Reports = dict[str, GradeReport]
VERDICTS = ("correct", "follow-through", "wrong", "wrong shape", "missing", "error", "timeout")


def wanted(report: GradeReport) -> tuple[int, int] | None:
    return (report.score, report.max_score) if report.status == "graded" else None


def test_every_format_has_a_validator() -> None:
    assert set(CHECKS) == set(FORMATS)


@pytest.mark.parametrize("case", [*CODES, *OTHERS])
@pytest.mark.parametrize("name", CHECKS)
def test_a_format_fits_its_schema_and_tells_the_score(
    reports: Reports, context: Context, name: str, case: str
) -> None:
    report = reports[case]
    text = renderer(name, context)(report)
    assert text.endswith("\n")
    assert CHECKS[name](text) == wanted(report)
    assert text == renderer(name, context)(report)


def test_the_cases_are_what_they_are_called(reports: Reports) -> None:
    verdicts = {name: {row.verdict for row in report.gradients} for name, report in reports.items()}
    assert verdicts["right"] == {"correct"}
    assert verdicts["wrong"] == {"wrong", "follow-through"}
    assert verdicts["crash"] == {"error"}
    assert verdicts["timeout"] == {"timeout"}
    assert verdicts["not graded"] == {"not graded"}
    assert len(reports["hostile"].output) > 5000
    assert "::error::taken over" in reports["hostile"].output


@pytest.mark.parametrize("case", ["hostile", "hostile crash"])
def test_what_a_terminal_obeys_is_not_on_the_screen(reports: Reports, case: str) -> None:
    report = reports[case]
    assert "\x1b" in report.submission.name
    quiet, screen = render_quiet(report), compact.render(report, Style())
    for shown in (render(report), quiet, screen):
        assert "::error::" in shown
        assert all(sign.isprintable() for sign in shown.replace("\n", ""))
    assert quiet.count("\n") == 1
    assert screen.splitlines()[1] == ""  # the name is one line


def test_the_quiet_line_says_which_part_it_means(reports: Reports) -> None:
    report = reports["wrong"]
    assert "deep." not in render_quiet(report)
    first = next(row for row in report.gradients if row.verdict == "wrong")
    both = replace(report, gradients=(*report.gradients, replace(first, part="deep")))
    quiet = render_quiet(both)
    assert f" {first.part}.{first.name}={first.finding}" in quiet
    assert f" deep.{first.name}={first.finding}" in quiet


SAID = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    [
        "::error::x",
        "]]>",
        "\x1b[31m",
        "</script>",
        "\u202e",
        "&" * 50,
        "a|b",
        "```",
        "%0A",
        "\udcff",
    ]
)
GIVEN = SAID.map("x{}".format)  # of what is never empty
PART = st.sampled_from(["shallow", "deep"])
NAMES = st.sampled_from(["dW1", "db1", "dW2", "a|b"])
LINE = st.none() | st.integers(1, 10**6)
CARET = st.none() | st.tuples(st.integers(0, 200), st.integers(0, 200))
PLACES = {"line": LINE, "caret": CARET, "cell": LINE, "file": st.none() | GIVEN, "source": SAID}
FINITE = st.floats(allow_nan=False, allow_infinity=False)
ROW = st.builds(
    GradientResult,
    part=PART,
    name=NAMES,
    shape=SAID,
    verdict=st.sampled_from(VERDICTS),
    points=st.just(0),
    max_points=st.integers(0, 40),
    relative_error=st.none() | FINITE,
    worst=st.none()
    | st.builds(
        Worst,
        trial=st.integers(0, 20),
        entry=st.tuples(st.integers(0, 9), st.integers(0, 9)),
        got=st.none() | FINITE,
        expected=st.none() | FINITE,
    ),
    trials=st.integers(0, 30),
    trials_correct=st.integers(0, 30),
    finding=st.none() | SAID,
    detail=SAID,
)
FINDING = st.builds(
    Finding,
    id=GIVEN,
    severity=st.sampled_from(["mistake", "note"]),
    gradients=st.lists(NAMES, max_size=3).map(tuple),
    part=PART | st.just(""),
    title=GIVEN,
    message=GIVEN,
    hint=SAID,
    evidence=SAID,
    confidence=st.just("likely"),
    **PLACES,
)
PROBLEM = st.builds(
    ReportProblem, kind=GIVEN, message=GIVEN, part=PART | st.just(""), exception=SAID, **PLACES
)


@st.composite
def any_report(draw: st.DrawFn) -> GradeReport:
    found = draw(st.lists(ROW, min_size=1, max_size=6, unique_by=lambda row: (row.part, row.name)))
    rows = [replace(row, points=draw(st.integers(0, row.max_points))) for row in found]
    return REPORT.validate_python(
        {
            "submission": {"name": draw(GIVEN), "sha256": "0" * 64},
            "assignment": {
                "name": "x",
                "title": draw(GIVEN),
                "chosen": "detected",
                "why": draw(SAID),
            },
            "grader": {"version": "1", "seed": 1, "isolation": ()},
            "status": "graded",
            "score": sum(row.points for row in rows),
            "max_score": sum(row.max_points for row in rows),
            "gradients": [asdict(row) for row in rows],
            "findings": [asdict(item) for item in draw(st.lists(FINDING, max_size=3))],
            "problems": [asdict(item) for item in draw(st.lists(PROBLEM, max_size=2))],
            "output": draw(SAID),
            "replay": "grader check x.py",
        }
    )


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # shrinking such a report takes minutes
    suppress_health_check=list(HealthCheck),
)
@given(report=any_report(), root=st.sampled_from(["", "week 1", "/work", None]))
def test_totals_agree_in_every_format_for_any_report(report: GradeReport, root: str | None) -> None:
    context = Context("a/x.py", root, "f00dfeed", CLASSROOM50)
    for name, check in CHECKS.items():
        text = renderer(name, context)(report).encode("utf-8", "replace").decode()
        assert check(text) == wanted(report), name
