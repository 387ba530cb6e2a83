"""Behaviour from call to call is named; by itself it costs nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.catalog import assignment_folders
from gradcheck_grader.grade import grade, prepare
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.job import Job, Result
from gradcheck_grader.trials import draw_trials
from tests.conftest import Grade, built_in, made_of, source

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


def test_a_gradient_made_of_a_changed_array_leads_to_the_change(grade_text: Grade) -> None:
    """The line of dW is right: A1 holds the slope by then."""
    in_place = 'cache["A1"] *= -cache["A1"]; cache["A1"] += 1; dW2 '
    body = BODY.replace('(1 - cache["A1"] ** 2)', 'cache["A1"]').replace("dW2 ", in_place, 1)
    report = grade_text(HEAD + body)
    assert report.score == 75
    wrong, note = report.findings
    assert (wrong.id, wrong.line) == ("dW-gates-previous-activation", None)
    assert wrong.message.endswith(
        "Your function changes cache: is what this is made from still what the function was given?"
    )
    assert note.id == "inputs-modified"
    assert "costs nothing" not in note.message


@pytest.mark.parametrize(
    ("change", "where", "wrong"),
    [
        ('cache["A1"] /= 2; ', "dW2 ", ("factor-half", ("dW2",))),
        ('parameters["W2"] /= m; ', "dZ1 ", ("double-mean", ("dZ1",))),
    ],
)
def test_a_factor_that_may_be_a_change_s_names_no_line(
    change: str, where: str, wrong: tuple[str, tuple[str, ...]], grade_text: Grade
) -> None:
    body = BODY.replace("dZ2 = ", 'slope = 1 - cache["A1"] ** 2; dZ2 = ', 1)
    body = body.replace('(1 - cache["A1"] ** 2)', "slope").replace(where, change + where, 1)
    found, _ = grade_text(HEAD + body).findings
    assert (found.id, found.places) == wrong
    assert found.line is None
    assert "is what this is made from still what the function was given?" in found.message


def test_a_factor_of_the_output_delta_is_no_matter_of_a_change(grade_text: Grade) -> None:
    body = BODY.replace('dZ2 = cache["A2"] - Y', 'dZ2 = cache["A2"]; dZ2 -= Y; dZ2 = dZ2 * 2')
    found, _ = grade_text(HEAD + body).findings
    assert (found.id, found.places) == ("factor-two", ("dZ2",))
    assert "changes" not in found.message


def test_computing_the_forward_pass_again_is_a_note(grade_text: Grade) -> None:
    again = """
    cache = dict(cache)
    cache["A1"] = np.tanh(parameters["W1"] @ X + parameters["b1"])
    cache["A2"] = 1 / (1 + np.exp(-(parameters["W2"] @ cache["A1"] + parameters["b2"])))
"""
    report = grade_text("import numpy as np\n" + HEAD + again + BODY)
    assert report.score == 100
    assert named(report) == {"recomputes-forward": "note"}


def without_a_cache() -> dict[str, Any]:
    values = asdict(built_in("shallow-tanh"))
    values["parts"][0]["interface"]["arguments"] = ["parameters", "X", "Y"]
    return values


def of_one_layer() -> dict[str, Any]:
    values = asdict(built_in("shallow-tanh")) | {"total": 50}
    values["parts"][0]["network"]["depth"] = 1
    values["parts"][0]["points"] = {"dW1": 25, "db1": 25}
    return values


ALL_AGAIN = """
import numpy as np

def backward_propagation(parameters, X, Y):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = 1 / (1 + np.exp(-parameters["W2"] @ A1 - parameters["b2"]))
    cache = {"A1": A1, "A2": A2}
"""
ONE_LAYER = """
def backward_propagation(parameters, cache, X, Y):
    error = (cache["A1"] - Y) / X.shape[1]
    return {"dW1": error @ X.T, "db1": error.sum(axis=1, keepdims=True)}
