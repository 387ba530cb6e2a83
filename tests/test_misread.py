"""Calls of NumPy that do another thing than they seem to are noted where something is wrong."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade

CODE = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m, A1, A2 = Y.shape[1], cache["A1"], cache["A2"]
    error = A2 - Y
    {above}
    dZ1 = np.dot(parameters["W2"].T, error) * (1 - A1 ** 2)
    db1 = {made}
    for unit in range(len(db1)):
        db1[unit] = np.sum(dZ1[unit]) / m
    return {{
        "dW2": error @ A1.T / m, "db2": np.sum(error, axis=1, keepdims=True) / m,
        "dW1": dZ1 @ X.T / m, "db1": db1,
    }}
"""
FLOATS = "np.zeros((len(A1), 1))"


def notes(report: GradeReport) -> dict[str, str]:
    return {item.id: item.message for item in report.findings if item.severity == "note"}


@pytest.mark.parametrize(
    "made",
    [
        "np.zeros((len(A1), 1), dtype=int)",
        "np.zeros_like(parameters['b1'], dtype=np.int64)",
        "np.array([[0]] * len(A1))",
        "np.ones((len(A1), 1)).astype(int)",
    ],
)
def test_fractions_that_an_array_of_integers_loses_are_noted(made: str, grade_text: Grade) -> None:
    report = grade_text(CODE.format(above="pass", made=made))
    assert not report.all_correct
    assert notes(report)["fractions-lost"] == (
        "`db1` is an array of whole numbers, by line 9: what line 11 stores in it loses any "
        "fraction."
    )


def test_a_third_argument_is_noted(grade_text: Grade) -> None:
    report = grade_text(CODE.format(above="np.multiply(A2, 1 - A2, error)", made=FLOATS))
    assert not report.all_correct
    assert notes(report)["third-argument"].startswith(
        "`np.multiply(A2, 1 - A2, error)` in line 7 works on its first two arguments"
    )


@pytest.mark.parametrize("above", ["pass", "np.subtract(A2, Y, error)"])
def test_nothing_is_noted_of_right_work(above: str, grade_text: Grade) -> None:
    report = grade_text(CODE.format(above=above, made=FLOATS))
    assert report.all_correct
    assert not {"third-argument", "fractions-lost"} & set(notes(report))


@pytest.mark.parametrize(
    "above",
    [
        "hot = np.zeros(Y.shape, dtype=int); hot[Y > 0] = 1",  # no fraction is stored
        "hot = np.zeros(Y.shape, dtype=int)\n    hot = hot * 0.5\n    hot[0] = A2[0]",
        "hot = np.array([[0.0]] * m)\n    hot[0] = A2[0, 0]",
        "np.multiply(A2, 1 - A2, out=error * 1)",  # it says what it does
    ],
)
def test_other_arrays_and_calls_are_not_noted(above: str, grade_text: Grade) -> None:
    report = grade_text(CODE.format(above=above, made=FLOATS).replace("1 - A1 ** 2", "1 - A1"))
    assert not report.all_correct
    assert not {"third-argument", "fractions-lost"} & set(notes(report))
