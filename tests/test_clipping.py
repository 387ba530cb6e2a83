"""Gradients that are cut to a limit: a part of training, named where it stands."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import Finding, GradeReport
from tests.conftest import Grade, changed, right_of

CODE = """
import numpy as np

def gradients(W, kept, data, labels):
    top = (kept["A2"] - labels) / labels.shape[1]
    low = (1 - kept["A1"] ** 2) * (W["W2"].T @ top)
    found = {"dW1": low @ data.T, "dW2": top @ kept["A1"].T}
    return found | {"db1": low.sum(1, keepdims=True), "db2": top.sum(1, keepdims=True)}

def backward_propagation(parameters, cache, X, Y):
    found = gradients(parameters, cache, X, Y)
    LIMIT
"""
LINE = CODE[: CODE.index("LIMIT")].count("\n") + 1
EACH = "return {name: HOW for name, value in found.items()}"
CUT = EACH.replace("HOW", "np.clip(value, LOW, HIGH)")
SHORT = EACH.replace("HOW", "value * min(1, LIMIT / np.linalg.norm(value))")
WHOLE = (
    "size = np.sqrt(sum((value**2).sum() for value in found.values()))\n"
    "    return {name: value * min(1, LIMIT / size) for name, value in found.items()}"
)


def told(report: GradeReport) -> Finding:
    assert report.score < 100
    (finding,) = [one for one in report.findings if one.severity == "mistake"]
    assert finding.id == "clipped"
    wrong = {row.name for row in report.gradients if row.verdict != "correct"}
    assert wrong == set(finding.gradients)
    return finding


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("low", "high"), [(-1, 1), (-0.5, 0.5), (-0.05, 0.05), (-0.3, 0.2)])
def test_a_range_is_named_with_its_line(
    low: float, high: float, seed: int, grade_text: Grade
) -> None:
    cut = CUT.replace("LOW", str(low)).replace("HIGH", str(high))
    finding = told(grade_text(CODE.replace("LIMIT", cut), seed=seed))
    assert str(abs(high)) in finding.message or str(abs(low)) in finding.message
    assert finding.line == LINE


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("limit", [1, 0.4])
@pytest.mark.parametrize("form", [SHORT, WHOLE])
def test_a_longest_gradient_is_named(form: str, limit: float, seed: int, grade_text: Grade) -> None:
    text = CODE.replace("LIMIT", form.replace("LIMIT", str(limit)), 1)
    finding = told(grade_text(text, seed=seed))
    assert f"longer than {limit}" in finding.message
    assert finding.line == (LINE if form == SHORT else None)


def test_the_line_is_that_of_the_limit_and_of_no_other_one(grade_text: Grade) -> None:
    guarded = "a = np.clip(cache['A2'], 1e-9, 1 - 1e-9)\n    "
    cut = CUT.replace("LOW", "-1").replace("HIGH", "1")
    finding = told(grade_text(CODE.replace("LIMIT", guarded + cut)))
    assert finding.line is None  # the first one has a 1 as well
    cut = CUT.replace("LOW", "-0.05").replace("HIGH", "0.05")
    finding = told(grade_text(CODE.replace("LIMIT", guarded + cut)))
    assert finding.line == LINE + 1


@pytest.mark.parametrize(
    "how", ["np.sign(value)", "np.ones_like(value)", "np.zeros_like(value)", "np.abs(value)",
            "value / np.linalg.norm(value)", "value * 0.5", "np.full_like(value, 0.3)"],
)  # fmt: skip
def test_nothing_else_is_said_to_be_cut(how: str, grade_text: Grade) -> None:
    report = grade_text(CODE.replace("LIMIT", EACH.replace("HOW", how)))
    assert "clipped" not in {finding.id for finding in report.findings}


def test_a_limit_that_is_never_met_is_right(grade_text: Grade) -> None:
    cut = CUT.replace("LOW", "-1000").replace("HIGH", "1000")
    report = grade_text(CODE.replace("LIMIT", cut))
    assert report.score == 100
    assert report.findings == ()


def test_a_step_whose_gradients_are_cut_is_named(grade_text: Grade) -> None:
    text = """