"""


@pytest.mark.parametrize(
    ("values", "text"), [(without_a_cache(), ALL_AGAIN + BODY), (of_one_layer(), ONE_LAYER)]
)
def test_a_cache_that_is_not_given_or_tells_nothing_is_not_missed(
    values: dict[str, Any], text: str, sandbox: Sandbox
) -> None:
    report = grade(source(text), prepare(made_of(values), 1), sandbox)
    assert report.all_correct
    assert named(report) == {}


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


SHUFFLED = "    order = np.random.permutation(X.shape[1])\n" + (
    '    X, Y, cache = X[:, order], Y[:, order], {k: cache[k][:, order] for k in ("A1", "A2")}\n'
)
NOISE = "    dW1 = dW1 * (1 + 1e-7 * np.random.randn(*dW1.shape))\n    return"


def test_right_answers_that_differ_in_the_last_bits_are_no_finding(grade_text: Grade) -> None:
    report = grade_text("import numpy as np\n" + HEAD + SHUFFLED + BODY)
    assert report.score == 100
    assert named(report) == {}


def test_sums_in_another_order_hide_no_cause(grade_text: Grade) -> None:
    wrong = BODY.replace("(1 - cache", "(2 - cache")
    plain, shuffled = (
        named(grade_text("import numpy as np\n" + HEAD + start + wrong)) for start in ("", SHUFFLED)
    )
    assert shuffled == plain


def test_noise_that_costs_nothing_is_no_mistake(grade_text: Grade) -> None:
    report = grade_text("import numpy as np\n" + HEAD + BODY.replace("    return", NOISE))
    assert report.score == 100
    assert "mistake" not in named(report).values()


def test_a_function_that_is_right_the_first_times_only_fails(grade_text: Grade) -> None:
    late = "    seen.append(1)\n    if len(seen) > 5:\n        dW1 = dW1 * 0\n    return"
    report = grade_text("seen = []\n" + HEAD + BODY.replace("    return", late))
    assert [row.name for row in report.gradients if row.verdict != "correct"] == ["dW1"]
    assert "state-between-calls" in named(report)


KEPT = """
kept = {}

def backward_propagation(parameters, cache, X, Y):
    key = (X.shape, tuple(parameters["W2"].shape))
    if key not in kept:
        kept[key] = right(parameters, cache, X, Y)
    return kept[key]
"""
EXACT_KEY = "(X.tobytes(), Y.tobytes(), *(v.tobytes() for v in parameters.values()))"


@pytest.mark.parametrize("seed", [1, 2])
def test_an_answer_that_is_kept_by_shapes_is_wrong(seed: int, grade_text: Grade) -> None:
    """With parameters that change, as in training, it would be that of the first step for ever."""
    report = grade_text(HEAD.replace("backward_propagation", "right") + BODY + KEPT, seed=seed)
    assert report.score == 0
    assert [(f.id, f.gradients) for f in report.findings] == [
        ("stale-answer", ("dW2", "db2", "dW1", "db1"))
    ]


def test_what_is_kept_for_one_gradient_costs_that_one(grade_text: Grade) -> None:
    line = "    db1 = kept.setdefault((X.shape, parameters['W2'].shape), db1)\n    return"
    report = grade_text("kept = {}\n" + HEAD + BODY.replace("    return", line))
    assert named(report) == {"stale-answer": "mistake"}
    assert [row.name for row in report.gradients if row.verdict != "correct"] == ["db1"]


def test_an_answer_that_is_kept_by_everything_is_right(grade_text: Grade) -> None:
    kept = KEPT[: KEPT.index("    key")] + f"    key = {EXACT_KEY}\n" + KEPT[KEPT.index("    if") :]
    report = grade_text(HEAD.replace("backward_propagation", "right") + BODY + kept)
    assert report.score == 100
    assert named(report) == {}


def test_a_batch_size_that_is_written_down_is_named(grade_text: Grade) -> None:
    m = draw_trials(built_in("shallow-tanh").parts[0], 1)[0].problem.m
    report = grade_text(HEAD + BODY.replace("m = X.shape[1]", f"m = X.shape[1] ** 2 / {m}"))
    assert named(report)["one-batch-size"] == "mistake"
    finding = next(item for item in report.findings if item.id == "one-batch-size")
    assert finding.message == (
        f"These gradients are right on batches of {m} examples and wrong on all others."
    )


ROWS = """
def backward_propagation(parameters, cache, X, Y):
    low, high = cache["A1"], cache["A2"]
    error = (high - Y) * high * (1 - high) {slip}
    below = error @ parameters["W2"].T * low * (1 - low)
    return {{
        "dW2": low.T @ error, "db2": error.sum(axis=0, keepdims=True),
        "dW1": X.T @ below, "db1": below.sum(axis=0, keepdims=True),
    }}
