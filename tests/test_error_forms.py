"""The squared error in its three forms: half the sum over the units, the sum, the mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradcheck_grader.catalog import read_assignment
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.reference.by_parameter import parameter_gradient
from gradcheck_grader.reference.network import loss
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.trials import draw_trials
from tests.conftest import source

TOML = """
title = "Regression"
summary = "For a test."
total = 100
[interface]
function = "slopes"
arguments = ["X", "Y", "parameters"]
[network]
hidden = "tanh"
output = "identity"
loss = "squared_error"
error_form = "FORM"
reduction = "mean"
outputs = [2, 4]
[[part]]
name = "net"
points = { dW2 = 25, db2 = 25, dW1 = 25, db1 = 25 }
"""
STUDENT = """
import numpy as np


def slopes(inputs, targets, p):
    hidden = np.tanh(p["W1"] @ inputs + p["b1"])
    found = p["W2"] @ hidden + p["b2"]
    top = (found - targets) * FACTOR
    low = p["W2"].T @ top * (1 - hidden**2)
    ones = np.ones((inputs.shape[1], 1))
    return {"dW2": top @ hidden.T, "db2": top @ ones, "dW1": low @ inputs.T, "db1": low @ ones}
"""
FACTORS = {"half": "1 / found.shape[1]", "whole": "2 / found.shape[1]", "mean": "2 / found.size"}
LOSSES = {
    "half": lambda a, y: 0.5 * np.square(a - y).sum() / y.shape[1],
    "whole": lambda a, y: np.square(a - y).sum() / y.shape[1],
    "mean": lambda a, y: np.mean(np.square(a - y)),
}


@pytest.mark.parametrize("form", FACTORS)
def test_each_form_is_the_loss_of_its_name(tmp_path: Path, form: str) -> None:
    (tmp_path / "assignment.toml").write_text(TOML.replace("FORM", form), encoding="utf-8")
    for trial in draw_trials(read_assignment(tmp_path).parts[0], 1):
        value = LOSSES[form](trial.cache["A2"], trial.problem.Y)
        assert np.isclose(loss(trial.problem), value, rtol=1e-13)
        numerical = parameter_gradient(trial.problem)
        for name, gradient in trial.gradients.items():
            assert np.allclose(gradient, numerical[name], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("form", FACTORS)
def test_the_factor_of_each_form_is_right_and_the_others_are_told(
    tmp_path: Path, sandbox: Sandbox, form: str
) -> None:
    (tmp_path / "assignment.toml").write_text(TOML.replace("FORM", form), encoding="utf-8")
    exam = prepare(read_assignment(tmp_path), 1)
    right = STUDENT.replace("FACTOR", FACTORS[form])
    assert grade(source(right), exam, sandbox).score == 100
    doubled = grade(source(right.replace("targets) *", "targets) * 2 *")), exam, sandbox)
    assert [finding.id for finding in doubled.findings] == ["factor-two"]
    squared = right.replace("(found - targets)", "(found - targets) ** 2")
    causes = [finding.id for finding in grade(source(squared), exam, sandbox).findings]
    assert causes == ["squared-error-as-delta"]


@pytest.mark.parametrize(
    ("factor", "causes"),
    [
        ("2 / found.shape[1]", {"units-added-up"}),
        ("1 / found.shape[1]", {"units-added-up", "factor-half"}),
        ("2", {"missing-mean", "units-added-up"}),
        ("2 / found.shape[0]", {"missing-mean"}),
    ],
)
def test_a_mean_over_the_units_that_is_forgotten_has_a_name(
    tmp_path: Path, sandbox: Sandbox, factor: str, causes: set[str]
) -> None:
    (tmp_path / "assignment.toml").write_text(TOML.replace("FORM", "mean"), encoding="utf-8")
    exam = prepare(read_assignment(tmp_path), 1)
    report = grade(source(STUDENT.replace("FACTOR", factor)), exam, sandbox)
    assert {finding.id for finding in report.findings} == causes


def test_a_form_is_for_the_squared_error_alone(tmp_path: Path) -> None:
    text = TOML.replace("FORM", "mean").replace("squared_error", "binary_cross_entropy")
    text = text.replace("identity", "sigmoid")
    (tmp_path / "assignment.toml").write_text(text, encoding="utf-8")
    with pytest.raises(AssignmentError, match="error_form is about the squared error"):
        read_assignment(tmp_path)
