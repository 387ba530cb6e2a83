"""A wrong shape is shown; values of another shape are called right only where they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradcheck_grader.models import GradeReport, GradientResult
from gradcheck_grader.reports import text
from gradcheck_grader.reports.style import Style
from tests.conftest import Grade

RIGHT = """
def backward_propagation(parameters, cache, X, Y):
    A1, error = cache["A1"], cache["A2"] - Y
    back = (parameters["W2"].T @ error) * (1 - A1**2)
    return {
        "dW2": error @ A1.T / X.shape[1],
        "db2": error.mean(axis=1, keepdims=True),
        "dW1": back @ X.T / X.shape[1],
        "db1": back.mean(axis=1, keepdims=True),
    }
"""


def row(report: GradeReport, name: str) -> GradientResult:
    return next(row for row in report.gradients if row.name == name)


def shown(report: GradeReport) -> str:
    return " ".join(text.render(report, Style()).split())


def test_a_wrong_shape_without_a_name_is_shown(grade_text: Grade) -> None:
    report = grade_text(RIGHT.replace("back @ X.T", "back @ back.T"))
    assert row(report, "dW1").finding == "unexplained"
    assert f"dW1 has {row(report, 'dW1').detail}." in shown(report)
    assert row(report, "dW1").detail.startswith("shape (")


def test_a_wrong_shape_without_any_finding_is_shown_in_its_row(grade_text: Grade) -> None:
    found = row(grade_text(RIGHT.replace("back @ X.T", "back @ back.T")), "dW1")
    bare = replace(found, finding=None)
    report = replace(grade_text(RIGHT), gradients=(bare,))
    assert found.detail.removeprefix("shape ") in shown(report)


@pytest.mark.parametrize(
    ("odd", "verdict"), [("1 // 0", "error"), ("error[0]", "wrong shape"), ("None", "wrong")]
)
def test_what_fails_on_some_networks_shows_no_error_of_the_others(
    odd: str, verdict: str, grade_text: Grade
) -> None:
    right = "error.mean(axis=1, keepdims=True)"
    report = grade_text(RIGHT.replace(right, f"{right} if len(Y.T) < 9 else {odd}"))
    assert row(report, "db2").verdict == verdict
    assert 0 < row(report, "db2").trials_correct < 12
    assert row(report, "db2").relative_error is None


def test_right_values_of_another_shape_are_a_note(grade_text: Grade) -> None:
    report = grade_text(RIGHT.replace("axis=1, keepdims=True", "axis=1"))
    assert report.all_correct
    assert [(item.id, item.gradients) for item in report.findings] == [("shape-flat", ("db1",))]


@pytest.mark.parametrize("value", ["-back.mean(axis=1)", "-back.mean(axis=1)[None, :]"])
def test_wrong_values_of_another_shape_are_not_called_right(value: str, grade_text: Grade) -> None:
    report = grade_text(RIGHT.replace("back.mean(axis=1, keepdims=True)", value))
    assert {finding.id for finding in report.findings} == {"sign-flipped"}
    assert "values are right" not in shown(report)


def test_wrong_values_in_single_precision_are_not_called_right(grade_text: Grade) -> None:
    flipped = "-back.mean(axis=1, keepdims=True).astype('float32')"
    report = grade_text(RIGHT.replace("back.mean(axis=1, keepdims=True)", flipped))
    assert row(report, "db1").verdict == "wrong"
    assert "right to that precision" not in shown(report)


def test_a_wrong_shape_stands_below_the_cause_that_is_its_own(grade_text: Grade) -> None:
    broken = RIGHT.replace("(1 - A1**2)", "(1 - A1)").replace(
        "back.mean(axis=1, keepdims=True)", "back.sum() / X.shape[1]"
    )
    first, second = shown(grade_text(broken)).split("2. ", 1)
    assert "Half of the slope is missing" in first
    assert "db1 has shape ()" not in first
    assert "db1 has shape ()" in second
