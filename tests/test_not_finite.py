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
    "weight",
    ["np.log(0 * Y)", "np.ones(size) / (Y - Y)", "np.exp(1e4 + Y)", "(Y - Y) / (Y - Y)",
     "np.sqrt(-1 - Y)"],
)  # fmt: skip
def test_the_first_one_is_told_with_its_line(weight: str, grade_text: Grade) -> None:
    finding = found(grade_text, weight)
    assert finding.line == LINE
    assert finding.message.endswith(
        f"They begin in layer 2. The first such value is computed in line {LINE}."
    )


def test_a_value_that_is_written_down_is_looked_for_by_hand(grade_text: Grade) -> None:
    finding = found(grade_text, "np.nan")
    assert finding.line is None
    assert finding.message.endswith("line by line: which line is the first to give one?")


def test_an_infinite_value_that_does_no_harm_stops_nothing(grade_text: Grade) -> None:
    assert grade_text(CODE.replace("WEIGHT", "1 + 1 / np.exp(1e4 + Y)")).score == 100
