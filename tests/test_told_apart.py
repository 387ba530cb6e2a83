"""A finding that tells all of some gradients leaves the others to be explained."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade, changed, right_of

TWICE = ('"db2": db2}', '"dW2": db2}')
NOT_SUMMED = (
    "db2 = np.sum(dZ2, axis=1, keepdims=True) / m",
    "db2 = dZ2[None]",
)


def told(report: GradeReport) -> dict[str, tuple[str, ...]]:
    return {one.id: one.gradients for one in report.findings if one.severity == "mistake"}


def test_a_key_that_stands_twice_is_of_what_stands_under_it_as_well(grade_text: Grade) -> None:
    report = grade_text(changed(right_of("shallow-tanh"), TWICE))
    assert told(report) == {"key-twice": ("dW2", "db2")}
    assert {row.finding for row in report.gradients if row.points == 0} == {"key-twice"}


@pytest.mark.parametrize(
    ("slip", "id", "own"),
    [(TWICE, "key-twice", ("dW2", "db2")), (NOT_SUMMED, "extra-dimension", ("db2",))],
)
def test_what_is_wrong_besides_has_its_own_cause_and_is_charged_once(
    slip: tuple[str, str], id: str, own: tuple[str, ...], grade_text: Grade
) -> None:
    slope = ("(1 - np.power(A1, 2))", "A1 * (1 - A1)")
    report = grade_text(changed(right_of("shallow-tanh"), slip, slope))
    assert told(report) == {id: own, "wrong-derivative-sigmoid": ("dW1", "db1")}


def test_keys_left_out_of_a_deep_answer_are_no_code_for_two_layers(grade_text: Grade) -> None:
    """The others are right on three layers, so the function goes through all of them."""
    text = changed(right_of("cached-tuple"), ('"dW3": dW3, "db3": db3,', ""))
    report = grade_text(text, "cached-tuple")
    assert told(report) == {"gradient-missing": ("dW3", "db3")}
