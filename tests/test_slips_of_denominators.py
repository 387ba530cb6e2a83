"""The slope of the cross-entropy by the last activation, with a denominator that is not its own."""

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
