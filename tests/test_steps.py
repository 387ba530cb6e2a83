"""Where the answer is a step of gradient descent, what is told is told of the step."""

from __future__ import annotations

import functools
from dataclasses import asdict
from typing import Any

import pytest

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.models import Finding, GradeReport
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import Grade, built_in, changed, made_of, right_of, source

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


def three_layers(rate: Any) -> Assignment:
    """Return update-in-place with at most three layers, and with this learning rate."""
    values = asdict(built_in("update-in-place"))
    part = values["parts"][0]
    part["network"]["depth"], part["learning_rate"] = (2, 3), rate
    part["points"] = {"W3": 10, "b3": 6, "W2": 24, "b2": 16, "W1": 26, "b1": 18}
    return made_of(values)


def mistakes(report: GradeReport) -> list[Finding]:
    return [finding for finding in report.findings if finding.severity == "mistake"]


@functools.cache
def exam_at(rate: float | tuple[float, float]) -> Exam:
    return prepare(three_layers(rate), 1)


def details(report: GradeReport) -> set[str]:
    return {row.detail for row in report.gradients if row.verdict not in ("correct", "missing")}


def slipped(sandbox: Sandbox, *changes: tuple[str, str]) -> GradeReport:
    text = DESCENT
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)
    return grade(source(text), exam_at(0.25), sandbox)


def test_the_step_without_a_slip_is_right(sandbox: Sandbox) -> None:
    assert slipped(sandbox).all_correct


def test_a_bias_that_lost_its_dimension_is_told_with_its_shape(sandbox: Sandbox) -> None:
    report = slipped(sandbox, ("axis=1, keepdims=True", "axis=1"))
    (finding,) = mistakes(report)
    assert (finding.id, finding.gradients) == ("shape-flat", ("b3", "b2", "b1"))
    assert finding.title == "A row is taken off a column"
    assert {row.finding for row in report.gradients if "b" in row.name} == {"shape-flat"}
    assert all(row.detail.startswith("shape (") for row in report.gradients if "b" in row.name)


@pytest.mark.parametrize("sum_", ["delta.sum(axis=0)", "delta.sum(axis=0, keepdims=True)"])
def test_a_bias_summed_over_the_units_is_named_behind_the_step(sum_: str, sandbox: Sandbox) -> None:
    report = slipped(sandbox, ("delta.sum(axis=1, keepdims=True)", sum_))
    # The deltas of softmax cancel over the units: nothing is left to tell the axis by in b3.
    found = {finding.id: finding.gradients for finding in mistakes(report)}
    assert found == {"zero-gradient": ("b3",), "db-wrong-axis": ("b2", "b1")}


def test_a_slip_in_a_bias_that_lost_its_dimension_is_told_as_well(sandbox: Sandbox) -> None:
    report = slipped(sandbox, ("delta.sum(axis=1, keepdims=True) / count", "delta.sum(axis=1)"))
    assert {finding.id for finding in mistakes(report)} == {"shape-flat", "missing-mean"}
    told = next(item for item in mistakes(report) if item.id == "missing-mean")
    assert told.message.startswith("The step adds the examples up")


@pytest.mark.parametrize("lost", ["= alpha * ", "=- alpha * ", "= - "])
def test_a_lost_old_parameter_is_no_penalty(lost: str, sandbox: Sandbox) -> None:
    report = slipped(
        sandbox,
        (W_LINE, f'weights["W%d" % k] {lost}slope'),
        (B_LINE, f'weights["b%d" % k] {lost}bias'),
    )
    (finding,) = mistakes(report)
    assert finding.id == "old-parameter-missing"
    assert finding.gradients == ("W3", "b3", "W2", "b2", "W1", "b1")
    assert details(report) == {"the old value is missing", "the same mistake again"}


def test_a_lost_old_parameter_beside_another_slip_is_no_penalty(sandbox: Sandbox) -> None:
    report = slipped(
        sandbox,
        (W_LINE, 'weights["W%d" % k] = -alpha * slope'),
        ("slope = delta @ below.T / count", "slope = delta @ below.T"),
    )
    assert {finding.id for finding in mistakes(report)} == {"old-parameter-missing", "missing-mean"}


