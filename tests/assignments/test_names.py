"""Names by which students call the function, where another of a usual name stands beside it."""

from __future__ import annotations

import pytest

from tests.conftest import Grade, changed, right_of

PLAIN = """

def backward_propagation(X, Y, cache):
    return {}
"""


@pytest.mark.parametrize(
    "name", ["backward_propagation_with_lambd", "backward_prop_with_regularization"]
)
def test_the_one_with_the_penalty_is_graded(name: str, grade_text: Grade) -> None:
    text = changed(
        right_of("l2-regularized"), ("def backward_propagation_with_regularization", f"def {name}")
    )
    assert grade_text(text + PLAIN, "l2-regularized").score == 100
