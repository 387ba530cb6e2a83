"""Sums that are not reset, activations made again by another function, labels that are moved."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import Finding, GradeReport
from tests.conftest import Grade, built_in

LOOPS = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    W2, A1, A2 = parameters["W2"], cache["A1"], cache["A2"]
    out = {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}
    FIRST
    for s in range(len(X)):
        EXAMPLE
        for k in range(W2.shape[1]):
            d2[k] += (A2[s, k] - Y[s, k]) * A2[s, k] * (1 - A2[s, k])
            out["db2"][0, k] += d2[k]
            out["dW2"][:, k] += A1[s] * d2[k]
        ABOVE
        for j in range(len(W2)):
            UNIT
            for k in range(W2.shape[1]):
                blame += W2[j, k] * d2[k]
            d1 = blame * A1[s, j] * (1 - A1[s, j])
            out["db1"][0, j] += d1
            out["dW1"][:, j] += X[s] * d1
    return out
"""


def looped(errors: str, blame: str) -> str:
    """Return the loops, with their two sums set to zero in these places."""
    places: dict[str, list[str]] = {name: [] for name in ("FIRST", "EXAMPLE", "ABOVE", "UNIT")}
    places[errors].append("d2 = np.zeros(W2.shape[1])")
    places[blame].append("blame = 0.0")
    code = LOOPS
    for place, statements in places.items():
        code = code.replace(place, "; ".join(statements) or "pass")
    return code


def told(report: GradeReport) -> Finding:
    (finding,) = [one for one in report.findings if one.severity == "mistake"]
    return finding


@pytest.mark.parametrize("blame", ["ABOVE", "FIRST"])
def test_a_sum_that_is_not_reset_is_told(blame: str, grade_text: Grade) -> None:
    assert grade_text(looped("EXAMPLE", "UNIT"), "squared-error").all_correct
    finding = told(grade_text(looped("EXAMPLE", blame), "squared-error"))
    assert (finding.id, finding.gradients) == ("sum-not-reset", ("dW1", "db1"))


def test_an_error_that_is_not_reset_is_charged_where_it_begins(grade_text: Grade) -> None:
    report = grade_text(looped("FIRST", "UNIT"), "squared-error")
    assert told(report).id == "sum-not-reset"
    assert report.score == 40


def example(name: str, assignment: str, old: str, new: str) -> str:
    path = built_in(assignment).folder / "examples" / f"{name}.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize("other", ["sigmoid(cache['Z1'])", "np.maximum(cache['Z1'], 0)"])
def test_an_activation_made_again_by_another_function_is_told(
    other: str, grade_text: Grade
) -> None:
    report = grade_text(example("right", "shallow-tanh", 'cache["A1"]', other), "shallow-tanh")
    assert told(report).id == "another-activation"
    assert "=" not in (told(report).source or ""), "the gradients' own lines are right"
    assert report.score == 75


@pytest.mark.parametrize(
    ("name", "assignment", "old", "new"),
    [
        ("right_class_numbers", "softmax-shallow", "axis=0)\n", "axis=0) - 1\n"),
        ("right_tuple", "two-layer-net", "[y]", "[y - 1]"),
        ("right_tuple", "two-layer-net", "[y]", "[(y + 1) % classes]"),
    ],
)
def test_labels_that_are_one_class_off_are_told(
    name: str, assignment: str, old: str, new: str, grade_text: Grade
) -> None:
    assert told(grade_text(example(name, assignment, old, new), assignment)).id == (
        "labels-one-class-off"
    )


def test_a_sigmoid_with_the_other_sign_is_told_beside_what_gives_the_same(
    grade_text: Grade,
) -> None:
    code = example("right_from_z", "shallow-tanh", "np.exp(-Z2)", "np.exp(Z2)")
    finding = told(grade_text(code, "shallow-tanh"))
    assert "1 - A_L is compared with the labels" in finding.message
    assert "np.exp(Z2)" in (finding.source or "")


def test_relu_on_the_gradient_is_told_where_the_mask_of_dropout_was_in_the_test(
    grade_text: Grade,
) -> None:
    code = example("right_mask_within_a", "dropout", "np.where(A1 > 0", "np.where(dA1 > 0")
    assert told(grade_text(code, "dropout")).id == "relu-mask-on-gradient"


def test_a_binary_loss_pulled_back_through_softmax_is_told(grade_text: Grade) -> None:
    old, new = "dA3 = -Y / A3", "dA3 = -Y / A3 + (1 - Y) / (1 - A3)"
    code = example("right_softmax_jacobian", "relu-sigmoid-softmax", old, new)
    assert told(grade_text(code, "relu-sigmoid-softmax")).id == "binary-ce-on-softmax"
