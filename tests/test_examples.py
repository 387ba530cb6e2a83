"""Every example of every built-in assignment gets the verdicts that its first line declares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcheck_grader.catalog import assignment_folders
from gradcheck_grader.grade import grade, prepare
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.submission import read_submission
from tests.conftest import built_in

EXAMPLES = sorted(
    path for folder in assignment_folders().values() for path in (folder / "examples").glob("*.py")
)
Declared = dict[tuple[str, str], str]


def declared(path: Path, report: GradeReport) -> Declared:
    """Return the verdicts that a file declares: ``# expected: dW1 wrong, deep: dW3 missing``."""
    lines = re.findall(r"(?m)^# expected: (.*)$", path.read_text(encoding="utf-8"))
    assert lines, f"{path} declares nothing"
    rows = {(row.part, row.name): "correct" for row in report.gradients}
    for line in lines:
        part = report.gradients[0].part
        if whole := re.fullmatch(r"(?:([a-z-]+): )?all (error|correct)", line):
            rows |= {key: whole[2] for key in rows if whole[1] in (None, key[0])}
            continue
        for item in line.split(", "):
            words = re.fullmatch(r"(?:([a-z-]+): )?(\w+) ([a-z ]+)", item)
            assert words, f"{path}: {item!r}"
            part = words[1] or part
            assert (part, words[2]) in rows, f"{path}: {item!r}"
            rows[part, words[2]] = words[3]
    return rows


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
@pytest.mark.parametrize("seed", [1, 2])
def test_an_example_gets_what_it_declares(path: Path, seed: int, sandbox: Sandbox) -> None:
    exam = prepare(built_in(path.parts[-3]), seed)
    report = grade(read_submission(path, neighbours=False), exam, sandbox)
    verdicts = {(row.part, row.name): row.verdict for row in report.gradients}
    strict = {key: "wrong" if v == "follow-through" else v for key, v in verdicts.items()}
    assert strict == declared(path, report)
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
    exam = prepare(built_in(path.parts[-3]), 3)
    report = grade(read_submission(path, neighbours=False), exam, sandbox)
    named = {finding.id for finding in report.findings if finding.severity == "mistake"}
    if report.problems:  # it stopped: the message tells the shapes instead
        return
    assert named == {mistake}


@pytest.mark.parametrize("path", [p for p in EXAMPLES if p.name.startswith("right")], ids=str)
def test_right_code_is_never_accused(path: Path, sandbox: Sandbox) -> None:
    exam = prepare(built_in(path.parts[-3]), 4)
    report = grade(read_submission(path, neighbours=False), exam, sandbox)
    assert [finding.id for finding in report.findings if finding.severity == "mistake"] == []
