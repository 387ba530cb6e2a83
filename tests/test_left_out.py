"""What comes from a module that is not here is told in words that a student knows."""

from __future__ import annotations

from gradcheck_grader.reports.style import Style
from gradcheck_grader.reports.text import render
from tests.conftest import Grade

TEXT = """
from sklearn.preprocessing import normalize


def backward_propagation(parameters, cache, X, Y):
    return {"dW2": normalize(X)}
"""


def test_a_gradient_from_a_module_that_is_not_here_is_no_inert(grade_text: Grade) -> None:
    text = " ".join(render(grade_text(TEXT), Style()).split())
    assert "dW2: a stand-in for a module, not numbers." in text
    assert "Left out. `sklearn`: not available here; what draws or loads does nothing." in text
    assert "nert" not in text
