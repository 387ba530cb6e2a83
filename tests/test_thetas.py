"""Weights with their bias as first column, as courses that come from Octave have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck_grader.catalog import read_assignment
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import source

TOML = """
title = "Thetas"
summary = "For a test."
total = 100
[interface]
function = "nnCostFunction"
arguments = ["nn_params", "input_size", "hidden_size", "num_labels", "X", "y", "lambd"]
values = {{ input_size = "n0", hidden_size = "n1", num_labels = "n2", y = "Y" }}
layout = "rows"
thetas = "{order}"
[network]
hidden = "sigmoid"
output = "sigmoid"
outputs = [3, 5]
loss = "binary_cross_entropy"
reduction = "mean"
l2 = [0.3, 1.5]
[[part]]
name = "gradients"
points = {{ dW2 = 25, db2 = 25, dW1 = 25, db1 = 25 }}
"""
STUDENT = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def nnCostFunction(nn_params, input_size, hidden_size, num_labels, X, y, lambd):
    split = hidden_size * (input_size + 1)
    Theta1 = np.reshape(nn_params[:split], (hidden_size, input_size + 1), order="{order}")
    Theta2 = np.reshape(nn_params[split:], (num_labels, hidden_size + 1), order="{order}")
    m = X.shape[0]
    a1 = np.hstack([np.ones((m, 1)), X])
    a2 = np.hstack([np.ones((m, 1)), sigmoid(a1 @ Theta1.T)])
    a3 = sigmoid(a2 @ Theta2.T)
    J = np.sum(-y * np.log(a3) - (1 - y) * np.log(1 - a3)) / m
    d3 = a3 - y
    d2 = (d3 @ Theta2)[:, 1:] * a2[:, 1:] * (1 - a2[:, 1:])
    G1 = d2.T @ a1 / m
    G2 = d3.T @ a2 / m
    G1[:, 1:] += lambd / m * Theta1[:, 1:]
    G2[:, 1:] += lambd / m * Theta2[:, 1:]
    return ANSWER
"""
ANSWERS = [
    "J, np.concatenate([G1.ravel(order='{order}'), G2.ravel(order='{order}')])",
    "np.matrix(np.concatenate([G1.ravel(order='{order}'), G2.ravel(order='{order}')]))",
    "J, G1, G2",
    "{{'Theta1_grad': G1, 'Theta2_grad': G2}}",
]


def graded(text: str, order: str, folder: Path, sandbox: Sandbox) -> GradeReport:
    (folder / "assignment.toml").write_text(TOML.format(order=order), encoding="utf-8")
    exam = prepare(read_assignment(folder), 1)
    return grade(source(text.format(order=order)), exam, sandbox)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_right_thetas_get_full_marks(
    answer: str, order: str, tmp_path: Path, sandbox: Sandbox
) -> None:
    report = graded(STUDENT.replace("ANSWER", answer), order, tmp_path, sandbox)
    assert report.score == 100, report.problems or report.gradients


def test_a_penalty_on_the_biases_is_wrong_and_named(tmp_path: Path, sandbox: Sandbox) -> None:
    text = STUDENT.replace("ANSWER", ANSWERS[0]).replace(
        "G1[:, 1:] += lambd / m * Theta1[:, 1:]", "G1 += lambd / m * Theta1"
    )
    report = graded(text, "C", tmp_path, sandbox)
    assert [row.name for row in report.gradients if row.verdict != "correct"] == ["db1"]
    assert {finding.id for finding in report.findings if finding.severity == "mistake"} == {
        "l2-on-biases"
    }


def test_a_vector_of_another_length_is_missing(tmp_path: Path, sandbox: Sandbox) -> None:
    report = graded(STUDENT.replace("ANSWER", "J, G1.ravel()"), "C", tmp_path, sandbox)
    assert {row.verdict for row in report.gradients} == {"missing"}


def test_a_forgotten_return_is_told_as_such(tmp_path: Path, sandbox: Sandbox) -> None:
    report = graded(STUDENT.replace("    return ANSWER\n", ""), "C", tmp_path, sandbox)
    assert [finding.id for finding in report.findings] == ["no-return"]
