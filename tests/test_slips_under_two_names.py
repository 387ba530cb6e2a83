"""One slip that gives different factors, or nothing, in different layers is told once."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import Finding, GradeReport
from tests.conftest import Grade, changed, right_of

HELPER = """
import numpy as np

def grads_of(dZ, A):
    m = SIZE
    return np.dot(dZ, A.T) / m, BIAS

def backward_propagation(parameters, cache, X, Y):
    dZ2 = cache["A2"] - Y
    dW2, db2 = grads_of(dZ2, cache["A1"])
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - cache["A1"] ** 2)
    dW1, db1 = grads_of(dZ1, X)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""
SUM, MEAN = "np.sum(dZ, axis=1, keepdims=True) / m", "np.mean(dZ, axis=1, keepdims=True)"


def told(report: GradeReport) -> Finding:
    (finding,) = [one for one in report.findings if one.severity == "mistake"]
    return finding


@pytest.mark.parametrize(("bias", "score"), [(SUM, 50), (MEAN, 75)])
@pytest.mark.parametrize("size", ["dZ.shape[0]", "len(dZ)"])
def test_a_division_by_units_is_one_slip_where_a_layer_has_one_unit(
    size: str, bias: str, score: int, grade_text: Grade
) -> None:
    code = HELPER.replace("BIAS", bias)
    assert grade_text(code.replace("SIZE", "dZ.shape[1]")).all_correct
    report = grade_text(code.replace("SIZE", size))
    assert told(report).id == "divided-by-wrong-size"
    assert told(report).line == 5
    assert report.score == score


def test_so_it_is_in_a_network_of_many_layers(grade_text: Grade) -> None:
    slip = changed(right_of("l-model-backward"), ("m = A_prev.shape[1]", "m = len(dZ)"))
    report = grade_text(slip, "l-model-backward")
    assert told(report).id == "divided-by-wrong-size"
    assert report.score == 90


def test_a_mean_that_is_missing_beside_another_size_stays_two(grade_text: Grade) -> None:
    code = HELPER.replace("SIZE", "dZ.shape[1]").replace("BIAS", MEAN)
    code = code.replace("dW2, db2 = grads_of(dZ2, cache", "dW2, db2 = dZ2 @ cache")
    code = code.replace('cache["A1"])\n    dZ1', 'cache["A1"].T, np.mean(dZ2)\n    dZ1')
    code = code.replace("grads_of(dZ1, X)\n", "grads_of(dZ1, X)\n    dW1 *= X.shape[1] / len(X)\n")
    report = grade_text(code)
    assert {one.id for one in report.findings if one.severity == "mistake"} == {
        "missing-mean",
        "divided-by-wrong-size",
    }


def test_a_sum_over_all_classes_is_no_step_of_zero(grade_text: Grade) -> None:
    """The errors of a softmax add up to zero in each example; those of other layers do not."""
    text = right_of("update-in-place")
    slip = changed(text, ("np.sum(dZ, axis=1, keepdims=True) / m", "np.sum(dZ) / m"))
    report = grade_text(slip, "update-in-place")
    assert told(report).id == "db-summed-over-everything"
    none = text.replace('    weights[f"b{layer}"] = weights[f"b{layer}"] - alpha * db', "")
    assert told(grade_text(none, "update-in-place")).id == "zero-gradient"
