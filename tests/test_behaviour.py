"""Behaviour from call to call is named; by itself it costs nothing."""

from __future__ import annotations

import pytest

from gradcheck_grader.catalog import assignment_folders
from gradcheck_grader.models import GradeReport
from gradcheck_grader.trials import draw_trials
from tests.conftest import Grade, built_in

RIGHT = (built_in("shallow-tanh").folder / "examples" / "right.py").read_text(encoding="utf-8")
HEAD = "def backward_propagation(parameters, cache, X, Y):\n"
BODY = """
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dW2 = dZ2 @ cache["A1"].T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = parameters["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""


def named(report: GradeReport) -> dict[str, str]:
    return {finding.id: finding.severity for finding in report.findings}


def test_plain_right_code_has_no_findings(grade_text: Grade) -> None:
    report = grade_text(RIGHT)
    assert report.score == 100
    assert named(report) == {}


@pytest.mark.parametrize("name", sorted(assignment_folders()))
def test_no_right_example_behaves_badly(name: str, grade_text: Grade) -> None:
    text = (built_in(name).folder / "examples" / "right.py").read_text(encoding="utf-8")
    report = grade_text(text, name)
    assert report.all_correct
    assert not [key for key, severity in named(report).items() if severity == "mistake"]


def test_changing_the_inputs_is_a_note(grade_text: Grade) -> None:
    text = HEAD + BODY.replace('dZ2 = cache["A2"] - Y', 'dZ2 = cache["A2"]; dZ2 -= Y')
    report = grade_text(text)
    assert report.score == 100
    assert named(report) == {"inputs-modified": "note"}


def test_computing_the_forward_pass_again_is_a_note(grade_text: Grade) -> None:
    again = """
    cache = dict(cache)
    cache["A1"] = np.tanh(parameters["W1"] @ X + parameters["b1"])
    cache["A2"] = 1 / (1 + np.exp(-(parameters["W2"] @ cache["A1"] + parameters["b2"])))
"""
    report = grade_text("import numpy as np\n" + HEAD + again + BODY)
    assert report.score == 100
    assert named(report) == {"recomputes-forward": "note"}


def test_a_sum_that_is_kept_between_calls_is_named(grade_text: Grade) -> None:
    text = (
        "total = []\n"
        + HEAD
        + BODY.replace("    return", "    total.append(1)\n    dW1 = dW1 * len(total)\n    return")
    )
    report = grade_text(text)
    assert named(report)["state-between-calls"] == "mistake"
    assert [row.name for row in report.gradients if row.verdict != "correct"] == ["dW1"]


def test_randomness_is_named(grade_text: Grade) -> None:
    text = (
        "import numpy as np\n"
        + HEAD
        + BODY.replace(
            "    return", "    dW1 = dW1 + 1e-3 * np.random.randn(*dW1.shape)\n    return"
        )
    )
    report = grade_text(text)
    assert named(report)["not-deterministic"] == "mistake"


def test_a_function_that_is_right_the_first_times_only_fails(grade_text: Grade) -> None:
    late = "    seen.append(1)\n    if len(seen) > 5:\n        dW1 = dW1 * 0\n    return"
    report = grade_text("seen = []\n" + HEAD + BODY.replace("    return", late))
    assert [row.name for row in report.gradients if row.verdict != "correct"] == ["dW1"]
    assert "state-between-calls" in named(report)


def test_a_batch_size_that_is_written_down_is_named(grade_text: Grade) -> None:
    m = draw_trials(built_in("shallow-tanh").parts[0], 1)[0].problem.m
    report = grade_text(HEAD + BODY.replace("m = X.shape[1]", f"m = {m}"))
    assert named(report)["one-batch-size"] == "mistake"
    finding = next(item for item in report.findings if item.id == "one-batch-size")
    assert finding.message == (
        f"These gradients are right on batches of {m} examples and wrong on all others."
    )