import numpy as np

def gradient_descent(Y, weights, cache, alpha, L):
    above = (cache[f"A{L}"] - Y) / Y.shape[1]
    for n in range(L, 0, -1):
        below = cache[f"A{n - 1}"]
        dW, db = above @ below.T, above.sum(axis=1, keepdims=True)
        above = weights[f"W{n}"].T @ above * (1 - below**2)
        weights[f"W{n}"] = weights[f"W{n}"] - alpha * np.clip(dW, -0.1, 0.1)
        weights[f"b{n}"] = weights[f"b{n}"] - alpha * db
"""
    finding = told(grade_text(text, "update-in-place"))
    assert all(name.startswith("W") for name in finding.gradients)
    assert finding.line == 10


PREDICTED = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m, h, p = X.shape[1], cache["A1"], cache["A2"]
    eps = 0.01
    q = CUT
    top = ERROR
    low = (1 - h ** 2) * (parameters["W2"].T @ top)
    out = {"dW2": top @ h.T / m, "db2": top.sum(1, keepdims=True) / m}
    return out | {"dW1": low @ X.T / m, "db1": low.sum(1, keepdims=True) / m}
"""
LINKS = "((1 - Y) / (1 - q) - Y / q) * p * (1 - p)"


@pytest.mark.parametrize(
    ("assignment", "cut", "error", "seen"),
    [
        ("shallow-tanh", "np.clip(p, 0.01, 0.99)", "q - Y", "the range from 0.01 to 0.99"),
        ("shallow-tanh", "np.clip(p, eps, 1 - eps)", "q - Y", "the range from 0.01 to 0.99"),
        ("shallow-tanh", "np.clip(p, 0.1, 1 - 0.1)", LINKS, "the range from 0.1 to 0.9"),
        ("softmax-shallow", "np.maximum(p, 0.1)", "q - Y", "below 0.1 are cut to 0.1"),
    ],
)
def test_predictions_that_are_cut_are_named_with_their_line(
    assignment: str, cut: str, error: str, seen: str, grade_text: Grade
) -> None:
    text = PREDICTED.replace("ERROR", error)
    assert grade_text(text.replace("CUT", "p"), assignment, seed=7).all_correct
    report = grade_text(text.replace("CUT", cut), assignment, seed=7)
    (finding,) = [one for one in report.findings if one.severity == "mistake"]
    assert finding.id == "clipped"
    assert seen in finding.message
    assert finding.line == 7
    assert report.score == 50, "what is right for the cut predictions keeps its points"


def test_a_guard_against_the_logarithm_of_zero_is_no_cut(grade_text: Grade) -> None:
    text = PREDICTED.replace("CUT", "np.clip(p, 1e-15, 1 - 1e-15)").replace("ERROR", "q - Y")
    assert grade_text(text, seed=7).score == 100
    wrong = grade_text(text.replace("h ** 2", "h"), seed=7)
    assert [one.id for one in wrong.findings if one.severity == "mistake"] == ["gprime-factor-lost"]


def test_what_is_wrong_on_few_networks_is_never_left_without_a_word(grade_text: Grade) -> None:
    text = PREDICTED.replace("CUT", "np.where(p < 0.01, 0.0, p)").replace("ERROR", "q - Y")
    report = grade_text(text, seed=7)
    assert report.score < 100
    (finding,) = [one for one in report.findings if one.severity == "mistake"]
    assert finding.id == "unexplained"
    assert "networks and wrong on the others" in finding.message


def test_where_the_code_stops_on_some_networks_nothing_else_is_told(grade_text: Grade) -> None:
    text = right_of("l-model-backward", "right_emptied_list")
    slip = changed(text, ("caches.pop()", "caches.pop(0)"))
    report = grade_text(slip, "l-model-backward")
    assert report.problems
    assert not [one for one in report.findings if one.severity == "mistake"]
