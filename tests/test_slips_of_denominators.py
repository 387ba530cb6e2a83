"""A wrong denominator in the error of the last layer: of a term, of the label, of softmax."""

from __future__ import annotations

import pytest

from tests.conftest import Grade

LINKS = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m, p, h = Y.size, cache["A2"], cache["A1"]
    by_p = {slope}
    dZ2 = by_p * p * (1 - p)
    dZ1 = np.dot(parameters["W2"].T, dZ2) * {hidden}
    out = dict(dW2=np.dot(dZ2, h.T) / m, dW1=np.dot(dZ1, X.T) / m)
    out["db2"] = np.sum(dZ2, axis=1, keepdims=True) / m
    out["db1"] = np.sum(dZ1, axis=1, keepdims=True) / m
    return out
"""
HIDDEN = {"shallow-sigmoid": "h * (1 - h)", "shallow-tanh": "(1 - h ** 2)"}


@pytest.mark.parametrize("assignment", HIDDEN)
def test_a_wrong_denominator_is_told(grade_text: Grade, assignment: str) -> None:
    hidden = HIDDEN[assignment]
    right = LINKS.format(slope="(1 - Y) / (1 - p) - Y / p", hidden=hidden)
    assert grade_text(right, assignment).all_correct
    for slope in (
        "(1 - Y) / p - Y / p",
        "(1 - Y) / (1 - p) - Y / (1 - p)",
        "(1 - Y) / p - Y / (1 - p)",
    ):
        report = grade_text(LINKS.format(slope=slope, hidden=hidden), assignment)
        (finding,) = [item for item in report.findings if item.severity == "mistake"]
        assert finding.id == "bce-wrong-denominator", slope
        assert "by_p =" in (finding.source or ""), slope


CLASSES = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    W, h, m = parameters["W2"], cache["A1"], Y.shape[1]
    scores = W @ h + parameters["b2"]
    e = np.exp(scores - np.max(scores, axis=0))
    error = {error}
    low = W.T @ error * (1 - h * h)
    return dict(dW2=error @ h.T, db2=error.sum(axis=1, keepdims=True),
                dW1=low @ X.T, db1=low.sum(axis=1, keepdims=True))
"""


def test_labels_that_alone_are_averaged_are_told(grade_text: Grade) -> None:
    assert grade_text(CLASSES.format(error="(cache['A2'] - Y) / m"), "softmax-shallow").all_correct
    report = grade_text(CLASSES.format(error="cache['A2'] - Y / m"), "softmax-shallow")
    (finding,) = [item for item in report.findings if item.severity == "mistake"]
    assert "only the label in the error is averaged (only-label-averaged)" in finding.message
    report = grade_text(
        LINKS.format(slope="1", hidden="h * (1 - h)").replace("by_p * p * (1 - p)", "p - Y / m"),
        "shallow-sigmoid",
    )
    assert [item.id for item in report.findings] == ["only-label-averaged"]


def test_a_softmax_over_the_batch_is_told_though_scores_are_shifted(grade_text: Grade) -> None:
    right = CLASSES.format(error="(e / e.sum(axis=0) - Y) / m")
    assert grade_text(right, "softmax-shallow").all_correct
    report = grade_text(right.replace("e.sum(axis=0)", "e.sum(axis=1)[:, None]"), "softmax-shallow")
    mistakes = [item.id for item in report.findings if item.severity == "mistake"]
    assert mistakes == ["softmax-over-batch-axis"]


@pytest.mark.parametrize("size", ["Y.shape[0]", "len(Y)"])
def test_an_average_over_what_is_one_is_told_where_that_is_set(
    grade_text: Grade, size: str
) -> None:
    """The output has one unit: dividing by their number leaves the sum as it is."""
    text = LINKS.format(slope="1", hidden="(1 - h ** 2)").replace("by_p * p * (1 - p)", "p - Y")
    assert grade_text(text, "shallow-tanh").all_correct
    wrong = text.replace("m, p, h = Y.size,", f"m = {size}\n    p, h =")
    report = grade_text(wrong, "shallow-tanh")
    (finding,) = [item for item in report.findings if item.severity == "mistake"]
    assert (finding.id, finding.source) == ("missing-mean", f"    m = {size}")
