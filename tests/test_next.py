"""What a report says to do next: the same networks, the handout, the idea."""

from __future__ import annotations

import pytest

from gradcheck_grader.reports.style import Style
from gradcheck_grader.reports.text import render
from tests.conftest import Grade, built_in

FOLDER = built_in("shallow-tanh").folder


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("starter.py", True),
        ("examples/wrong_slope_of_sigmoid.py", False),
        ("examples/right.py", False),
    ],
)
def test_who_lacks_something_is_led_to_the_handout(
    grade_text: Grade, name: str, asked: bool
) -> None:
    text = render(grade_text((FOLDER / name).read_text(encoding="utf-8")), Style())
    assert ("\n        grader assignment show shallow-tanh\n" in text) is asked


@pytest.mark.parametrize("text", ["x = 1\n", "def other(a):\n    return a\n"])
def test_so_is_who_has_no_function_of_that_name(grade_text: Grade, text: str) -> None:
    assert "\n        grader assignment show shallow-tanh\n" in render(grade_text(text), Style())


@pytest.mark.parametrize("value", ["None", "'?'"])
def test_one_place_that_costs_two_parts_is_one_cause(grade_text: Grade, value: str) -> None:
    starter = (built_in("backprop").folder / "starter.py").read_text(encoding="utf-8")
    report = grade_text(starter.replace("= None", f"= {value}"), "backprop")
    text = " ".join(render(report, Style()).split())
    assert "1 cause ─" in text
    assert "db1 (deep) and dW2, db2, dW1, db1 (shallow)" in text
