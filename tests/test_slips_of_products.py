"""Slips in a product: of matrices instead of entries, or with weights in the place of inputs."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade

SHALLOW = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    share, h = 1.0 / Y.shape[1], cache["A1"]
    top = share * (cache["A2"] - Y)
    blame = parameters["W2"].T @ top
    low = {low}
    grads = dict(dW2=top @ h.T, dW1=low @ X.T)
    for layer, d in ((2, top), (1, low)):
        grads["db%d" % layer] = d.sum(axis=1).reshape(-1, 1)
    return grads
"""
ROWS = """
def backward_propagation(parameters, cache, X, Y):
    out, mid, given = cache["A2"], cache["A1"], X
    found = {{}}
    d = (out - Y) * (out - out * out)
    for n, came in [("2", mid), ("1", given)]:
        W = parameters["W" + n]
        found["dW" + n], found["db" + n] = {dW}, d.sum(axis=0, keepdims=True)
        d = d @ W.T * (mid - mid * mid) if n == "2" else d
    return found
"""


def mistakes(report: GradeReport) -> list[str]:
    return [item.id for item in report.findings if item.severity == "mistake"]


@pytest.mark.parametrize(
    ("assignment", "right", "slips"),
    [
        (
            "shallow-tanh",
            "blame - blame * h * h",
            ("blame @ (1 - h.T @ h)", "(1 - h @ h.T) @ blame", "blame @ (1 - h**2).T @ h"),
        ),
        (
            "shallow-sigmoid",
            "blame * h - blame * h * h",
            ("blame @ (h.T @ (1 - h))", "(1 - h) @ h.T @ blame", "h @ (h - h * h).T @ blame"),
        ),
    ],
)
def test_a_product_of_matrices_in_place_of_one_of_entries_is_told(
    grade_text: Grade, assignment: str, right: str, slips: tuple[str, ...]
) -> None:
    assert grade_text(SHALLOW.format(low=right), assignment).all_correct
    for slip in slips:
        report = grade_text(SHALLOW.format(low=slip), assignment)
        assert mistakes(report) == ["gprime-matrix-product"], slip


def test_weights_in_the_place_of_what_came_in_are_told(grade_text: Grade) -> None:
    assert grade_text(ROWS.format(dW="came.T @ d"), "squared-error").all_correct
    report = grade_text(ROWS.format(dW="W * d.sum(axis=0)"), "squared-error")
    assert [row.finding for row in report.gradients if row.name == "dW2"] == ["dW-uses-weights"]
    assert mistakes(report) == ["dW-uses-weights"]


def test_an_activation_in_the_place_of_a_delta_is_told(grade_text: Grade) -> None:
    low = "(parameters['W2'].T @ cache['A2']) * (1 - h**2)"
    report = grade_text(SHALLOW.format(low=low), "shallow-tanh")
    assert mistakes(report) == ["prop-uses-activation"]
    rows = ROWS.format(dW="came.T @ d").replace("d @ W.T", "out @ W.T")
    assert mistakes(grade_text(rows, "squared-error")) == ["prop-uses-activation"]
