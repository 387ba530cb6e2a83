"""How much a report says of causes: the assignment allows, the command line can only lower."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck_grader.choices import Hints
from gradcheck_grader.hints import LEVELS, with_hints
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports import json as json_report
from gradcheck_grader.reports import text
from gradcheck_grader.reports.style import Style
from gradcheck_grader.settings import CHOICES
from tests.conftest import Cli, Grade, built_in

EXAMPLES = built_in("shallow-tanh").folder / "examples"
WRONG = (EXAMPLES / "wrong_slope_of_sigmoid.py").read_text(encoding="utf-8")
FLAT = (EXAMPLES / "right_flat_bias.py").read_text(encoding="utf-8")
CAUSE = "wrong-derivative-sigmoid"


@pytest.fixture
def report(grade_text: Grade) -> GradeReport:
    return grade_text(WRONG)


def everything(report: GradeReport) -> str:
    return text.render(report, Style()) + json_report.render(report)


def test_all_hints_leave_the_report_as_it_is(report: GradeReport) -> None:
    assert with_hints(report, "full") is report


def test_a_nudge_says_what_is_seen_and_asks_no_question(report: GradeReport) -> None:
    nudged = with_hints(report, "nudge")
    said = everything(nudged)
    (full,) = report.findings
    (seen,) = nudged.findings
    assert (seen.message, seen.evidence) == (full.message, full.evidence)
    assert full.hint
    assert full.hint not in said
    assert "grader explain" not in said
    assert nudged.gradients == report.gradients


def test_no_hints_leave_verdicts_and_points(report: GradeReport) -> None:
    bare = with_hints(report, "none")
    said = everything(bare)
    (full,) = report.findings
    for words in (full.id, full.title, full.message, full.evidence, full.hint, "grader explain"):
        assert words not in said
    assert (bare.score, bare.status) == (report.score, report.status)
    for before, after in zip(report.gradients, bare.gradients, strict=True):
        kept = {"detail": "", "worst": None, "finding": None}
        assert after == replace(before, **kept)


def test_notes_cost_nothing_and_stay(grade_text: Grade) -> None:
    report = grade_text(FLAT)
    (note,) = with_hints(report, "none").findings
    assert (note.id, note.severity, note.hint) == ("shape-flat", "note", "")
    assert with_hints(report, "none").gradients == report.gradients


def test_what_stopped_the_code_is_said_without_hints_too(grade_text: Grade) -> None:
    stopped = grade_text("def backward_propagation(parameters, cache, X, Y):\n    return 1 / 0\n")
    bare = with_hints(stopped, "none")
    assert bare.problems == stopped.problems
    assert bare.gradients == stopped.gradients


def test_the_lowest_level_counts(report: GradeReport) -> None:
    pairs: list[tuple[Hints, Hints, Hints]] = [
        ("none", "full", "none"),
        ("full", "nudge", "nudge"),
        ("nudge", "none", "none"),
    ]
    for allowed, wanted, given in pairs:
        assert with_hints(report, allowed, wanted) == with_hints(report, given)


def test_the_levels_are_those_of_the_options() -> None:
    assert CHOICES["hints"] == LEVELS == ("none", "nudge", "full")


def said_by(cli: Cli, assignment: str, *options: str) -> str:
    command = ("check", "student.py", "-a", assignment, "--seed", "3", "--format", "json")
    done = cli(*command, *options)
    assert done.returncode == 1, done.stderr
    return json.dumps(json.loads(done.stdout))


def test_the_command_line_lowers_what_the_assignment_allows_and_never_raises_it(
    cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    shutil.copytree(built_in("shallow-tanh").folder, tmp_path / "exam")
    toml = tmp_path / "exam" / "assignment.toml"
    toml.write_text('hints = "none"\n' + toml.read_text(encoding="utf-8"), encoding="utf-8")
    assert CAUSE in said_by(cli, "shallow-tanh")
    assert CAUSE not in said_by(cli, "shallow-tanh", "--hints", "none")
    assert CAUSE not in said_by(cli, "./exam", "--hints", "full")


def test_an_unknown_level_is_a_usage_error(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    done = cli("check", "student.py", "--hints", "some")
    assert done.returncode == 2
    assert "some" in done.stderr
