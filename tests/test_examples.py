"""Every example of every built-in assignment gets the verdicts that its first line declares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcheck_grader.catalog import assignment_folders
from gradcheck_grader.grade import grade
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.submission import read_submission
from gradcheck_grader.verify.declared import declared, faults
from gradcheck_grader.verify.examples import rows_of
from tests.conftest import exam_of

EXAMPLES = sorted(
    path for folder in assignment_folders().values() for path in (folder / "examples").glob("*.py")
)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
@pytest.mark.parametrize("seed", [1, 2])
def test_an_example_gets_what_it_declares(path: Path, seed: int, sandbox: Sandbox) -> None:
    exam = exam_of(path.parts[-3], seed)
    report = grade(read_submission(path, neighbours=False), exam, sandbox)
    expected = declared(path.read_text(encoding="utf-8"), rows_of(exam.assignment))
    assert faults(path.name, expected, report) == []
    assert report.all_correct == path.name.startswith("right")
    for row in report.gradients:
        kept = row.verdict in ("correct", "follow-through")
        assert row.points == (row.max_points if kept else 0)
    assert report.score == sum(row.points for row in report.gradients)
    assert report.all_correct == (report.score == report.max_score)


MISTAKES = [
    (path, match[1])
    for path in EXAMPLES
    for match in re.finditer(r"(?m)^# mistake: (\S+)", path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("path", "mistake"), MISTAKES, ids=lambda item: str(item).split("/")[-1])
def test_the_mistake_of_an_example_is_named(path: Path, mistake: str, sandbox: Sandbox) -> None:
    exam = exam_of(path.parts[-3], 3)
    report = grade(read_submission(path, neighbours=False), exam, sandbox)
    named = {finding.id for finding in report.findings if finding.severity == "mistake"}
    if report.problems:  # it stopped: the message tells the shapes instead
        return
    assert named == {mistake}


@pytest.mark.parametrize("path", [p for p in EXAMPLES if p.name.startswith("right")], ids=str)
def test_right_code_is_never_accused(path: Path, sandbox: Sandbox) -> None:
    exam = exam_of(path.parts[-3], 4)
    report = grade(read_submission(path, neighbours=False), exam, sandbox)
    assert [finding.id for finding in report.findings if finding.severity == "mistake"] == []
