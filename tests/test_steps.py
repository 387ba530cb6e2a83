"""Where the answer is a step of gradient descent, what is told is told of the step."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import Finding, GradeReport
from tests.conftest import Grade

DESCENT = """
import numpy as np

def gradient_descent(Y, weights, cache, alpha, L):
    count = Y.shape[1]
    delta = cache["A%d" % L] - Y
    for k in range(L, 0, -1):
        below = cache["A%d" % (k - 1)]
        slope = delta @ below.T / count
        bias = delta.sum(axis=1, keepdims=True) / count
        delta = (1 - below**2) * (weights["W%d" % k].T @ delta)
        weights["W%d" % k] = weights["W%d" % k] - alpha * slope
        weights["b%d" % k] = weights["b%d" % k] - alpha * bias
"""
W_LINE = 'weights["W%d" % k] = weights["W%d" % k] - alpha * slope'
B_LINE = 'weights["b%d" % k] = weights["b%d" % k] - alpha * bias'
STEP = """
import numpy as np

def update_parameters(parameters, grads, learning_rate=0.01):
    return {name: value - learning_rate * grads["d" + name] for name, value in parameters.items()}
"""


def mistakes(report: GradeReport) -> list[Finding]:
    return [finding for finding in report.findings if finding.severity == "mistake"]


def details(report: GradeReport) -> set[str]:
    return {row.detail for row in report.gradients if row.verdict not in ("correct", "missing")}


def slipped(grade_text: Grade, *changes: tuple[str, str]) -> GradeReport:
    text = DESCENT
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)
    return grade_text(text, "update-in-place")


def test_the_step_without_a_slip_is_right(grade_text: Grade) -> None:
    assert slipped(grade_text).all_correct


def test_a_bias_that_lost_its_dimension_is_told_with_its_shape(grade_text: Grade) -> None:
    report = slipped(grade_text, ("axis=1, keepdims=True", "axis=1"))
    (finding,) = mistakes(report)
    assert (finding.id, finding.gradients) == ("shape-flat", ("b3", "b2", "b1"))
    assert finding.title == "A row is taken off a column"
    assert {row.finding for row in report.gradients if "b" in row.name} == {"shape-flat"}
    assert all(row.detail.startswith("shape (") for row in report.gradients if "b" in row.name)


@pytest.mark.parametrize("sum_", ["delta.sum(axis=0)", "delta.sum(axis=0, keepdims=True)"])
def test_a_bias_summed_over_the_units_is_named_behind_the_step(
    sum_: str, grade_text: Grade
) -> None:
    report = slipped(grade_text, ("delta.sum(axis=1, keepdims=True)", sum_))
    # The deltas of softmax cancel over the units: nothing is left to tell the axis by in b3.
    found = {finding.id: finding.gradients for finding in mistakes(report)}
    assert found == {"zero-gradient": ("b3",), "db-wrong-axis": ("b2", "b1")}


def test_a_slip_in_a_bias_that_lost_its_dimension_is_told_as_well(grade_text: Grade) -> None:
    report = slipped(grade_text, ("delta.sum(axis=1, keepdims=True) / count", "delta.sum(axis=1)"))
    assert {finding.id for finding in mistakes(report)} == {"shape-flat", "missing-mean"}
    told = next(item for item in mistakes(report) if item.id == "missing-mean")
    assert told.message.startswith("The step adds the examples up")


@pytest.mark.parametrize("lost", ["= alpha * ", "=- alpha * ", "= - "])
def test_a_lost_old_parameter_is_no_penalty(lost: str, grade_text: Grade) -> None:
    report = slipped(
        grade_text,
        (W_LINE, f'weights["W%d" % k] {lost}slope'),
        (B_LINE, f'weights["b%d" % k] {lost}bias'),
    )
    (finding,) = mistakes(report)
    assert finding.id == "old-parameter-missing"
    assert finding.gradients == ("W3", "b3", "W2", "b2", "W1", "b1")
    assert details(report) == {"the old value is missing", "the same mistake again"}


def test_a_lost_old_parameter_beside_another_slip_is_no_penalty(grade_text: Grade) -> None:
    report = slipped(
        grade_text,
        (W_LINE, 'weights["W%d" % k] = -alpha * slope'),
        ("slope = delta @ below.T / count", "slope = delta @ below.T"),
    )
    assert {finding.id for finding in mistakes(report)} == {"old-parameter-missing", "missing-mean"}


@pytest.mark.parametrize(("lost", "penalised"), [(3, 1), (1, 3)])
def test_a_lost_old_parameter_is_told_apart_from_a_penalty_in_another_layer(
    lost: int, penalised: int, grade_text: Grade
) -> None:
    """Beside a lost 1/m, both are the parameter times a number, found under one name."""
    kept = f'weights["W%d" % k] * {{{lost}: 0, 2: 1, {penalised}: 1 - 0.3 * alpha}}[k]'
    report = slipped(
        grade_text,
        (W_LINE, f'weights["W%d" % k] = {kept} - alpha * slope'),
        ("slope = delta @ below.T / count", "slope = delta @ below.T"),
    )
    found = {finding.id: finding.gradients for finding in mistakes(report)}
    assert found.pop("missing-mean") == ("W3", "W2", "W1")
    assert found == {
        "old-parameter-missing": (f"W{lost}",),
        "regularisation-added": (f"W{penalised}",),
    }


def test_the_whole_gradient_is_told_apart_from_another_number(grade_text: Grade) -> None:
    rate = "- (1 if k == 3 else alpha) * slope"
    report = slipped(
        grade_text,
        ("- alpha * slope", rate),
        ("- alpha * bias", "- (3 if k == 1 else alpha) * bias"),
    )
    assert [(finding.gradients, finding.title) for finding in mistakes(report)] == [
        (("W3",), "The whole gradient is taken off"),
        (("b1",), "The step is right up to one constant"),
    ]


def test_a_forgotten_learning_rate_is_told_of_the_step(grade_text: Grade) -> None:
    report = slipped(grade_text, ("- alpha * slope", "- slope"))
    (finding,) = mistakes(report)
    assert finding.message == "The step is 4 times too long: the learning rate is not in it."
    assert finding.line is None
    assert "step: 4 × too large" in details(report)


def test_a_step_uphill_is_told_of_the_step(grade_text: Grade) -> None:
    report = slipped(grade_text, ("- alpha * slope", "+ alpha * slope"))
    (finding,) = mistakes(report)
    assert finding.message == "The step has the right size and the wrong sign."
    assert "step: the sign is flipped" in details(report)
    assert finding.evidence.startswith("gives your W3, W2")


def test_parameters_that_stay_are_said_to(grade_text: Grade) -> None:
    report = slipped(grade_text, ('weights["W%d" % k] = weights', "new = weights"))
    (finding,) = mistakes(report)
    assert finding.message.startswith("Nothing is taken off these parameters")
    assert "never computed" not in finding.hint
    assert details(report) == {"unchanged"}


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("value - learning_rate", "value + learning_rate", "step: the sign is flipped"),
        ("learning_rate *", "12 * learning_rate *", "step: 12 × too large"),
        ("value - learning_rate *", "value - ", "step: 100 × too large"),
        ("value - learning_rate *", "value - 0 *", "unchanged"),
        ("value - learning_rate *", "-learning_rate *", "the old value is missing"),
        ('grads["d" + name]', 'grads["d" + name] ** 2', "no simple factor"),
    ],
)
def test_a_given_step_is_compared_by_what_is_taken_off(
    right: str, wrong: str, told: str, grade_text: Grade
) -> None:
    report = grade_text(STEP.replace(right, wrong), "relu-sigmoid-softmax")
    assert details(report) == {told}


@pytest.mark.parametrize(
    "stored",
    [
        "np.ones((7, 19))",
        "np.zeros((0, 3))",
        "np.zeros((len(bias), 0))",
        "np.ones(5)",
        "np.full((len(bias), 2), np.nan)",
        "[[1], [2, 3]]",
    ],
)
def test_a_parameter_of_any_shape_is_no_fault_of_ours(stored: str, grade_text: Grade) -> None:
    report = slipped(grade_text, (B_LINE, f'weights["b%d" % k] = {stored}'))
    assert all(row.verdict != "correct" for row in report.gradients if row.name[0] == "b")
    assert all(row.verdict == "correct" for row in report.gradients if row.name[0] == "W")
    assert "diagnosis-failed" not in {finding.id for finding in report.findings}
