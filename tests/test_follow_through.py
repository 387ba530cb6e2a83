"""One slip is charged once; nothing that was never computed earns points by following."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.hints import with_hints
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports import failure, words
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import Grade, built_in, made_of, source

HEAD = "import numpy as np\ndef backward_propagation(parameters, cache, X, Y):\n"
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


def verdicts(report: GradeReport) -> dict[str, str]:
    return {row.name: row.verdict for row in report.gradients}


def test_what_follows_from_a_wrong_delta_keeps_its_points(grade_text: Grade) -> None:
    report = grade_text(HEAD + BODY.replace('cache["A2"] - Y', 'Y - cache["A2"]'))
    assert verdicts(report) == {
        "dW2": "wrong",
        "db2": "wrong",
        "dW1": "follow-through",
        "db1": "follow-through",
    }
    assert report.score == 50
    assert not report.all_correct
    assert "the same mistake again" in {row.detail for row in report.gradients}


def test_a_row_names_the_mistake_that_it_is_charged_for(grade_text: Grade) -> None:
    """The output's mistake reaches dW1 as well; what costs its points is its own."""
    twice = BODY.replace('cache["A2"] - Y', '(cache["A2"] - Y) * cache["A2"] * (1 - cache["A2"])')
    report = grade_text(HEAD + twice.replace(' * (1 - cache["A1"] ** 2)', ""))
    assert report.score == 0
    assert {row.name: row.finding for row in report.gradients} == {
        "dW2": "output-extra-gprime",
        "db2": "output-extra-gprime",
        "dW1": "hidden-missing-gprime",
        "db1": "hidden-missing-gprime",
    }


def test_a_slip_that_has_no_name_is_carried_all_the_same(grade_text: Grade) -> None:
    report = grade_text(HEAD + BODY.replace('cache["A2"] - Y', 'np.sin(cache["A2"] - Y) ** 3'))
    assert verdicts(report)["dW1"] == "follow-through"
    assert verdicts(report)["dW2"] == "wrong"


@pytest.mark.parametrize("labels", ["np.mean(Y)", "Y[:, ::-1]", "np.roll(Y, 1, axis=1)"])
def test_a_wrong_delta_with_the_right_sum_is_carried_by_what_dW_tells(
    labels: str, grade_text: Grade
) -> None:
    """The bias gradient is right all the same; the step that differs is the delta's."""
    report = grade_text(HEAD + BODY.replace('cache["A2"] - Y', f'cache["A2"] - {labels}'))
    assert verdicts(report) == {
        "dW2": "wrong",
        "db2": "correct",
        "dW1": "follow-through",
        "db1": "follow-through",
    }
    assert "the first step that differs is dZ2;" in report.findings[0].message


def test_a_delta_that_is_right_below_was_reordered_for_dW_alone(grade_text: Grade) -> None:
    report = grade_text(HEAD + BODY.replace("dZ2 @ cache", "dZ2[:, ::-1] @ cache"))
    assert report.score == 75
    assert report.findings[0].message.endswith("the first step that differs is dW2.")


def test_an_index_that_is_not_the_loops_is_no_wrong_delta(grade_text: Grade) -> None:
    """With the activation of the first example for all, sums alone would fit: dW1 does not."""
    first = 'cache = cache | {"A1": cache["A1"][:, :1] + 0 * cache["A1"]}\n    m ='
    report = grade_text(HEAD + BODY.replace("m =", first, 1), "softmax-shallow")
    assert report.findings[0].id == "unexplained"
    assert "the first step that differs is dW2" in report.findings[0].message


def test_the_same_mistake_twice_is_charged_once(grade_text: Grade) -> None:
    report = grade_text(HEAD + BODY.replace(" / m", ""))
    assert report.score == 50
    assert [row.name for row in report.gradients if row.verdict == "wrong"] == ["dW2", "db2"]


@pytest.mark.parametrize(
    "ending",
    [
        "    return {}\n",
        "    return {k: np.zeros_like(v) for k, v in G.items()}\n",
        "    return {k: np.ones_like(v) for k, v in G.items()}\n",
        "    return {k: 0 * v + 1e-3 for k, v in G.items()}\n",
        "    return {'d' + k: v for k, v in parameters.items()}\n",
        "    return {'d' + k: -0.5 * v for k, v in parameters.items()}\n",
    ],
)
@pytest.mark.parametrize("assignment", ["shallow-tanh", "backprop", "shallow-sigmoid"])
def test_what_was_never_computed_earns_nothing(
    ending: str, assignment: str, grade_text: Grade
) -> None:
    text = HEAD + "    G = {'d' + k: v for k, v in parameters.items()}\n" + ending
    report = grade_text(text, assignment)
    assert report.score == 0


@pytest.mark.parametrize(("policy", "score"), [("full", 50), ("none", 0), (0.5, 24)])
def test_the_policy_is_the_assignments(policy: str | float, score: int, sandbox: Sandbox) -> None:
    assignment = made_of({**asdict(built_in("shallow-tanh")), "follow_through": policy})
    text = HEAD + BODY.replace('cache["A2"] - Y', 'Y - cache["A2"]')
    report = grade(source(text), prepare(assignment, 1), sandbox)
    assert report.score == score


def with_points(name: str, **points: int) -> Assignment:
    values = asdict(built_in(name)) | {"total": sum(points.values())}
    values["parts"][0]["points"] = points
    return made_of(values)


def test_a_mistake_is_not_charged_where_there_are_no_points_to_lose(sandbox: Sandbox) -> None:
    exam = prepare(with_points("shallow-tanh", dW2=0, db2=0, dW1=50, db1=50), 1)
    negated = source(HEAD + BODY.replace('cache["A2"] - Y', 'Y - cache["A2"]'))
    assert grade(negated, exam, sandbox).score == 0


