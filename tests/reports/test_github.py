"""GitHub Actions: at most ten annotations, causes first, at their lines; nothing is injected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck_grader.models import Finding, GradeReport
from gradcheck_grader.reports import context_for, github, renderer
from gradcheck_grader.reports.context import Context
from gradcheck_grader.reports.typed import with_path
from tests.reports.validate import commands, decode

Reports = dict[str, GradeReport]


def test_a_cause_stands_at_its_line_and_the_score_comes_last(
    reports: Reports, context: Context
) -> None:
    text = github.render(reports["wrong"], context)
    (name, place, message), (last, _, score) = commands(text)[0]
    assert (name, last) == ("error", "notice")
    assert place["file"] == "week 1/wrong_true_class_only.py"
    assert place["line"] == "11"
    assert place["title"] == "Only the right class gets an error"
    assert "in dW3, db3, line 11%0A" in message
    assert score == "Score 72 / 108"


def test_the_text_of_the_report_comes_first(reports: Reports, context: Context) -> None:
    text = github.render(reports["wrong"], context)
    shown = renderer("text")(with_path(reports["wrong"], context.path))
    assert text.startswith(f"::stop-commands::{context.token}\n{shown}::{context.token}::\n")


@pytest.mark.parametrize("case", ["hostile", "hostile crash"])
def test_nothing_that_was_handed_in_is_a_command(
    reports: Reports, context: Context, case: str
) -> None:
    found, shown = commands(github.render(reports[case], context))
    assert not any("taken over" in message for _, _, message in found)
    assert all(name in ("error", "notice") for name, _, _ in found)
    assert case != "hostile" or any(line.strip().startswith("::error::") for line in shown)


def test_without_the_token_commands_stay_off(reports: Reports) -> None:
    text = github.render(reports["hostile"], Context(token="unguessable"))
    printed = reports["hostile"].output
    assert "::unguessable::" not in printed
    assert text.count("::unguessable::") == 1
    assert text.count("unguessable") == 2


def many(report: GradeReport, count: int) -> GradeReport:
    findings = [
        Finding(
            id=f"cause-{number}",
            severity="note" if number % 2 else "mistake",
            gradients=("dW1",),
            title=f"Cause {number}",
            message="x",
            line=number + 1,
            file="student.py",
        )
        for number in range(count)
    ]
    return replace(report, findings=tuple(findings))


def test_there_are_at_most_ten_causes_before_notes(reports: Reports, context: Context) -> None:
    found, _ = commands(github.render(many(reports["wrong"], 30), context))
    assert len(found) == 10
    titles = [properties["title"] for _, properties, _ in found[:-1]]
    assert titles == [f"Cause {number}" for number in range(0, 18, 2)]
    assert found[-1][2].startswith("Score")


def test_a_gradient_without_a_cause_has_its_own(reports: Reports, context: Context) -> None:
    rows = [replace(row, finding=None) for row in reports["wrong"].gradients]
    bare = replace(reports["wrong"], findings=(), gradients=tuple(rows))
    found, _ = commands(github.render(bare, context))
    titles = [properties["title"] for _, properties, _ in found[:-1]]
    assert titles[:2] == ["dW3: wrong", "db3: wrong"]


def test_lines_of_a_notebook_are_said_and_not_pointed_at(
    reports: Reports, context: Context
) -> None:
    ((_, place, message), *_), _ = commands(github.render(reports["notebook"], context))
    assert "line" not in place
    assert place["file"] == "week 1/work.ipynb"
    assert "cell 2, line " in message


def test_not_graded_is_one_error_that_blames_nobody(reports: Reports, context: Context) -> None:
    (error, score), _ = commands(github.render(reports["not graded"], context))
    assert error[1]["title"] == "Not graded, not your fault"
    assert score[2] == "Not graded: no points are lost."


@pytest.mark.parametrize("text", ["100% a:b,c\nd\re", "%0A%3A", "::error::"])
def test_what_is_escaped_reads_back(text: str) -> None:
    line = github.command("error", {"title": text, "line": None, "file": ""}, text)
    ((_, properties, message),) = commands(line)[0]
    wanted = text.replace("\r", "")  # the only sign that is dropped
    assert properties == {"title": " ".join(wanted.split())}
    assert decode(message) == wanted


def test_outputs_and_summary(reports: Reports, context: Context) -> None:
    added = dict(github.additions(reports["wrong"], context))
    assert added["GITHUB_OUTPUT"] == "score=72\nmax_score=108\nstatus=graded\n"
    assert "| ❌ | `dW3` |" in added["GITHUB_STEP_SUMMARY"]
    added = dict(github.additions(reports["not graded"], context))
    assert added["GITHUB_OUTPUT"] == "score=\nmax_score=120\nstatus=not graded\n"


def test_a_summary_is_below_a_mebibyte(reports: Reports, context: Context) -> None:
    crash = reports["crash"]
    long = replace(crash.problems[0], message="é" * 2**20)
    for update in ({"output": "x\n" * 2**20}, {"problems": (long,)}):
        report = replace(crash, **update)
        summary = dict(github.additions(report, context))["GITHUB_STEP_SUMMARY"]
        assert len(summary.encode()) < 2**20
        assert "Score 0 / 100" in summary
        assert summary.endswith("longer than fits here.*\n")


def test_paths_are_those_of_the_checkout(tmp_path: Path, reports: Reports) -> None:
    student = tmp_path / "week 1" / "student.py"
    student.parent.mkdir()
    student.touch()
    (finding,) = reports["folder"].findings[:1]
    inside = context_for(student, {"GITHUB_WORKSPACE": str(tmp_path)})
    assert (inside.path, inside.root) == ("week 1/student.py", "week 1")
    outside = context_for(student, {"GITHUB_WORKSPACE": str(tmp_path / "other")})
    assert outside.path == student.as_posix()
    folder = context_for(student.parent, {"GITHUB_WORKSPACE": str(tmp_path)})
    assert folder.file_of(finding, reports["folder"]) == "week 1/src/a b.py"
    archive = context_for(tmp_path / "week.zip", {"GITHUB_WORKSPACE": str(tmp_path)})
    assert archive.file_of(finding, reports["folder"]) == "week.zip"
    assert archive.line_of(finding) is None
    assert folder.line_of(finding) == finding.line
