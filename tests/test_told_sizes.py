"""What is said of one size of network is no chance, and no other slip's doing."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import GradeReport
from tests.conftest import Grade, built_in, changed, right_of

HEAD = "def backward_propagation(parameters, cache, X, Y):"
OLD_DELTA = """
    grads, m, depth = {}, X.shape[1], len(parameters) // 2
    dZ = cache[f"A{depth}"] - Y
    for l in range(depth, 0, -1):
        A = cache[f"A{l - 1}"] if l > 1 else X
        grads[f"dW{l}"], grads[f"db{l}"] = dZ @ A.T / m, dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            dA = parameters[f"W{l}"].T @ dZ
    return grads
"""


def ids(report: GradeReport) -> list[str]:
    return [finding.id for finding in report.findings]


def test_a_slip_that_two_layers_show_as_well_is_not_said_to_be_of_the_depth(
    grade_text: Grade,
) -> None:
    """Code with a loop that hands the same delta on stops on deeper networks by that slip."""
    report = grade_text(HEAD + OLD_DELTA, "backprop")
    assert "dW1" in [row.name for row in report.gradients if row.verdict == "wrong shape"]
    assert "two-layers-only" not in ids(report)


def test_one_network_that_is_right_by_chance_tells_no_batch_size(grade_text: Grade) -> None:
    """Where no unit lies between 0 and 0.2, a mask with that threshold is right."""
    example = built_in("cached-tuple").folder / "examples" / "right.py"
    text = example.read_text(encoding="utf-8")
    assert text.count("(A2 > 0)") == 1
    for seed in range(1, 7):
        report = grade_text(text.replace("(A2 > 0)", "(A2 > 0.2)"), "cached-tuple", seed=seed)
        assert report.score < 100
        assert "one-batch-size" not in ids(report)


def test_one_line_at_which_both_parts_stop_is_one_problem(grade_text: Grade) -> None:
    """The keys of shallow and of deep networks differ in the text; the slip does not."""
    text = right_of("backprop", "right_every_link")
    slip = changed(text, ("reversed(range(1, L))", "reversed(range(2, L))"))
    report = grade_text(slip, "backprop")
    (problem,) = report.problems
    assert problem.exception == "KeyError"
    assert problem.part == ""
    assert report.findings == ()


@pytest.mark.parametrize(
    ("assignment", "old", "new", "causes"),
    [
        (
            "squared-error",
            "(A2 - Y) * A2",
            "2 * (A2 - Y) / Y.shape[1] * A2",
            {"factor-two", "mean-over-units"},
        ),
        ("shallow-tanh", "m = X.shape[1]", "m = 7", {"fixed-batch-size"}),
    ],
)
def test_a_size_that_fits_by_chance_is_no_second_cause(
    assignment: str, old: str, new: str, causes: set[str], grade_text: Grade
) -> None:
    """Twice the mean over the outputs is right where there are two; a mean of 7 where m is 7."""
    text = right_of(assignment)
    slip = text.replace(old, new, 1)
    assert slip != text
    for seed in (1, 2, 3, 7):
        report = grade_text(slip, assignment, seed=seed)
        assert {one.id for one in report.findings if one.severity == "mistake"} == causes