@pytest.mark.parametrize(("lost", "penalised"), [(3, 1), (1, 3)])
def test_a_lost_old_parameter_is_told_apart_from_a_penalty_in_another_layer(
    lost: int, penalised: int, sandbox: Sandbox
) -> None:
    """Beside a lost 1/m, both are the parameter times a number, found under one name."""
    kept = f'weights["W%d" % k] * {{{lost}: 0, 2: 1, {penalised}: 1 - 0.3 * alpha}}[k]'
    report = slipped(
        sandbox,
        (W_LINE, f'weights["W%d" % k] = {kept} - alpha * slope'),
        ("slope = delta @ below.T / count", "slope = delta @ below.T"),
    )
    found = {finding.id: finding.gradients for finding in mistakes(report)}
    assert found.pop("missing-mean") == ("W3", "W2", "W1")
    assert found == {
        "old-parameter-missing": (f"W{lost}",),
        "regularisation-added": (f"W{penalised}",),
    }


def test_the_whole_gradient_is_told_apart_from_another_number(sandbox: Sandbox) -> None:
    rate = "- (1 if k == 3 else alpha) * slope"
    report = slipped(
        sandbox,
        ("- alpha * slope", rate),
        ("- alpha * bias", "- (3 if k == 1 else alpha) * bias"),
    )
    assert [(finding.gradients, finding.title) for finding in mistakes(report)] == [
        (("W3",), "The whole gradient is taken off"),
        (("b1",), "The step is right up to one constant"),
    ]


def test_a_forgotten_learning_rate_is_told_of_the_step(sandbox: Sandbox) -> None:
    report = slipped(sandbox, ("- alpha * slope", "- slope"))
    (finding,) = mistakes(report)
    assert finding.message == "The step is 4 times too long: the learning rate is not in it."
    assert finding.line is None
    assert "step: 4 × too large" in details(report)


def test_a_step_uphill_is_told_of_the_step(sandbox: Sandbox) -> None:
    report = slipped(sandbox, ("- alpha * slope", "+ alpha * slope"))
    (finding,) = mistakes(report)
    assert finding.message == "The step has the right size and the wrong sign."
    assert "step: the sign is flipped" in details(report)
    assert finding.evidence.startswith("gives your W3, W2")


def test_parameters_that_stay_are_said_to(sandbox: Sandbox) -> None:
    report = slipped(sandbox, ('weights["W%d" % k] = weights', "new = weights"))
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
def test_a_parameter_of_any_shape_is_no_fault_of_ours(stored: str, sandbox: Sandbox) -> None:
    report = slipped(sandbox, (B_LINE, f'weights["b%d" % k] = {stored}'))
    assert all(row.verdict != "correct" for row in report.gradients if row.name[0] == "b")
    assert all(row.verdict == "correct" for row in report.gradients if row.name[0] == "W")
    assert "diagnosis-failed" not in {finding.id for finding in report.findings}


def found_with_rates(sandbox: Sandbox, *changes: tuple[str, str]) -> dict[str, Finding]:
    """Return the mistakes where every network has a learning rate of its own."""
    text = DESCENT
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)
    report = grade(source(text), exam_at((0.05, 0.5)), sandbox)
    assert report.all_correct == (not changes)
    return {finding.id: finding for finding in mistakes(report)}


ALL = ("W3", "b3", "W2", "b2", "W1", "b1")


def test_a_learning_rate_that_is_written_down_is_named(sandbox: Sandbox) -> None:
    found = found_with_rates(sandbox, ("alpha * slope", "0.2 * slope"), ("alpha * b", "0.2 * b"))
    (finding,) = found.values()
    assert (finding.id, finding.gradients) == ("learning-rate-fixed", ALL)
    assert (
        finding.message == "The step is 0.2 times the gradient, whatever learning rate is passed."
    )


def test_a_rate_that_is_written_down_once_is_told_beside_another_slip(sandbox: Sandbox) -> None:
    found = found_with_rates(
        sandbox,
        ("alpha * slope", "(0.2 if k == 1 else alpha) * slope"),
        ("axis=1, keepdims=True) / count", "axis=1, keepdims=True)"),
    )
    gradients = {id: finding.gradients for id, finding in found.items()}
    assert gradients == {"learning-rate-fixed": ("W1",), "missing-mean": ("b3", "b2", "b1")}


