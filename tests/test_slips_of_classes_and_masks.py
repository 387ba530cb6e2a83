"""Slips with class numbers, with the slope of softmax, and with the scale of a dropout mask."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade

ROWS = """
import numpy as np

def backprop(X, y, parameters, cache):
    scores = np.array(cache["A2"])
    {slip}
    scores = scores / len(y)
    hidden = (scores @ parameters["W2"].T) * (cache["A1"] > 0)
    return cache["A1"].T @ scores, scores.sum(0), X.T @ hidden, hidden.sum(0)
"""
COLUMNS = """
import numpy as np

def backward(parameters, cache, X, Y):
    m, hidden = X.shape[1], cache["A1"]
    top, picked = np.copy(cache["A2"]), Y.argmax(0)
    {slip}
    top /= m
    low = parameters["W2"].T @ top * (1 - hidden * hidden)
    return dict(
        dW2=top @ hidden.T, db2=top.sum(1, keepdims=True),
        dW1=low @ X.T, db1=low.sum(1, keepdims=True),
    )
"""
SOFTMAX = """
import numpy as np

def backward(parameters, cache, X, Y):
    A, m = cache["A2"], X.shape[1]
    blame = -Y / A
    top = A * blame - A * np.sum(A * blame{axis})
    low = (1 - cache["A1"] ** 2) * np.dot(parameters["W2"].T, top)
    return {{
        "dW2": np.dot(top, cache["A1"].T) / m, "db2": np.mean(top, axis=1, keepdims=True),
        "dW1": np.dot(low, X.T) / m, "db1": np.mean(low, axis=1, keepdims=True),
    }}
"""
DROPPED = """
import numpy as np

def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = Y.shape[1]
    dZ3 = A3 - Y
    dA2 = W3.T @ dZ3 * D2 / {second}
    dZ2 = dA2 * (Z2 > 0)
    dA1 = W2.T @ dZ2 * D1 / {first}
    dZ1 = dA1 * (Z1 > 0)
    grads = {{}}
    for k, (d, a) in enumerate([(dZ1, X), (dZ2, A1), (dZ3, A2)], start=1):
        grads[f"dW{{k}}"], grads[f"db{{k}}"] = d @ a.T / m, d.sum(axis=1, keepdims=True) / m
    return grads
"""


def mistakes(report: GradeReport) -> list[str]:
    return [item.id for item in report.findings if item.severity == "mistake"]


@pytest.mark.parametrize(
    ("slip", "id"),
    [
        ("scores[y] -= 1", "labels-pick-whole-examples"),
        ("scores[:, y] -= 1", "labels-pick-whole-classes"),
    ],
)
def test_labels_that_pick_whole_rows_or_columns_are_told(
    grade_text: Grade, slip: str, id: str
) -> None:
    """Examples are rows here."""
    right = ROWS.format(slip="scores[range(len(y)), y] -= 1")
    assert grade_text(right, "two-layer-net").all_correct
    assert mistakes(grade_text(ROWS.format(slip=slip), "two-layer-net")) == [id]


@pytest.mark.parametrize(
    ("slip", "id"),
    [
        ("top[picked] -= 1", "labels-pick-whole-classes"),
        ("top[:, picked] -= 1", "labels-pick-whole-examples"),
    ],
)
def test_class_numbers_read_off_columns_of_labels_may_pick_too_much_as_well(
    grade_text: Grade, slip: str, id: str
) -> None:
    """Examples are columns here."""
    right = COLUMNS.format(slip="top[picked, np.arange(m)] -= 1")
    assert grade_text(right, "softmax-shallow").all_correct
    assert mistakes(grade_text(COLUMNS.format(slip=slip), "softmax-shallow")) == [id]


def test_a_slope_of_softmax_that_sums_over_the_batch_is_told(grade_text: Grade) -> None:
    right = SOFTMAX.format(axis=", axis=0, keepdims=True")
    assert grade_text(right, "softmax-shallow").all_correct
    report = grade_text(SOFTMAX.format(axis=""), "softmax-shallow")
    assert mistakes(report) == ["softmax-slope-over-batch"]


def test_a_mask_divided_by_its_own_mean_is_told(grade_text: Grade) -> None:
    right = DROPPED.format(first="keep_prob", second="keep_prob")
    assert grade_text(right, "dropout").all_correct
    report = grade_text(DROPPED.format(first="D1.mean()", second="D2.mean()"), "dropout")
    assert mistakes(report) == ["dropout-mask-averaged"]