def test_it_is_charged_once_in_the_next_layer_that_has_points(sandbox: Sandbox) -> None:
    points = {"dW3": 0, "db3": 0, "dW2": 20, "db2": 20, "dW1": 30, "db1": 30}
    exam = prepare(with_points("l2-regularized", **points), 1)
    right = (built_in("l2-regularized").folder / "examples" / "right.py").read_text("utf-8")
    report = grade(source(right.replace("A3 - Y", "Y - A3")), exam, sandbox)
    assert [row.points for row in report.gradients] == [0, 0, 0, 0, 30, 30]


@pytest.mark.parametrize(("share", "points"), [(0.29, 29), (0.57, 57), (0.999, 99)])
def test_a_share_of_points_is_cut_to_whole_ones_and_not_below(
    share: float, points: int, sandbox: Sandbox
) -> None:
    assignment = with_points("shallow-tanh", dW2=1, db2=0, dW1=100, db1=100)
    assignment = replace(assignment, follow_through=share)
    text = HEAD + BODY.replace('cache["A2"] - Y', 'Y - cache["A2"]')
    report = grade(source(text), prepare(assignment, 1), sandbox)
    assert [row.points for row in report.gradients] == [0, 0, points, points]


def test_a_second_mistake_below_is_charged_too(grade_text: Grade) -> None:
    text = BODY.replace('cache["A2"] - Y', 'Y - cache["A2"]').replace("1 - cache", "1 + cache")
    report = grade_text(HEAD + text)
    assert set(verdicts(report).values()) == {"wrong"}
    assert {finding.id for finding in report.findings} == {"sign-flipped", "tanh-prime-plus"}


def test_what_follows_becomes_right_by_itself(grade_text: Grade) -> None:
    report = grade_text(HEAD + BODY.replace('cache["A2"] - Y', '(cache["A2"] - Y) ** 3'))
    assert words.carried_words(report) == (
        "2 more gradients are wrong only because of the above, and become right when you fix it. "
        "A mistake is charged once (↳)."
    )


def test_a_repeat_is_to_be_mended_where_it_stands(grade_text: Grade) -> None:
    """Who mends one of two lines is not promised that the other becomes right."""
    text = BODY.replace('cache["A1"].T / m', 'cache["A1"].T / m + 0.2 * parameters["W2"]')
    text = text.replace("X.T / m", 'X.T / m + 0.2 * parameters["W1"]')
    report = grade_text(HEAD + text)
    assert (verdicts(report)["dW2"], verdicts(report)["dW1"]) == ("wrong", "follow-through")
    assert "becomes right" not in words.carried_words(report)
    assert "mend it there, too" in words.carried_words(report)
    (finding,) = report.findings
    assert finding.line == 6
    assert finding.evidence.endswith("the mistake stands in line 9 as well")
    row = next(row for row in report.gradients if row.name == "dW1")
    assert "only because" not in failure.render(report, row)


def test_a_repeat_beside_two_causes_is_not_said_to_be_of_the_last(grade_text: Grade) -> None:
    text = BODY.replace('cache["A1"].T / m', 'cache["A1"].T / m + 0.2 * parameters["W2"]')
    text = text.replace("X.T / m", 'X.T / m + 0.2 * parameters["W1"]')
    text = text.replace("dZ1.sum(axis=1, keepdims=True)", "dZ1.max(axis=1, keepdims=True)")
    report = grade_text(HEAD + text)
    assert {item.id for item in report.findings} == {"regularisation-added", "db-max"}
    assert "by one of these mistakes again" in words.carried_words(report)
    assert "the same mistake" not in words.carried_words(report)


def test_one_line_for_several_layers_is_told_once(grade_text: Grade) -> None:
    loop = """
    depth, m, g = len(parameters) // 2, X.shape[1], {}
    d = cache[f"A{depth}"] - Y
    for l in range(depth, 0, -1):
        below = cache[f"A{l - 1}"] if l > 1 else X
        g[f"dW{l}"] = d @ below.T / m + 0.2 * parameters[f"W{l}"]
        g[f"db{l}"] = d.sum(axis=1, keepdims=True) / m
        d = parameters[f"W{l}"].T @ d * (1 - below ** 2) if l > 1 else d
    return g
"""
    report = grade_text(HEAD + loop)
    (finding,) = report.findings
    assert (finding.id, finding.line) == ("regularisation-added", 8)
    assert "as well" not in finding.evidence


def test_a_factor_that_may_stand_in_each_line_does_not_follow(grade_text: Grade) -> None:
    """Without 1/m anywhere, mending the output delta leaves every gradient wrong."""
    text = BODY.replace('cache["A2"] - Y', '(cache["A2"] - Y) ** 2').replace(" / m", "")
    report = grade_text(HEAD + text)
    assert verdicts(report)["dW1"] == "follow-through"
    assert "becomes right" not in words.carried_words(report)
    assert "become right" not in words.carried_words(report)


def test_nothing_is_said_to_be_charged_once_where_all_is_charged(sandbox: Sandbox) -> None:
    assignment = made_of({**asdict(built_in("shallow-tanh")), "follow_through": "none"})
    text = HEAD + BODY.replace('cache["A2"] - Y', 'Y - cache["A2"]')
    report = grade(source(text), prepare(assignment, 1), sandbox)
    assert "charged once" not in words.carried_words(report)


def test_without_hints_neither_kind_is_told(grade_text: Grade) -> None:
    report = with_hints(grade_text(HEAD + BODY.replace(" / m", "")), "none")
    assert "by the same mistake, or only because of it" in words.carried_words(report)
