"""``--only``: a view of some gradients, never another grading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport
from gradcheck_grader.only import only
from tests.conftest import Cli, Grade, built_in

EXAMPLES = built_in("backprop").folder / "examples"
WRONG = (EXAMPLES / "wrong_hidden_slope_forgotten.py").read_text(encoding="utf-8")
TWICE = (EXAMPLES / "wrong_mean_twice.py").read_text(encoding="utf-8")
CHECK = ("check", "student.py", "-a", "backprop", "--seed", "3")


@pytest.fixture(scope="module")
def wrong(grade_text: Grade) -> GradeReport:
    return grade_text(WRONG, "backprop", 3)


def names(report: GradeReport) -> list[str]:
    return [f"{row.part}.{row.name}" for row in report.gradients]


def test_no_name_leaves_the_report_as_it_is(wrong: GradeReport) -> None:
    assert only(wrong, []) is wrong


def test_a_name_means_the_gradient_in_every_part(wrong: GradeReport) -> None:
    assert names(only(wrong, ["dW1"])) == ["shallow.dW1", "deep.dW1"]


@pytest.mark.parametrize("name", ["deep.dW1", "deep:dW1", "deep::dW1"])
def test_a_part_can_be_named(wrong: GradeReport, name: str) -> None:
    assert names(only(wrong, [name])) == ["deep.dW1"]


def test_several_are_named_by_commas_or_options_in_the_report_s_order(wrong: GradeReport) -> None:
    wanted = ["shallow.dW1", "deep.db5", "deep.dW5"]
    assert names(only(wrong, ["shallow.dW1, deep.db5", "deep.dW5"])) == [
        "shallow.dW1",
        "deep.dW5",
        "deep.db5",
    ]
    assert names(only(wrong, wanted)) == names(only(wrong, [",".join(wanted)]))


def test_the_score_is_that_of_these_gradients(wrong: GradeReport) -> None:
    view = only(wrong, ["shallow.dW2,shallow.dW1"])
    assert (view.score, view.max_score) == (15, 30)
    assert not view.all_correct
    assert only(wrong, ["shallow.dW2"]).all_correct


def test_a_cause_of_others_alone_is_left_out(wrong: GradeReport) -> None:
    assert not [item for item in only(wrong, ["shallow.dW2"]).findings if item.gradients]
    causes = [item for item in only(wrong, ["shallow.db1"]).findings if item.gradients]
    assert [(item.part, item.gradients) for item in causes] == [("shallow", ("db1",))]


def test_what_follows_from_another_s_mistake_keeps_that_cause(grade_text: Grade) -> None:
    report = grade_text(TWICE, "backprop", 3)
    view = only(report, ["shallow.dW1"])
    assert view.gradients[0].verdict == "follow-through"
    assert [item.id for item in view.findings] == ["double-mean"]
    assert "dW2" in view.findings[0].gradients


def test_a_problem_that_two_parts_share_is_said_of_either(grade_text: Grade) -> None:
    report = grade_text(
        "def backward_propagation(parameters, cache, X, Y):\n    1 / 0\n", "backprop"
    )
    assert len(report.problems) == 1
    for name in ("shallow.dW1", "deep.dW1"):
        assert only(report, [name]).problems == report.problems


def test_an_unknown_name_is_told_those_there_are(wrong: GradeReport) -> None:
    with pytest.raises(GraderError, match="there is no gradient 'deep") as raised:
        only(wrong, ["deep.dW9"])
    assert "Did you mean deep.dW" in raised.value.remedy
    assert "shallow.dW2, shallow.db2" in raised.value.remedy


def test_the_command_s_report_and_exit_code_speak_of_them_alone(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    right = cli(*CHECK, "--only", "shallow.dW2")
    assert right.returncode == 0
    assert "Score 15 / 15" in right.stdout
    assert "What to fix" not in right.stdout
    wrong = cli(*CHECK, "--only", "shallow.dW1")
    assert wrong.returncode == 1
    assert "--seed 3 --only shallow.dW1" in wrong.stdout
    assert cli(*CHECK, "--only", "dX").returncode == 2


def test_written_reports_stay_whole(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    done = cli(*CHECK, "--only", "shallow.dW2", "--format", "json", "--report", "json=r.json")
    shown, kept = json.loads(done.stdout), json.loads((tmp_path / "r.json").read_bytes())
    assert (shown["max_score"], kept["max_score"]) == (15, 100)
    assert cli(*CHECK, "--format", "json").stdout == (tmp_path / "r.json").read_text("utf-8")


def test_a_name_that_cannot_be_loses_no_written_report(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    done = cli(*CHECK, "--only", "dW9", "--report", "json=r.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no gradient 'dW9'" in done.stderr
    assert json.loads((tmp_path / "r.json").read_bytes())["max_score"] == 100
