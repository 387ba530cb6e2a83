"""Methods of a class: made without ``__init__``, attributes set, steps read back from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.catalog import read_assignment
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import Grade, source

TOML = """
title = "A method that takes the step"
summary = "For a test."
total = 100
[interface]
function = "gradient_descent"
owner = "*"
arguments = ["X", "Y", "A1", "A2", "alpha"]
values = { alpha = "learning_rate" }
attributes = { "W{l}" = "W{l}", "b{l}" = "b{l}" }
[network]
hidden = "sigmoid"
output = "sigmoid"
loss = "binary_cross_entropy"
reduction = "mean"
[[part]]
name = "step"
kind = "descent"
learning_rate = 0.05
points = { W2 = 25, b2 = 25, W1 = 25, b1 = 25 }
"""
STUDENT = """
import numpy as np


class NeuralNetwork:
    def __init__(self, nx, nodes):
        if nx < 1:
            raise ValueError("nx must be a positive integer")
        self.__W1 = np.random.randn(nodes, nx)
        self.__b1 = np.zeros((nodes, 1))
        self.__W2 = np.random.randn(1, nodes)
        self.__b2 = 0

    @property
    def W1(self):
        return self.__W1

    def gradient_descent(self, X, Y, A1, A2, alpha=0.05):
        m = Y.shape[1]
        dz2 = A2 - Y
        dz1 = (self.__W2.T @ dz2) * A1 * (1 - A1)
        self.__W2 = self.__W2 - alpha * dz2 @ A1.T / m
        self.__b2 = self.__b2 - alpha * dz2.sum(axis=1, keepdims=True) / m
        self.__W1 -= alpha * dz1 @ X.T / m
        self.__b1 -= alpha * dz1.sum(axis=1, keepdims=True) / m
"""
PUBLIC = STUDENT.replace("self.__", "self.").replace(
    "    @property\n    def W1(self):\n        return self.W1\n", ""
)


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    (tmp_path / "assignment.toml").write_text(TOML, encoding="utf-8")
    return read_assignment(tmp_path)


@pytest.mark.parametrize("text", [STUDENT, PUBLIC], ids=["private", "public"])
def test_a_method_is_graded_by_the_step_that_its_attributes_took(
    text: str, assignment: Assignment, sandbox: Sandbox
) -> None:
    report = grade(source(text), prepare(assignment, 1), sandbox)
    assert report.score == 100


def test_a_wrong_method_loses_what_is_wrong_and_hears_why(
    assignment: Assignment, sandbox: Sandbox
) -> None:
    text = STUDENT.replace(" * A1 * (1 - A1)", "")
    report = grade(source(text), prepare(assignment, 1), sandbox)
    assert [row.name for row in report.gradients if row.verdict == "wrong"] == ["W1", "b1"]
    assert {finding.id for finding in report.findings} == {"hidden-missing-gprime"}


LISTS = """
class Net:
    def descend(self, x, t):
        hidden = 1 / (1 + np.exp(-(self.weights[0] @ x + self.biases[0])))
        error = (1 / (1 + np.exp(-(self.weights[1] @ hidden + self.biases[1]))) - t) / x.shape[1]
        below = (self.weights[1].T @ error) * hidden * (1 - hidden)
        for k, (delta, a) in enumerate([(below, x), (error, hidden)]):
            self.weights[k] = self.weights[k] - 0.05 * delta @ a.T
            self.biases[k] = self.biases[k] - 0.05 * delta.sum(axis=1, keepdims=True)
"""


def test_parameters_in_lists_of_layers_are_read_back(tmp_path: Path, sandbox: Sandbox) -> None:
    text = TOML.replace(
        '{ "W{l}" = "W{l}", "b{l}" = "b{l}" }', '{ weights = "W{l}", biases = "b{l}" }'
    )
    text = text.replace('"gradient_descent"', '"descend"')
    text = text.replace('["X", "Y", "A1", "A2", "alpha"]', '["X", "Y"]')
    (tmp_path / "assignment.toml").write_text(text, encoding="utf-8")
    exam = prepare(read_assignment(tmp_path), 1)
    assert grade(source(f"import numpy as np\n{LISTS}"), exam, sandbox).score == 100
    wrong = LISTS.replace(" * hidden * (1 - hidden)", "")
    assert grade(source(f"import numpy as np\n{wrong}"), exam, sandbox).score == 50


KEEPING = """
import numpy as np

class Net:
    def __init__(self):
        self.grads = {}
        self.seen = []

    def backward(self, parameters, cache, X, Y):
        m, A1, A2 = X.shape[1], cache["A1"], cache["A2"]
        KEEP
        dZ2 = (A2 - Y) / m
        dZ1 = (parameters["W2"].T @ dZ2) * (1 - A1**2)
        self.add("dW2", dZ2 @ A1.T)
        self.add("db2", dZ2.sum(axis=1, keepdims=True))
        self.add("dW1", dZ1 @ X.T)
        self.add("db1", dZ1.sum(axis=1, keepdims=True))
        return self.grads

    def add(self, name, value):
        self.grads[name] = value + self.grads.get(name, 0)
"""


def test_what_an_object_adds_up_from_call_to_call_is_told_and_costs_nothing(
    grade_text: Grade,
) -> None:
    report = grade_text(KEEPING.replace("KEEP", "pass"))
    assert report.score == 100
    (finding,) = [one for one in report.findings if one.id == "kept-on-object"]
    assert finding.severity == "note"
    assert finding.gradients == ("dW2", "db2", "dW1", "db1")


@pytest.mark.parametrize(
    "keep",
    [
        "self.grads = {}",
        "self.grads.clear()",
        "self.grads = {}; self.cache = cache",
        "self.seen.append(A1); self.grads = {}",
    ],
)
def test_what_an_object_keeps_and_does_not_use_again_is_not_told(
    keep: str, grade_text: Grade
) -> None:
    report = grade_text(KEEPING.replace("KEEP", keep))
    assert report.score == 100
    assert "kept-on-object" not in [one.id for one in report.findings]
