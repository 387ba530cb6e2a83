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
    report = grade(read_submission(path), exam, sandbox)
    verdicts = {(row.part, row.name): row.verdict for row in report.gradients}
    assert verdicts == declared(path, report)
    assert report.all_correct == path.name.startswith("right")
    right = {key for key, verdict in verdicts.items() if verdict == "correct"}
    for row in report.gradients:
        assert row.points == (row.max_points if (row.part, row.name) in right else 0)
    assert report.score == sum(row.points for row in report.gradients)
