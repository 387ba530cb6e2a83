"""What the chain starts with: one number for all examples, class numbers, a softmax over all."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade

CHAIN = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m, h, p = X.shape[1], cache["A1"], cache["A2"]
    cost = {cost}
    top = {top}
    low = parameters["W2"].T @ top * {slope}
    return {{
        "dW2": top @ h.T / m, "db2": np.sum(top, axis=1, keepdims=True) / m,
        "dW1": low @ X.T / m, "db1": np.sum(low, axis=1, keepdims=True) / m,
    }}
"""
ROWS = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    out, hid = cache["A2"], cache["A1"]
    loss = {loss}
    d = {d}
    e = d.dot(parameters["W2"].T) * hid * (1 - hid)
    return dict(dW2=hid.T.dot(d), db2=d.sum(0, keepdims=True), dW1=X.T.dot(e),
                db1=e.sum(0, keepdims=True))
"""
CLASSES = """
import numpy as np

def backward(X, y, parameters, cache):
    hid, N = cache["A1"], len(X)
    z = cache["Z2"]
    e = np.exp({z})
    p = e / {total}
    d = ({error}) / N
    low = d.dot(parameters["W2"].T)
    low[hid <= 0] = 0
    return hid.T.dot(d), d.sum(axis=0), X.T.dot(low), low.sum(axis=0)
"""
TANH = "(1 - h ** 2)"
ENTROPY = "-np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p))"


def told(report: GradeReport) -> list[str]:
    return [item.id for item in report.findings if item.severity == "mistake"]


def chain(cost: str, top: str, slope: str = TANH) -> str:
    return CHAIN.format(cost=cost, top=top, slope=slope)


@pytest.mark.parametrize("cost", [ENTROPY, f"{ENTROPY} / m", "np.mean((Y - p) ** 2)"])
@pytest.mark.parametrize("top", ["cost * np.ones_like(p)", "cost * p * (1 - p)"])
def test_a_loss_of_the_batch_at_the_start_is_one_mistake(
    grade_text: Grade, cost: str, top: str
) -> None:
    assert grade_text(chain(cost, "p - Y"), "shallow-tanh").all_correct
    report = grade_text(chain(cost, top), "shallow-tanh")
    assert told(report) == ["cost-as-delta"]
    assert report.score == 50  # what follows from it keeps its points


@pytest.mark.parametrize("loss", ["np.sum((out - Y) ** 2) / 2", "np.mean((Y - out) ** 2)"])
def test_so_it_is_for_the_squared_error(grade_text: Grade, loss: str) -> None:
    right = ROWS.format(loss=loss, d="(out - Y) * out * (1 - out)")
    assert grade_text(right, "squared-error").all_correct
    report = grade_text(ROWS.format(loss=loss, d="loss * out * (1 - out)"), "squared-error")
    assert told(report) == ["cost-as-delta"]


RIGHT_TOTAL, RIGHT_ERROR = "e.sum(axis=1, keepdims=True)", "p - np.eye(p.shape[1])[y]"


@pytest.mark.parametrize(
    ("z", "total", "error", "id"),
    [
        ("z", RIGHT_TOTAL, "p - y.reshape(-1, 1)", "labels-not-one-hot"),
        ("z", "e.sum()", RIGHT_ERROR, "softmax-over-everything"),
        ("z - z.max()", "np.sum(e)", RIGHT_ERROR, "softmax-over-everything"),
        ("z - z.max(axis=1, keepdims=True)", "np.sum(e)", RIGHT_ERROR, "softmax-over-everything"),
    ],
)
def test_class_numbers_as_targets_and_a_softmax_over_all_are_told(
    grade_text: Grade, z: str, total: str, error: str, id: str
) -> None:
    right = CLASSES.format(z="z", total=RIGHT_TOTAL, error=RIGHT_ERROR)
    assert grade_text(right, "two-layer-net").all_correct
    report = grade_text(CLASSES.format(z=z, total=total, error=error), "two-layer-net")
    assert told(report) == [id]
    assert report.score == 55


@pytest.mark.parametrize("slope", ["(1 - h) * h", "h * (1 - h)"])
def test_a_slope_made_of_the_blame_alone_is_told(grade_text: Grade, slope: str) -> None:
    right = chain("0", "p - Y", slope)
    assert grade_text(right, "shallow-sigmoid").all_correct
    wrong = right.replace(f"* {slope}", "").replace(
        "    return", "    low = low * (1 - low)\n    return"
    )
    assert told(grade_text(wrong, "shallow-sigmoid")) == ["gprime-of-gradient"]
