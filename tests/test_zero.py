"""What is said of zeros, and of rounded values, is true however they came about."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import Finding, GradeReport
from tests.conftest import Grade

RIGHT = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    size, error = X.shape[1], cache["A2"] - Y
    hidden = (parameters["W2"].T @ error) * (1 - cache["A1"] ** 2)
    first = hidden @ X.T / size
    second = error @ cache["A1"].T / size
    biases = [delta.sum(axis=1, keepdims=True) / size for delta in (hidden, error)]
    return {"dW1": first, "db1": biases[0], "dW2": second, "db2": biases[1]}
"""


def only(report: GradeReport) -> Finding:
    (finding,) = (item for item in report.findings if item.severity == "mistake")
    return finding


@pytest.mark.parametrize(
    ("right", "wrong", "assignment"),
    [
        ("hidden @ X.T / size", "(1 // size) * (hidden @ X.T)", "shallow-tanh"),
        ("hidden @ X.T / size", "np.zeros_like(parameters['W1'])", "shallow-tanh"),
        ('parameters["W2"].T @ error', "error.sum(axis=0)", "softmax-shallow"),
    ],
)
def test_zeros_are_not_said_to_be_never_computed(
    right: str, wrong: str, assignment: str, grade_text: Grade
) -> None:
    assert right in RIGHT
    finding = only(grade_text(RIGHT.replace(right, wrong), assignment))
    assert finding.id == "zero-gradient"
    assert "up to rounding" in finding.message
    assert "never computed" not in finding.hint
    assert all(word in finding.hint for word in ("ever set", "1 // m", "terms cancel"))


@pytest.mark.parametrize("places", [4, 8])
def test_rounded_values_have_one_cause(places: int, grade_text: Grade) -> None:
    finding = only(grade_text(RIGHT.replace('"dW1": first', f'"dW1": np.round(first, {places})')))
    assert (finding.id, finding.gradients) == ("rounded", ("dW1",))


def test_rounded_values_do_not_hide_a_slip_elsewhere(grade_text: Grade) -> None:
    text = RIGHT.replace('"dW1": first', '"dW1": np.round(first, 5)').replace(
        "/ size\n    b", "\n    b"
    )
    found = {item.id: item.gradients for item in grade_text(text).findings}
    assert found == {"rounded": ("dW1",), "missing-mean": ("dW2",)}
