"""A mean that is missing beside another slip is told, and not taken into that slip unsaid."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade, built_in

HEAD = "def backward_propagation(parameters, cache, X, Y):"
BODY = """
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dW2 = dZ2 @ cache["A1"].T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = parameters["W2"].T @ dZ2
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""


def told(report: GradeReport) -> list[tuple[str, tuple[str, ...], int | None]]:
    return [(finding.id, finding.gradients, finding.line) for finding in report.findings]


@pytest.mark.parametrize(
    ("summed", "name", "line"),
    [("dZ1 @ X.T", "dW1", 7), ("dZ1.sum(axis=1, keepdims=True)", "db1", 8)],
)
def test_a_mean_that_one_gradient_lacks_is_told_beside_a_slope_that_both_lack(
    summed: str, name: str, line: int, grade_text: Grade
) -> None:
    report = grade_text(HEAD + BODY.replace(f"{summed} / m", summed))
    assert told(report) == [
        ("hidden-missing-gprime", ("dW1", "db1"), 6),
        ("missing-mean", (name,), line),
    ]


def test_a_factor_m_that_a_mistake_takes_in_is_said(grade_text: Grade) -> None:
    """It belongs to the slip where 1/m stands in the delta; else there is a second one."""
    example = built_in("cached-tuple").folder / "examples" / "right.py"
    right = "dW1 = 1.0 / m * np.dot(dZ1, X.T)"
    text = example.read_text(encoding="utf-8")
    assert text.count(right) == 1
    report = grade_text(text.replace(right, "dW1 = np.dot(dA1, X.T)"), "cached-tuple")
    (finding,) = report.findings
    assert finding.id == "dW-uses-dA"
    assert finding.evidence.endswith("(times m)")


@pytest.mark.parametrize(
    ("change", "id"),
    [
        ("dW1 = dW1 / (dW1**2).sum() ** 0.5", "divided-by-its-norm"),
        ("db1 = dZ1", "db-not-summed"),
    ],
)
def test_no_factor_is_said_where_none_is_natural(change: str, id: str, grade_text: Grade) -> None:
    body = BODY.replace("@ dZ2\n", '@ dZ2 * (1 - cache["A1"] ** 2)\n')
    report = grade_text(HEAD + body.replace("    return", f"    {change}\n    return"))
    (finding,) = report.findings
    assert finding.id == id
    assert "times" not in finding.evidence
