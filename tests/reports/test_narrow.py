"""A narrow terminal loses what says least of a report, and nothing that a student needs."""

from __future__ import annotations

import pytest

from gradcheck_grader.reports.style import Style
from gradcheck_grader.reports.text import render
from tests.conftest import Grade, built_in

EXAMPLE = built_in("shallow-tanh").folder / "examples" / "wrong_slope_of_sigmoid.py"


@pytest.mark.parametrize(
    ("width", "unicode"),
    [(60, True), (66, True), (72, True), (80, True), (60, False), (66, False), (72, False)],
)
def test_verdicts_are_whole_and_lines_fit(grade_text: Grade, width: int, unicode: bool) -> None:
    report = grade_text(EXAMPLE.read_text(encoding="utf-8"))
    before_next = render(report, Style(width=width, unicode=unicode)).split("\n  Next")[0]
    rows = [line.split() for line in before_next.splitlines() if line.endswith("/25")]
    assert [row[-2] for row in rows] == ["correct"] * 2 + ["wrong-derivative-sigmoid"] * 2
    assert all(len(line) <= width for line in before_next.splitlines())


def test_a_verdict_that_tells_a_line_is_whole(grade_text: Grade) -> None:
    text = "def backward_propagation(parameters, cache, X, Y):\n    return unknown\n"
    assert "  NameError in line 2 " in render(grade_text(text), Style(width=60))


def test_a_cut_is_marked_where_there_is_no_sign_for_it() -> None:
    assert Style(unicode=False).finish("name…") == "name~"
