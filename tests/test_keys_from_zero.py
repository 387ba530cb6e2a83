"""Gradients whose keys count the layers from 0: one cause, and no line that is right."""

from __future__ import annotations

import pytest

from tests.conftest import Grade

LOOP = """
def backward_propagation(parameters, cache, X, Y):
    depth, m, grads = len(parameters) // 2, X.shape[1], {}
    delta = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        below = cache[f"A{layer - 1}"] if layer > 1 else X
        grads[f"dW{layer - START}"] = delta @ below.T / m
        grads[f"db{layer - START}"] = delta.sum(axis=1, keepdims=True) / m
        if layer > 1:
            delta = parameters[f"W{layer}"].T @ delta * SLOPE
    return grads
"""
SLOPES = {"shallow-tanh": "(1 - below ** 2)", "deep-relu": "(below > 0)"}


def code(assignment: str, start: int) -> str:
    return LOOP.replace("START", str(start)).replace("SLOPE", SLOPES[assignment])


@pytest.mark.parametrize("assignment", SLOPES)
def test_keys_from_zero_are_the_only_cause(assignment: str, grade_text: Grade) -> None:
    assert grade_text(code(assignment, 0), assignment).all_correct
    report = grade_text(code(assignment, 1), assignment)
    assert report.score == 0
    (finding,) = [item for item in report.findings if item.severity == "mistake"]
    assert (finding.id, finding.line) == ("keys-from-zero", None)


def test_a_layer_that_is_left_out_is_no_other_count(grade_text: Grade) -> None:
    text = code("shallow-tanh", 0).replace("range(depth, 0", "range(depth - 1, 0")
    report = grade_text(text)
    assert "keys-from-zero" not in {item.id for item in report.findings}


def test_all_but_the_last_layer_a_key_too_low_are_one_wrong_key(grade_text: Grade) -> None:
    text = code("deep-relu", 0)
    for kind in ("dW", "db"):
        text = text.replace(f"{kind}{{layer - 0}}", f"{kind}{{layer - (layer < depth)}}")
    report = grade_text(text, "deep-relu")
    found = {item.id: item for item in report.findings if item.severity == "mistake"}
    assert set(found) == {"wrong-key", "gradient-missing"}
    kinds = {name[:2] for name in found["wrong-key"].gradients}
    assert kinds == {"dW", "db"}
    assert found["gradient-missing"].hint == (
        "The layers are counted from 1. Which layer does what stands under dW0 and db0 belong to?"
    )
