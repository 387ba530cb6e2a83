"""What a function may return: right numbers are found in whatever form they come."""

from __future__ import annotations

import pytest

from tests.conftest import Grade

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