"""


@pytest.mark.parametrize(
    ("outputs", "fixed", "id", "seen"),
    [
        (
            (2, 4),
            3,
            "one-output-width",
            "right on networks with 3 output units and wrong on all others.",
        ),
        (
            (1, 3),
            1,
            "one-output-unit",
            "right on networks with 1 output unit and wrong on all others.",
        ),
    ],
)
def test_an_output_width_that_is_written_down_is_named(
    outputs: tuple[int, int], fixed: int, id: str, seen: str, sandbox: Sandbox
) -> None:
    values = asdict(built_in("squared-error"))
    values["parts"][0]["network"]["outputs"] = outputs
    exam = prepare(made_of(values), 1)
    report = grade(source(ROWS.format(slip=f"* {fixed**2} / Y.shape[1] ** 2")), exam, sandbox)
    (finding,) = [item for item in report.findings if item.title == "Right for one size only"]
    assert finding.id == id
    assert finding.message.endswith(seen)


COUNTING = """
calls = []

def backward_propagation(parameters, cache, X, Y):
    calls.append(1)
    gradients = right(parameters, cache, X, Y)
    return gradients if len(calls) <= {count} else {{k: 0 * v for k, v in gradients.items()}}
"""


def test_a_function_that_is_right_only_while_it_is_graded_is_found_out(grade_text: Grade) -> None:
    right = HEAD.replace("backward_propagation", "right") + BODY
    trials = built_in("shallow-tanh").parts[0].trials
    report = grade_text(right + COUNTING.format(count=trials))
    assert report.score == 0
    assert named(report)["state-between-calls"] == "mistake"
    assert grade_text(right + COUNTING.format(count=1000)).score == 100


class Counting:
    """A sandbox that counts its jobs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.isolation = sandbox.isolation
        self.sizes: list[int] = []

    def run(self, job: Job) -> Result:
        self.sizes.append(len(job.calls))
        return self._sandbox.run(job)


def test_a_second_process_is_asked_only_where_something_is_wrong(sandbox: Sandbox) -> None:
    exam = prepare(built_in("shallow-tanh"), 1)
    trials, repeats = len(exam.papers[0].calls), len(exam.papers[0].second_look)
    right, wrong = Counting(sandbox), Counting(sandbox)
    grade(source(HEAD + BODY), exam, right)  # type: ignore[arg-type]
    assert right.sizes == [trials + repeats]
    grade(source(HEAD + BODY.replace("** 2", "** 3")), exam, wrong)  # type: ignore[arg-type]
    assert wrong.sizes[:2] == [trials + repeats, repeats]


def test_a_limit_that_is_hit_in_the_repeats_costs_nothing(sandbox: Sandbox) -> None:
    """The limit is meant for the trials: whoever keeps it there is asked again elsewhere."""
    assignment = built_in("shallow-tanh").limited({"seconds": 1.0})
    text = f"""
calls = []
def backward_propagation(parameters, cache, X, Y):
    calls.append(1)
    while len(calls) > {assignment.parts[0].trials}:
        pass
{BODY}"""
    report = grade(source(text), prepare(assignment, 1), sandbox)
    assert report.score == 100


STOPS = (
    HEAD
    + """
    assert len(parameters) == 4, "two layers only"
"""
    + BODY
)
WAITS = (
    HEAD
    + """
    while len(parameters) > 4:
        pass
"""
    + BODY
)


def in_two_parts(deep: dict[str, Any], shallow: tuple[int, int] = (2, 2)) -> Assignment:
    values = asdict(built_in("backprop"))
    values["parts"][0]["network"]["depth"] = shallow
    points = values["parts"][0]["points"]
    points |= {f"d{kind}{n}": 0 for n in range(3, shallow[1] + 1) for kind in "Wb"}
    values["parts"][1]["interface"] |= deep
    return made_of(values).limited({"seconds": 1.0})


@pytest.mark.parametrize(
    ("text", "deep", "is_named"),
    [
        (STOPS, {}, True),
        (WAITS, {}, False),
        (HEAD + BODY, {"function": ("deep_backward",)}, False),
        (HEAD + BODY, {"arguments": ("parameters", "cache")}, False),
    ],
)
def test_only_code_that_stops_on_deeper_networks_is_said_to_be_written_for_two_layers(
    text: str, deep: dict[str, Any], is_named: bool, sandbox: Sandbox
) -> None:
    report = grade(source(text), prepare(in_two_parts(deep), 1), sandbox)
    assert report.score == 50
    assert ("two-layers-only" in named(report)) is is_named


def test_the_depth_that_is_told_is_one_on_which_it_ran(sandbox: Sandbox) -> None:
    values = asdict(in_two_parts({}, (2, 3)))
    values["parts"][1]["network"]["depth"] = (4, 5)
    report = grade(source(STOPS), prepare(made_of(values), 1), sandbox)
    (finding,) = [item for item in report.findings if item.id == "two-layers-only"]
    assert finding.message.startswith("Your function runs on 2 layers (part shallow) and stops")
