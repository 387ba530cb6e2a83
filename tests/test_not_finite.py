"""Values that are not finite are told with the line that computes the first of them."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import Finding
from tests.conftest import Grade

CODE = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    size = X.shape[1]
    weight = WEIGHT
    top = (cache["A2"] - Y) * weight / size
    low = (1 - np.square(cache["A1"])) * (parameters["W2"].T @ top)
    sums = [array.sum(axis=1, keepdims=True) for array in (low, top)]
    return {"dW1": low @ X.T, "db1": sums[0], "dW2": top @ cache["A1"].T, "db2": sums[1]}
"""
LINE = 6
ALL = ("dW2", "db2", "dW1", "db1")


def found(grade_text: Grade, weight: str) -> Finding:
    report = grade_text(CODE.replace("WEIGHT", weight))
    (finding,) = [one for one in report.findings if one.severity == "mistake"]
    assert (finding.id, finding.gradients) == ("unexplained", ALL)
    return finding


@pytest.mark.parametrize(
    ("weight", "operation"),
    [
        ("np.log(0 * Y)", "It is a logarithm of zero."),
        ("np.ones(size) / (Y - Y)", "It is divided by zero."),
        ("1 / np.sum(Y - Y)", "It is divided by zero."),
        ("np.exp(1e4 + Y)", "A number there is too large (overflow in exp)."),
        ("(Y - Y) / (Y - Y)", "It has no result, as of 0 / 0 (invalid value in divide)."),
        (
            "np.float64(0) / np.sum(Y - Y)",
            "It has no result, as of 0 / 0 (invalid value in divide).",
        ),
        ("np.sqrt(-1 - Y)", "`sqrt` is given a negative number."),
    ],
)
def test_the_first_one_is_told_with_its_line_and_what_gives_it(
    weight: str, operation: str, grade_text: Grade
) -> None:
    finding = found(grade_text, weight)
    assert finding.line == LINE
    assert finding.message.endswith(
        f"They begin in layer 2. The first such value is computed in line {LINE}. {operation}"
    )
    assert finding.hint.startswith("Print what goes into this operation: which number is zero")


def test_a_value_that_is_written_down_is_looked_for_by_hand(grade_text: Grade) -> None:
    finding = found(grade_text, "np.nan")
    assert finding.line is None
    assert finding.message.endswith("line by line: which line is the first to give one?")


def test_an_infinite_value_that_does_no_harm_stops_nothing(grade_text: Grade) -> None:
    assert grade_text(CODE.replace("WEIGHT", "1 + 1 / np.exp(1e4 + Y)")).score == 100