def test_a_rate_that_is_left_out_is_told_of_no_length(sandbox: Sandbox) -> None:
    found = found_with_rates(sandbox, ("- alpha * slope", "- slope"))
    (finding,) = found.values()
    assert finding.title == "The whole gradient is taken off"
    assert "whatever learning rate is passed" in finding.message


def test_other_slips_are_named_whatever_the_rate(sandbox: Sandbox) -> None:
    assert found_with_rates(sandbox) == {}
    for change, id in {
        ("- alpha * slope", "- 3 * alpha * slope"): "constant-factor",
        ("- alpha * slope", "+ alpha * slope"): "sign-flipped",
        (W_LINE, 'weights["W%d" % k] = alpha * slope'): "old-parameter-missing",
        (W_LINE, 'weights["W%d" % k] = 0.9 * weights["W%d" % k]'): "parameter-returned",
    }.items():
        assert set(found_with_rates(sandbox, change)) == {id}


def test_a_given_step_with_a_rate_of_its_own_is_named(sandbox: Sandbox) -> None:
    values = asdict(built_in("squared-error"))
    values["parts"][1]["learning_rate"] = (0.05, 0.5)
    exam = prepare(made_of(values), 1)
    assert not mistakes(grade(source(STEP), exam, sandbox))[1:]
    report = grade(source(STEP.replace("value - learning_rate", "value - 0.1")), exam, sandbox)
    assert "learning-rate-fixed" in {finding.id for finding in mistakes(report)}


def test_a_rate_and_a_depth_that_are_written_down_fail_in_the_assignment(
    grade_text: Grade,
) -> None:
    shallow = DESCENT.replace("    count =", "    if L > 3: return\n    count =")
    for text in (DESCENT.replace("alpha *", "0.25 *"), shallow):
        report = grade_text(text, "update-in-place")
        assert not report.all_correct
        assert report.score < 100


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("value -", "value +", {ALL[2:]: "sign-flipped"}),
        ("* grads", '* (3 if name == "b2" else 1) * grads', {("b2",): "constant-factor"}),
        (
            "* grads",
            '* (learning_rate if name == "b2" else 3) * grads',
            {("b2",): "unexplained", ("W2", "W1", "b1"): "constant-factor"},
        ),
    ],
)
def test_a_given_step_of_a_single_number_counts_by_its_factor(
    right: str, wrong: str, told: dict[tuple[str, ...], str], sandbox: Sandbox
) -> None:
    """One output unit has one bias."""
    values = asdict(built_in("shallow-tanh"))
    shared = {"kind": "step", "points": dict.fromkeys(ALL[2:], 25), "learning_rate": (0.05, 0.5)}
    (part,) = values["parts"]
    part.update(shared)
    part["interface"] |= {
        "function": ("update_parameters",),
        "arguments": ("parameters", "grads", "learning_rate"),
        "keys": ("{name}",),
    }
    report = grade(source(STEP.replace(right, wrong)), prepare(made_of(values), 1), sandbox)
    assert {finding.gradients: finding.id for finding in mistakes(report)} == told


def test_a_step_without_the_gradient_is_not_left_without_a_word(grade_text: Grade) -> None:
    text = right_of("relu-sigmoid-softmax")
    slip = changed(text, ('- learning_rate * grads[f"d{name}"]', "- learning_rate"))
    report = grade_text(slip, "relu-sigmoid-softmax")
    (finding,) = mistakes(report)
    assert (finding.id, finding.part) == ("unexplained", "step")
    assert "no multiple of the gradients" in finding.message


@pytest.mark.parametrize(
    ("assignment", "old", "new", "names"),
    [
        ("squared-error", '"W1": W1,', '"W1": np.sum(W1),', ("W1",)),
        ("update-in-place", "W - alpha * dW", "0", ("W5", "W4", "W3", "W2", "W1")),
    ],
)
def test_a_step_to_another_shape_is_not_left_without_a_word(
    grade_text: Grade, assignment: str, old: str, new: str, names: tuple[str, ...]
) -> None:
    slip = changed(right_of(assignment), (old, new))
    (finding,) = mistakes(grade_text(slip, assignment))
    assert (finding.title, finding.gradients) == ("The step changes a shape", names)
