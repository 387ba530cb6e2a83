"""A method that returns nothing is graded by the gradients that its call has set on its object."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade, changed

TEXT = """
import numpy as np

KEPT = {}


class Network:
    def __init__(self, kept=KEPT):
        self.db1 = None
        self.slopes = {}
        self.kept = kept

    def backward(self, X, Y):
        m = X.shape[1]
        A1 = self.cache["A1"]
        d2 = (self.cache["A2"] - Y) / m
        d1 = self.parameters["W2"].T @ d2 * (1 - A1**2)
        self.dW2 = d2 @ A1.T
        self.db2 = d2.sum(axis=1, keepdims=True)
        self.dW1 = d1 @ X.T
        self.db1 = d1.sum(axis=1, keepdims=True)
"""
SPELLINGS = {
    "lower case": [("self.dW", "self.dw")],
    "private": [("self.d", "self.__d")],
    "another usual one": [("self.dW", "self.grad_W"), ("self.db", "self.grad_b")],
    "in a dict": [
        (f"self.d{name} = d", f"self.slopes['d{name}'] = d") for name in ("W2", "b2", "W1", "b1")
    ],
    "in lists": [
        ("self.slopes = {}", "self.dW, self.db = [None] * 2, [0, 0]"),
        *[(f"self.d{kind}{n} = d", f"self.d{kind}[{n - 1}] = d") for kind in "Wb" for n in (1, 2)],
    ],
    "in new lists": [
        ("self.dW2 = d", "self.dW, self.db = [0, 0], []; self.dW[1] = d"),
        ("self.dW1 = d", "self.dW[0] = d"),
        ("self.db2 = d", "self.db.append(d"),
        ("self.db1 = d", "self.db.insert(0, d"),
        ("keepdims=True)", "keepdims=True))"),
    ],
    "in dicts by number": [
        ("self.slopes = {}", "self.dW, self.db = {}, {}"),
        *[(f"self.d{kind}{n} = d", f"self.d{kind}[{n}] = d") for kind in "Wb" for n in (1, 2)],
    ],
    "from another method": [("    def backward", "    def work")],
}


def told(report: GradeReport) -> set[str]:
    return {finding.id for finding in report.findings if finding.severity == "mistake"}


def returning(value: str) -> str:
    return f"{TEXT}        return {value}\n"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_gradients_on_the_object_count(spelling: str, grade_text: Grade) -> None:
    text = changed(TEXT, *SPELLINGS[spelling])
    if "def work" in text:
        text += "\n    def backward(self, X, Y):\n        self.work(X, Y)\n"
    report = grade_text(text)
    assert (report.score, told(report)) == (100, set())


def test_a_class_without_dict_may_keep_them_in_slots(grade_text: Grade) -> None:
    slots = (
        "    __slots__ = ('parameters', 'cache', 'slopes', 'kept', 'dW1', 'dW2', 'db1', 'db2')\n"
    )
    assert grade_text(TEXT.replace("    def __init__", f"{slots}\n    def __init__")).all_correct


@pytest.mark.parametrize("value", ["None", "d1", "0.5", "{'loss': 0.5}", "(d1, 0.5)"])
def test_what_is_no_answer_may_be_returned_beside_them(value: str, grade_text: Grade) -> None:
    assert grade_text(returning(value)).all_correct


def test_a_wrong_one_is_wrong_and_its_cause_is_named(grade_text: Grade) -> None:
    report = grade_text(changed(TEXT, (" * (1 - A1**2)", "")))
    assert [row.name for row in report.gradients if row.verdict == "correct"] == ["dW2", "db2"]
    assert told(report) == {"hidden-missing-gprime"}


def test_what_is_returned_is_judged_where_it_holds_gradients(grade_text: Grade) -> None:
    text = returning("{'dW2': self.dW2, 'db2': self.db2, 'dW1': self.dW1 * 2, 'db1': self.db1}")
    assert [row.name for row in grade_text(text).gradients if row.verdict == "wrong"] == ["dW1"]


NOT_ALL = {
    "one is not set": [("        self.db1 = d1.sum(axis=1, keepdims=True)\n", "")],
    "one is of the class": [("self.db1 = d1", "Network.db3 = d1")],
    "all from an earlier call": [
        ("        m = X", "        if 'dW1' in self.kept: return\n        m = X"),
        *[(f"self.d{n} = d", f"self.kept['d{n}'] = d") for n in ("W2", "b2", "W1", "b1")],
    ],
    "another name": [("self.dW1", "self.slope1")],
    "one is not set in a list": [
        ("self.slopes = {}", "self.dW, self.db = [None] * 2, [None] * 2"),
        *[(f"self.d{kind}{n} = d", f"self.d{kind}[{n - 1}] = d") for kind in "Wb" for n in (1, 2)],
        ("self.dW[0] = ", "self.lost = "),
    ],
    "a list from an earlier call": [
        ("KEPT = {}", "KEPT, WEIGHTS, BIASES = {}, [0, 0], [0, 0]"),
        ("self.slopes = {}", "self.dW, self.db = WEIGHTS, BIASES"),
        ("        m = X", "        if 1 in KEPT: return\n        KEPT[1] = 1\n        m = X"),
        *[(f"self.d{kind}{n} = d", f"self.d{kind}[{n - 1}] = d") for kind in "Wb" for n in (1, 2)],
    ],
}


@pytest.mark.parametrize("why", NOT_ALL)
def test_all_must_be_set_by_the_call(why: str, grade_text: Grade) -> None:
    report = grade_text(changed(TEXT, *NOT_ALL[why]))
    assert report.score == 0
    assert {row.verdict for row in report.gradients} == {"missing"}


def test_who_leaves_not_all_of_them_is_told_that_nothing_is_returned(grade_text: Grade) -> None:
    report = grade_text(changed(TEXT, *NOT_ALL["one is not set"]))
    assert told(report) == {"no-return"}


def test_parameters_that_are_updated_are_no_gradients(grade_text: Grade) -> None:
    text = changed(TEXT, *[(f"self.d{n} =", f"self.parameters['{n}'] =") for n in ("W1", "b1")])
    text = changed(text, *[(f"self.d{n} =", f"self.parameters['{n}'] =") for n in ("W2", "b2")])
    report = grade_text(text)
    assert {row.verdict for row in report.gradients} == {"missing"}


@pytest.mark.parametrize(
    "line",
    [
        "self.history = np.zeros((4000, 4000))",
        "self.history = [0.5] * 50_000",
        "self.me = [self]; self.me.append(self.me); self.all = {1: self, 'me': self.me}",
        "self.__dict__[7] = self.__dict__",
        "Network.__getattr__ = lambda self, name: 1 / 0",
        "Network.__getattribute__ = lambda self, name: object.__getattribute__(self, name)",
        "Network.__eq__ = lambda self, other: 1 / 0",
    ],
)
def test_whatever_else_an_object_holds_costs_nothing(line: str, grade_text: Grade) -> None:
    text = returning("{'dW2': self.dW2, 'db2': self.db2, 'dW1': self.dW1, 'db1': self.db1}")
    assert grade_text(text.replace("        m = X", f"        {line}\n        m = X")).all_correct
