"""Whole student files of every family get the verdicts that their first lines declare.

``# right`` or ``# wrong: dW1 db*`` names the gradients that are not correct; ``# says: words`` must
stand in the report. ``assignment NAME`` in the first line is a built-in one; without it, the
``assignment.toml`` of the folder counts.
"""

from __future__ import annotations

import fnmatch
import functools
import json
import re
from pathlib import Path

import pytest

from gradcheck_grader.catalog import read_assignment
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.submission import read_submission
from tests.conftest import built_in

ROOT = Path(__file__).parent / "submissions"
SUBMISSIONS = sorted(path for path in ROOT.rglob("*") if re.match("right|wrong", path.name))


def text_of(path: Path) -> str:
    """Return the source of a submission; of a folder, that of the file that declares a verdict."""
    if path.is_dir():
        texts = [text_of(file) for file in sorted(path.rglob("*.*"))]
        return next(text for text in texts if re.search("(?m)^# (right|wrong)", text))
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return text


@functools.cache
def exam_of(name: str, folder: Path) -> Exam:
    """Return the exam of a built-in assignment, or without a name of the one in the folder."""
    return prepare(built_in(name) if name else read_assignment(folder), 7)


def graded(path: Path, text: str, sandbox: Sandbox) -> GradeReport:
    named = re.search("(?m)^# Family .*assignment ([a-z-]+)", text)
    exam = exam_of(named[1] if named else "", path.parent)
    return grade(read_submission(path, neighbours=False), exam, sandbox)


@pytest.mark.parametrize("path", SUBMISSIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_whole_file_gets_the_verdict_that_it_declares(path: Path, sandbox: Sandbox) -> None:
    text = text_of(path)
    report = graded(path, text, sandbox)
    declared = re.search("(?m)^# (right|wrong: (.*))$", text)
    assert declared, "declares nothing"
    assert path.name.startswith(declared[0][2:7])
    patterns = (declared[2] or "").split()
    said = "\n".join([*(p.message for p in report.problems), *(f.message for f in report.findings)])
    wrong = {row.name for row in report.gradients if row.verdict != "correct"}
    names = {row.name for row in report.gradients}
    assert wrong == {n for p in patterns for n in fnmatch.filter(names, p)}, said
    for words in re.findall("(?m)^# says: (.*)$", text):
        assert words in said
