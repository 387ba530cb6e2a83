"""A method that reads what only its class's own forward pass leaves: the pass is run first."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade, changed

TEXT = """
import numpy as np


class Network:
    def __init__(self, sizes):
        self.weights = [np.random.randn(n, k) for k, n in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros((n, 1)) for n in sizes[1:]]

    def forward(self, X):
        self.activations = [X]
        for w, b, g in zip(self.weights, self.biases, (np.tanh, self.sigmoid)):
            self.activations.append(g(w @ self.activations[-1] + b))
        return self.activations[-1]

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def backward(self, X, Y):
        m = X.shape[1]
        delta = self.activations[-1] - Y
        dW, db = [], []
        for k in (1, 0):
            dW.insert(0, delta @ self.activations[k].T / m)
            db.insert(0, delta.sum(axis=1, keepdims=True) / m)
            delta = self.weights[k].T @ delta * (1 - self.activations[k] ** 2)
        return dW, db
"""
OTHERS = {
    "a name of their own": [("self.activations", "self.kept")],
    "private": [("self.activations", "self.__kept")],
    "a cache that is no dict": [("self.activations", "self.cache")],
    "set by another method": [
        ("        self.activations = [X]\n", "        self.begin(X)\n"),
        (
            "    def sigmoid",
            "    def begin(self, X):\n        self.activations = [X]\n\n    def sigmoid",
        ),
    ],
    "filled only": [
        ("        self.weights =", "        self.activations = []\n        self.weights ="),
        ("        self.activations = [X]\n", "        self.activations.append(X)\n"),
    ],
    "run by name": [
        ("def forward(self, X)", "def feed_forward(self, data)"),
        ("= [X]", "= [data]"),
    ],
    "in two methods": [
        (
            "        for w, b, g",
            "        return self.forward_all()\n    def forward_all(self):\n        for w, b, g",
        )
    ],
}


def told(report: GradeReport) -> set[str]:
    return {finding.id for finding in report.findings if finding.severity == "mistake"}


@pytest.mark.parametrize("style", OTHERS)
def test_what_the_pass_leaves_is_there(style: str, grade_text: Grade) -> None:
    report = grade_text(changed(TEXT, *OTHERS[style]))
    assert (report.score, told(report)) == (100, set())


def test_a_wrong_slope_is_told(grade_text: Grade) -> None:
    report = grade_text(changed(TEXT, (" * (1 - self.activations[k] ** 2)", "")))
    assert [row.name for row in report.gradients if row.verdict == "correct"] == ["dW2", "db2"]
    assert told(report) == {"hidden-missing-gprime"}


def test_what_it_prints_is_told_once_for_each_call(grade_text: Grade) -> None:
    loud = changed(TEXT, ("        m = X", "        print('one call')\n        m = X"))
    itself = changed(loud, ("        m = X", "        self.forward(X)\n        m = X"))
    counts = [grade_text(text).output.count("one call") for text in (loud, itself)]
    assert counts[0] == counts[1] > 0


def test_a_method_that_works_without_is_left_alone(grade_text: Grade) -> None:
    text = changed(
        TEXT, ("= [X]", "= [X * 2]"), ("        m = X", "        self.given(X)\n        m = X")
    )
    text += """
    def given(self, X):
        self.activations = [X, self.cache["A1"], self.cache["A2"]]
"""
    assert grade_text(text).all_correct


def test_a_pass_that_stops_leaves_the_error_of_the_method(grade_text: Grade) -> None:
    report = grade_text(
        changed(TEXT, ("        for w, b, g", "        1 / 0\n        for w, b, g"))
    )
    (problem,) = report.problems
    assert "self.activations" in problem.message


def test_a_wrong_pass_does_not_make_a_wrong_method_of_one_that_runs_it(grade_text: Grade) -> None:
    text = changed(TEXT, ("        m = X", "        self.forward(X)\n        m = X"))
    assert grade_text(text).all_correct


NAMED = """
import numpy as np


class Network:
    def forward(self, X):
        self.z = np.dot(X, self.W1) + self.b1
        self.z2 = 1 / (1 + np.exp(-self.z))
        return 1 / (1 + np.exp(-(np.dot(self.z2, self.W2) + self.b2)))

    def backward(self, X, y, output):
        delta = (output - y) * output * (1 - output)
        below = delta.dot(self.W2.T) * self.z2 * (1 - self.z2)
        self.dW1, self.db1 = X.T.dot(below), below.sum(axis=0, keepdims=True)
        self.dW2, self.db2 = self.z2.T.dot(delta), delta.sum(axis=0, keepdims=True)
"""


@pytest.mark.parametrize("output", ["output", "o", "y_hat", "AL"])
def test_the_output_may_be_a_parameter(output: str, grade_text: Grade) -> None:
    assert grade_text(changed(NAMED, ("output", output)), "squared-error").all_correct


def test_names_are_those_of_a_right_pass_also_in_a_wrong_method(grade_text: Grade) -> None:
    text = changed(NAMED, (" * self.z2 * (1 - self.z2)", ""))
    report = grade_text(text, "squared-error")
    assert [row.name for row in report.gradients if row.verdict == "correct"] == ["dW2", "db2"]
    assert told(report) == {"hidden-missing-gprime"}


def test_what_a_wrong_pass_leaves_does_not_count(grade_text: Grade) -> None:
    text = changed(NAMED, ("self.z2 = 1 /", "self.A1 = 2 /"), ("self.z2", "self.A1"))
    assert grade_text(text, "squared-error").all_correct


def test_a_pass_that_changes_its_input_changes_no_other(grade_text: Grade) -> None:
    text = changed(
        NAMED, ("        self.z = ", "        X *= 1\n        X += 0\n        self.z = ")
    )
    text = changed(text, ("        return 1 /", "        X *= 0\n        return 1 /"))
    assert grade_text(text, "squared-error").all_correct


def test_activations_of_the_own_pass_are_said_to_be_no_ones_waste(grade_text: Grade) -> None:
    (note,) = (one for one in grade_text(TEXT).findings if one.id == "recomputes-forward")
    assert note.message.startswith("The activations do not come from the cache: your method, or")
