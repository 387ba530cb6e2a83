"""W as (out, in) beside examples in rows, and the other way: graded, told in its own shape."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradcheck_grader.answer import read_answer
from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.catalog import read_assignment
from gradcheck_grader.comparison import compare
from gradcheck_grader.detection.detect import detect
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.interface import call_arguments, own_index
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.trials import draw_trials
from gradcheck_grader.verify.mutation import laid_out
from tests.conftest import source

TOML = """
title = "Two layers, as a framework lays them out"
summary = "Examples in one direction, weights in the other."
total = 100

[interface]
function = ["backward"]
arguments = ["X", "Y", "parameters", "cache"]
layout = "LAYOUT"
weights = "WEIGHTS"
flat_biases = true

[network]
hidden = "relu"
output = "sigmoid"
loss = "binary_cross_entropy"
reduction = "mean"
depth = 2
inputs = [2, 8]
width = [2, 8]
outputs = 1
examples = [5, 12]

[[part]]
name = "net"
trials = 12
points = { dW2 = 25, db2 = 25, dW1 = 25, db1 = 25 }
"""
HEAD = "import numpy as np\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"
ROWS = (
    HEAD
    + """
def forward(X, parameters):
    hidden = np.maximum(X @ parameters["W1"].T + parameters["b1"], 0)
    return sigmoid(hidden @ parameters["W2"].T + parameters["b2"])

def backward(X, Y, parameters, cache):
    delta = (cache["A2"] - Y) / len(X)
    below = delta @ parameters["W2"] * (cache["Z1"] > 0)
    return {"dW2": delta.T @ cache["A1"], "db2": delta.sum(axis=0),
            "dW1": below.T @ X, "db1": below.sum(axis=0)}
"""
)
COLUMNS = (
    HEAD
    + """
def forward(X, parameters):
    hidden = np.maximum(parameters["W1"].T @ X + parameters["b1"][:, None], 0)
    return sigmoid(parameters["W2"].T @ hidden + parameters["b2"][:, None])

def backward(X, Y, parameters, cache):
    delta = (cache["A2"] - Y) / X.shape[1]
    below = parameters["W2"] @ delta * (cache["Z1"] > 0)
    return {"dW2": cache["A1"] @ delta.T, "db2": delta.sum(axis=1),
            "dW1": X @ below.T, "db1": below.sum(axis=1)}
"""
)
WAYS = {"rows": ("out, in", ROWS), "columns": ("in, out", COLUMNS)}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Assignment, str]:
    """Return an assignment, and the right answer to it."""
    weights, right = WAYS[request.param]
    text = TOML.replace("LAYOUT", request.param).replace("WEIGHTS", weights)
    (tmp_path / "assignment.toml").write_text(text, encoding="utf-8")
    return read_assignment(tmp_path), right


def graded(assignment: Assignment, text: str, sandbox: Sandbox) -> GradeReport:
    return grade(source(text), prepare(assignment, 1), sandbox)


def test_what_is_passed_fits_together(way: tuple[Assignment, str]) -> None:
    (part,) = way[0].parts
    X, _, parameters, cache = call_arguments(part, draw_trials(part, 1)[0])
    if part.interface.layout == "rows":
        assert np.allclose(X @ parameters["W1"].T + parameters["b1"], cache["Z1"], rtol=1e-12)
    else:
        z = parameters["W1"].T @ X + parameters["b1"][:, None]
        assert np.allclose(z, cache["Z1"], rtol=1e-12)


def test_right_work_is_right_and_a_transposed_gradient_is_told(
    way: tuple[Assignment, str], sandbox: Sandbox
) -> None:
    assignment, right = way
    report = graded(assignment, right, sandbox)
    assert report.all_correct
    shapes = {row.name: row.shape for row in report.gradients}
    by_unit = assignment.parts[0].interface.weights == "out, in"
    assert shapes["dW1"] == ("(n1, n0)" if by_unit else "(n0, n1)")
    assert shapes["db1"] == "(n1,)"
    made = '"dW1": below.T @ X' if by_unit else '"dW1": X @ below.T'
    turned = '"dW1": X.T @ below' if by_unit else '"dW1": below @ X.T'
    assert made in right
    (found,) = graded(assignment, right.replace(made, turned), sandbox).findings
    assert (found.id, found.gradients) == ("dW-transposed", ("dW1",))


def test_a_cause_is_named_and_the_worst_entry_is_the_students_own(
    way: tuple[Assignment, str], sandbox: Sandbox
) -> None:
    assignment, right = way
    report = graded(assignment, right.replace(' * (cache["Z1"] > 0)', ""), sandbox)
    assert [finding.id for finding in report.findings] == ["hidden-missing-gprime"]
    by_unit = assignment.parts[0].interface.weights == "out, in"
    assert own_index(assignment.parts[0].interface, "dW1", (3, 1)) == (
        (3, 1) if by_unit else (1, 3)
    )
    assert own_index(assignment.parts[0].interface, "db1", (3, 0)) == (3,)


def test_it_is_found_by_its_forward_pass(way: tuple[Assignment, str], sandbox: Sandbox) -> None:
    assignment, right = way
    other = replace(assignment, name="usual", parts=(_usual(assignment),))
    choice = detect(source(right), sandbox, {"backprop": other, "framework": assignment})
    assert choice.assignment_name == assignment.name, choice.why


def _usual(assignment: Assignment) -> Part:
    (part,) = assignment.parts
    interface = replace(part.interface, weights=None)
    return replace(part, interface=interface)


def test_what_verify_hands_in_is_laid_out_alike(way: tuple[Assignment, str]) -> None:
    (part,) = way[0].parts
    for trial in draw_trials(part, 1):
        entries = read_answer(part, trial, laid_out(part, trial.gradients))
        verdicts = {compare(trial, name, entry).verdict for name, entry in entries.items()}
        assert verdicts == {"correct"}
