"""No format holds a reference value unless it is asked for."""

from __future__ import annotations

import base64
import math
import re

import numpy as np
import pytest

from gradcheck_grader.detail import with_detail
from gradcheck_grader.exam import Exam
from gradcheck_grader.grade import grade
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports import renderer
from gradcheck_grader.reports.context import Context
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import source
from tests.reports.cases import HEAD, exam
from tests.reports.validate import CHECKS

# Every value is wrong, so that no number of the student's is a right one.
WRONG = HEAD + (
    "    dZ2 = 3 * (cache['A2'] - Y) + 0.37\n"
    "    dZ1 = parameters['W2'].T @ dZ2 + 0.11\n"
    "    print('my own number', dZ1[0, 0])\n"
    "    return {'dW2': dZ2 @ cache['A1'].T, 'db2': dZ2.sum(1, keepdims=True),\n"
    "            'dW1': dZ1 @ X.T, 'db1': dZ1.sum(1, keepdims=True)}\n"
)
Pair = tuple[Exam, GradeReport]


@pytest.fixture(scope="module")
def full(sandbox: Sandbox) -> Pair:
    ready = exam("shallow-tanh")
    return ready, grade(source(WRONG), ready, sandbox, expected=True)


def references(ready: Exam) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    every = [trial.truth[name] for p in ready.papers for trial in p.trials for name in trial.truth]
    return np.sort(np.abs(np.concatenate([values.ravel() for values in every])))


def shown_references(ready: Exam, text: str) -> list[str]:
    """Return the numbers in a text that are a true gradient's entry, to the digits that it has."""
    if text.startswith("result="):
        text = base64.b64decode(text.removeprefix("result=")).decode()
    true = references(ready)
    found = []
    for match in re.finditer(r"\d+\.\d+(?:e[+-]?\d+)?", text):
        digits = len(match[0].partition("e")[0].replace(".", "").lstrip("0"))
        nearest = true[np.argmin(np.abs(true - float(match[0])))]
        if digits >= 4 and math.isclose(nearest, float(match[0]), rel_tol=0.6 * 10 ** (1 - digits)):
            found.append(match[0])
    return found


@pytest.mark.parametrize("name", CHECKS)
def test_a_report_holds_no_reference_value(full: Pair, context: Context, name: str) -> None:
    ready, report = full
    for detail in ("own", "none"):
        text = renderer(name, context)(with_detail(report, detail))
        assert shown_references(ready, text) == []


@pytest.mark.parametrize("name", sorted(set(CHECKS) - {"sarif"}))
def test_with_full_detail_it_does(full: Pair, context: Context, name: str) -> None:
    ready, report = full
    assert shown_references(ready, renderer(name, context)(report))


def test_grading_fills_in_no_reference_value_unasked(sandbox: Sandbox, full: Pair) -> None:
    ready, asked = full
    report = grade(source(WRONG), ready, sandbox)
    assert report == with_detail(asked, "own")
    assert [row.worst.expected for row in report.gradients if row.worst] == [None] * 4


def test_the_right_number_is_that_of_the_entry_shown(full: Pair) -> None:
    ready, report = full
    truths = {trial.number: trial.truth for trial in ready.papers[0].trials}
    for row in report.gradients:
        assert row.worst is not None
        assert row.worst.expected == float(
            f"{truths[row.worst.trial][row.name][row.worst.entry]:.6g}"
        )


def test_none_leaves_verdicts_points_and_causes(full: Pair) -> None:
    _, report = full
    bare = with_detail(report, "none")
    kept = [(row.name, row.verdict, row.points, row.finding) for row in report.gradients]
    assert [(row.name, row.verdict, row.points, row.finding) for row in bare.gradients] == kept
    assert not any(row.worst or row.relative_error or row.detail for row in bare.gradients)
    assert [item.id for item in bare.findings] == [item.id for item in report.findings]


def test_without_numbers_a_row_still_names_its_cause(full: Pair, context: Context) -> None:
    _, report = full
    lines = renderer("text", context)(with_detail(report, "none")).splitlines()
    wrong = [row for row in report.gradients if row.verdict == "wrong" and row.finding]
    assert wrong
    for row in wrong:
        assert any({row.name, row.finding} <= set(line.split()) for line in lines)
