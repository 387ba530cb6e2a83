"""The statement that a mistake is in: the right one or none, in files of many styles.

Each file of ``submissions/lines`` names its assignment first. ``# <--`` marks the statement that
has to be pointed at; in a file without the mark nothing may be.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcheck_grader.diagnosis import divisors, lines
from gradcheck_grader.diagnosis.mistakes.catalogue import BUILT_IN
from gradcheck_grader.grade import grade
from gradcheck_grader.models import Finding
from gradcheck_grader.reports import text as text_report
from gradcheck_grader.reports.json import as_line
from gradcheck_grader.reports.style import Style
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.facts import read_loaded
from tests.conftest import Grade, exam_of, source

FILES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent / "submissions" / "lines").glob("*.py"))
}
MARK = "# <--"
HEAD = "def backward_propagation(parameters, cache, X, Y):\n"
UNREAD = "a_slope_that_nothing_reads"
SLOPE = "slope_after_what_comes_from_above"


def assignment_of(name: str) -> str:
    return FILES[name].split(":")[0].removeprefix("# ")


def mistakes(grade_text: Grade, name: str) -> tuple[list[Finding], int | None]:
    """Return what is found in a file, and the line that is marked in it."""
    lines = FILES[name].splitlines()
    marked = [number for number, line in enumerate(lines, 1) if MARK in line]
    report = grade_text(FILES[name], assignment_of(name))
    assert not report.all_correct
    found = [item for item in report.findings if item.severity == "mistake"]
    return found, marked[0] if marked else None


def test_there_are_files_enough() -> None:
    assert len(FILES) >= 30


@pytest.mark.parametrize("name", FILES)
def test_the_statement_is_the_right_one(name: str, grade_text: Grade) -> None:
    found, marked = mistakes(grade_text, name)
    assert found
    assert {item.line for item in found} == {marked}, [(item.id, item.places) for item in found]


def test_a_finding_shows_the_source_and_its_columns(grade_text: Grade) -> None:
    (finding,) = mistakes(grade_text, SLOPE)[0]
    assert finding.source == "    delta1 = dA1 * (1 - A1)  # <--"
    assert finding.caret == (4, 27)
    assert (finding.file, finding.cell, finding.places) == ("student.py", None, ("dZ1",))


def test_a_slope_that_is_computed_and_not_read_is_not_said_to_be_left_out(
    grade_text: Grade,
) -> None:
    report = grade_text(FILES[UNREAD], assignment_of(UNREAD))
    (finding,) = [item for item in report.findings if item.severity == "mistake"]
    assert (finding.id, finding.places) == ("gradients-use-dA", ("dW1", "db1"))
    assert "gradients-use-dA" in text_report.render(report, Style()).split("What to fix")[0]
    assert "hidden-missing-gprime" not in as_line(report)


def test_the_report_has_a_code_frame(grade_text: Grade) -> None:
    report = grade_text(FILES[SLOPE], assignment_of(SLOPE))
    lines = text_report.render(report, Style()).splitlines()
    place = next(number for number, line in enumerate(lines) if "delta1 = dA1" in line)
    assert lines[place].strip().startswith("12 │ ")
    assert lines[place + 1].index("^") == lines[place].index("delta1")
    assert lines[place + 1].count("^") == len("delta1 = dA1 * (1 - A1)")


def test_a_notebook_gives_cell_and_line(sandbox: Sandbox) -> None:
    start, _, body = FILES["output_sign"].partition("import numpy as np\n")
    cells = [f"{start}import numpy as np", body.strip()]
    notebook = {
        "cells": [
            {"cell_type": "code", "source": text, "metadata": {}, "outputs": []} for text in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    handed_in = source(json.dumps(notebook), "student.ipynb")
    report = grade(handed_in, exam_of("shallow-tanh", 1), sandbox)
    finding = next(item for item in report.findings if item.severity == "mistake")
    assert (finding.cell, finding.line) == (2, 4)
    assert "cell 2, line 4" in text_report.render(report, Style())


def test_right_code_and_strange_code_are_followed_without_harm(grade_text: Grade) -> None:
    endless = "    x = f(x)\n" * 5000
    text = (
        f"import numpy as np\n\n\ndef f(x):\n    return f(x)\n\n\n{HEAD}{endless}    return {{}}\n"
    )
    assert not grade_text(text).all_correct


def test_what_decides_on_a_line_are_ids_of_mistakes() -> None:
    sets = (
        divisors.SIZES, lines.TAKES_ANOTHER, lines.MASKS, lines.ABSENT, lines.RIGHT_SOMEWHERE,
        lines.RULES, lines.OUTPUT_SLOPES, lines.PICKS, lines.NOWHERE, set(lines.MARKS),
        {divisors.LESS_ONE, lines.BY_NORM, lines.MISSING_SLOPE, lines.ACTIVATION},
    )  # fmt: skip
    known = {mistake.id for mistake in BUILT_IN}
    assert set().union(*sets) <= known


def test_steps_are_read_strictly() -> None:
    facts = {"function": "f", "steps": [{"name": "dW", "layer": 2, "role": "whole", "line": 3}]}
    (step,) = read_loaded(facts).steps
    assert (step.name, step.layer, step.line, step.clean) == ("dW", 2, 3, False)
    odd = {"name": "dW", "layer": 2, "role": "guess"}
    for wrong in ({"name": 1}, {"name": "dW", "layer": "2"}, odd, "dW"):
        with pytest.raises(Exception, match="reply"):
            read_loaded({"function": "f", "steps": [wrong]})
