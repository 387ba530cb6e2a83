"""What a function may return: right numbers are found in whatever form they come."""

from __future__ import annotations

import pytest

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.grade import grade, prepare
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import Grade, built_in, source

ONE_EXAMPLE = """
def bprop(known):
    error = known["a2"] - known["y"]
    below = known["W2"].T @ error * known["a1"] * (1 - known["a1"])
    dW2, dW1 = error @ known["a1"].T, below @ known["x"].T
    RETURN
"""
BESIDE = [
    "return {**known, 'dW1': dW1, 'db1': below, 'dW2': dW2, 'db2': error}",
    "return {'dW1': dW1, 'db1': below, 'dW2': dW2, 'db2': error} | known",
    "known.update(dW1=dW1, db1=below, dW2=dW2, db2=error); return known",
    "known.update(W1=dW1, b1=below, W2=dW2, b2=error); return known",
    "return dict(known, dw1=dW1, db1=below, W2=dW2, grad_b2=error)",
]


@pytest.mark.parametrize("returned", BESIDE)
def test_gradients_beside_the_parameters_of_their_names_are_found(
    returned: str, grade_text: Grade
) -> None:
    assert grade_text(ONE_EXAMPLE.replace("RETURN", returned), "single-example").all_correct


def test_a_parameter_that_comes_back_alone_is_the_answer(grade_text: Grade) -> None:
    report = grade_text(ONE_EXAMPLE.replace("RETURN", "return known"), "single-example")
    assert report.score == 0
    assert "parameter-returned" in {finding.id for finding in report.findings}


DEEP = """
def backward_propagation(parameters, cache, X, Y):
    depth, m, grads = len(parameters) // 2, X.shape[1], {}
    delta = (cache[f"A{depth}"] - Y) / m
    for layer in range(depth, 0, -1):
        below = cache[f"A{layer - 1}"] if layer > 1 else X
        grads[f"dW{layer}"] = PACK(delta @ below.T)
        grads[f"db{layer}"] = PACK(delta.sum(axis=1, keepdims=True))
        if layer > 1:
            delta = parameters[f"W{layer}"].T @ delta * SLOPE
    return grads
"""
LISTS = DEEP.replace("PACK", "(lambda array: array.tolist())")


def widened(name: str, width: int) -> Assignment:
    values = built_in(name).model_dump()
    values["parts"][0]["network"]["width"] = values["parts"][0]["network"]["inputs"] = (
        width,
        width + 10,
    )
    return Assignment.model_validate(values)


@pytest.mark.parametrize(
    ("assignment", "slope"), [("shallow-tanh", "(1 - below**2)"), ("deep-relu", "(below > 0)")]
)
def test_large_gradients_may_be_nested_lists(assignment: str, slope: str, sandbox: Sandbox) -> None:
    exam = prepare(widened(assignment, 50), 1)
    assert grade(source(LISTS.replace("SLOPE", slope)), exam, sandbox).all_correct


def test_no_size_is_blamed_for_a_limit_of_ours(grade_text: Grade) -> None:
    flood = DEEP.replace("    return", "    if depth > 3: grads['more'] = [0] * 10**6\n    return")
    text = flood.replace("PACK", "").replace("SLOPE", "(1 - below**2)")
    report = grade_text(text, "backprop")
    assert report.problems[0].kind == "output"
    assert "one-depth" not in {finding.id for finding in report.findings}
