"""The slope of the last activation, behind dA, taken at a wrong value: named, in its line."""

from __future__ import annotations

import pytest

from tests.conftest import Grade

LINKS = """
import numpy as np

def sigmoid_prime(z):
    s = {s}
    return s * (1 - s)

def backward_propagation(parameters, cache, X, Y):
    m, p, h = Y.size, cache["A2"], cache["A1"]
    dA2 = (1 - Y) / (1 - p) - Y / p
    dZ2 = dA2 * sigmoid_prime(cache["{last}2"])
    dZ1 = np.dot(parameters["W2"].T, dZ2) * sigmoid_prime(cache["{hidden}1"])
    out = dict(dW2=np.dot(dZ2, h.T) / m, dW1=np.dot(dZ1, X.T) / m)
    out["db2"] = np.sum(dZ2, axis=1, keepdims=True) / m
    out["db1"] = np.sum(dZ1, axis=1, keepdims=True) / m
    return out
"""
SIGMOID = "1 / (1 + np.exp(-z))"


@pytest.mark.parametrize(
    ("s", "last", "hidden", "id"),
    [
        (SIGMOID, "A", "Z", "output-gprime-at-activation"),
        (SIGMOID, "A", "A", "output-gprime-at-activation"),
        ("z", "Z", "A", "output-gprime-formula-on-z"),
        ("z", "Z", "Z", "output-gprime-formula-on-z"),
    ],
)
def test_the_slope_at_a_wrong_value_is_told(
    grade_text: Grade, s: str, last: str, hidden: str, id: str
) -> None:
    assert grade_text(LINKS.format(s=SIGMOID, last="Z", hidden="Z"), "shallow-sigmoid").all_correct
    report = grade_text(LINKS.format(s=s, last=last, hidden=hidden), "shallow-sigmoid")
    (finding,) = [item for item in report.findings if item.severity == "mistake"]
    assert finding.id == id
    assert (finding.source or "").strip().startswith("dZ2 =")
    assert report.score == 50
