"""Whole reports as a person and a program see them; read the diff of an update.

Rewrite with ``python -m pytest tests/test_golden.py --update-golden``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcheck_grader.grade import grade
from gradcheck_grader.reports import json as json_report
from gradcheck_grader.reports import text
from gradcheck_grader.reports.style import Style
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.submission import Submission, read_submission
from tests.conftest import built_in, exam_of, source

GOLDEN = Path(__file__).parent / "golden"
HEAD = "import numpy as np\n\n\ndef backward_propagation(parameters, cache, X, Y):\n"
CASES: dict[str, tuple[str, str | Submission]] = {
    "all-right": ("shallow-tanh", "right"),
    "note": ("shallow-tanh", "right_flat_bias"),
    "one-cause": ("shallow-tanh", "wrong_slope_of_sigmoid"),
    "follow-through": ("relu-sigmoid-softmax", "wrong_true_class_only"),
    "two-parts": ("backprop", "wrong_two_layers_only"),
    "crash": (
        "shallow-tanh",
        source(HEAD + "    dZ2 = cache['A2'] - Y\n    return {'dW2': dZ2 @ cache['A1']}\n"),
    ),
    "syntax-error": ("shallow-tanh", source(HEAD + "    return {'dW2': (1}\n")),
    "template": ("shallow-tanh", source(HEAD + "    # YOUR CODE\n    dW1 = None\n    return {}\n")),
}


def report_of(name: str, sandbox: Sandbox) -> tuple[str, str]:
    assignment, handed_in = CASES[name]
    if isinstance(handed_in, str):
        path = built_in(assignment).folder / "examples" / f"{handed_in}.py"
        handed_in = read_submission(path, neighbours=False)
    report = grade(handed_in, exam_of(assignment, 7), sandbox)
    return text.render(report, Style()), json_report.render(report)


def steady(rendered: str) -> str:
    """Return a report without what differs from machine to machine: rounding, isolation."""
    rendered = re.sub(r"\b(0\.0e\+00|\d\.\de-1[4-9])", "rounding", rendered)
    rendered = re.sub(r'("relative_error": )(0\.0|\d(\.\d+)?e-1[4-9])', r"\1rounding", rendered)
    return re.sub(r'"isolation": \[[^\]]*\]', '"isolation": []', rendered)


@pytest.mark.parametrize("name", CASES)
def test_a_report_is_what_it_was(
    name: str, sandbox: Sandbox, request: pytest.FixtureRequest
) -> None:
    for suffix, rendered in zip((".txt", ".json"), report_of(name, sandbox), strict=True):
        path = GOLDEN / f"{name}{suffix}"
        if request.config.getoption("--update-golden"):
            path.write_text(steady(rendered), encoding="utf-8")
        assert steady(rendered) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_no_line_is_wider_than_the_screen(name: str, sandbox: Sandbox) -> None:
    lines = report_of(name, sandbox)[0].splitlines()
    assert all(len(line) <= 80 for line in lines if "Next  grader" not in line)
