"""The same slip of shape in several layers costs once, and only where the numbers show it."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports import text
from tests.conftest import Grade

DEEP = """
import numpy as np

def backward(parameters, cache, X, Y):
    grads, m, depth = {}, X.shape[1], len(parameters) // 2
    delta = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        below = cache[f"A{layer - 1}"] if layer > 1 else X
        dW, db = delta @ below.T / m, np.sum(delta, axis=1, keepdims=True) / m
        grads[f"dW{layer}"], grads[f"db{layer}"] = dW, db
        if layer > 1:
            delta = (parameters[f"W{layer}"].T @ delta) * (cache[f"Z{layer - 1}"] > 0)
    return grads
"""


def verdicts(report: GradeReport) -> dict[str, str]:
    return {row.name: row.verdict for row in report.gradients}


def slipped(right: str, wrong: str) -> str:
    assert right in DEEP
    return DEEP.replace(right, wrong)


@pytest.mark.parametrize(
    ("right", "wrong", "id", "charged"),
    [
        ("delta @ below.T", "below @ delta.T", "dW-transposed", {"dW6"}),
        (
            "np.sum(delta, axis=1, keepdims=True)",
            "np.sum(delta)",
            "db-summed-over-everything",
            {"db5"},  # the output layer has one unit: its sum is right
        ),
        ("axis=1, keepdims=True", "axis=0, keepdims=True", "db-wrong-axis", {"db6"}),
        ("np.sum(delta, axis=1, keepdims=True)", "delta", "db-not-summed", {"db6"}),
        (
            'grads[f"dW{layer}"], grads[f"db{layer}"] =',
            'grads[f"db{layer}"], grads[f"dW{layer}"] =',
            "keys-swapped",
            {"dW6", "db6"},
        ),
    ],
)
def test_one_slip_of_shape_in_all_layers_costs_the_first(
    right: str, wrong: str, id: str, charged: set[str], grade_text: Grade
) -> None:
    report = grade_text(slipped(right, wrong), "deep-relu")
    assert [item.id for item in report.findings if item.severity == "mistake"] == [id]
    rows = {row.name: row for row in report.gradients}
    assert {name for name, row in rows.items() if row.verdict == "wrong shape"} == charged
    assert report.score == 100 - sum(rows[name].max_points for name in charged) < 100
    carried = {name for name, row in rows.items() if row.verdict == "follow-through"}
    assert carried >= {f"{name[:2]}{layer}" for name in charged for layer in (4, 3, 2, 1)}
    assert not report.all_correct
    assert "A mistake is charged once" in text.render(report)


def test_the_shape_that_is_charged_is_still_told(grade_text: Grade) -> None:
    report = grade_text(slipped("delta @ below.T", "below @ delta.T"), "deep-relu")
    told = " ".join(text.render(report).split())
    assert "dW6 has shape (5, 1) instead of (1, 5)" in told
    assert "dW5 has shape" not in told


def test_right_gradients_under_keys_that_count_from_the_loss_cost_the_first_layer(
    grade_text: Grade,
) -> None:
    text = DEEP.replace('grads[f"dW{layer}"], grads[f"db{layer}"]', "grads[w], grads[b]")
    text = text.replace(
        "        dW, db =",
        '        w, b = f"dW{depth + 1 - layer}", f"db{depth + 1 - layer}"\n        dW, db =',
    )
    report = grade_text(text, "deep-relu")
    assert {item.id for item in report.findings} == {"keys-swapped"}
    assert report.score == 90
    assert verdicts(report)["dW1"] == "follow-through"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("delta @ below.T", "np.sin(below @ delta.T)"),
        ("delta @ below.T", "np.random.default_rng(layer).normal(size=below.shape)"),
        ("delta @ below.T", "parameters[f'W{layer}'].T"),
        ("delta @ below.T", "below"),
        ("delta @ below.T", "np.ones((3, 3)) / 1"),
        ("np.sum(delta, axis=1, keepdims=True)", "np.ones((1, 9))"),
        ("np.sum(delta, axis=1, keepdims=True)", "0.5 * parameters[f'b{layer}'].T @ delta"),
    ],
)
def test_numbers_of_a_wrong_shape_that_are_no_gradient_earn_nothing(
    right: str, wrong: str, grade_text: Grade
) -> None:
    report = grade_text(slipped(right, wrong), "deep-relu")
    kind = "dW" if "below.T" in right else "db"
    rows = [row for row in report.gradients if row.name.startswith(kind)]
    assert sum(row.points for row in rows) == 0


def test_exchanged_keys_earn_nothing_where_what_they_hold_is_wrong(grade_text: Grade) -> None:
    text = slipped(
        'grads[f"dW{layer}"], grads[f"db{layer}"] = dW, db',
        'grads[f"dW{layer}"], grads[f"db{layer}"] = np.cos(db), np.cos(dW)',
    )
    report = grade_text(text, "deep-relu")
    assert report.score == 0


def test_one_gradient_under_all_keys_is_paid_once(grade_text: Grade) -> None:
    """The others were never handed back, whatever stands under their keys."""
    text = slipped("    return grads", "    return {**grads, **copies(grads, depth)}")
    text += """
def copies(grads, depth):
    return {f"dW{layer}": grads[f"dW{depth}"] for layer in range(1, depth + 1)}
"""
    found = verdicts(grade_text(text, "deep-relu"))
    assert found["dW6"] == "correct"
    assert {found[f"dW{layer}"] for layer in range(1, 6)} == {"wrong shape"}


def test_keys_of_the_layer_above_are_one_slip(grade_text: Grade) -> None:
    """What is missing is not paid; of the others the first pays for all."""
    text = slipped(
        'grads[f"dW{layer}"], grads[f"db{layer}"]', 'grads[f"dW{layer + 1}"], grads[f"db{layer}"]'
    )
    report = grade_text(text, "deep-relu")
    found = verdicts(report)
    assert found["dW1"] == "missing"
    assert found["dW6"] == "wrong shape"
    assert found["dW5"] == found["dW2"] == "follow-through"
    assert report.score == 100 - 6 - 12
