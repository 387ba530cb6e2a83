"""What did not come back is told once, with what came back instead, and where."""

from __future__ import annotations

import pytest

from gradcheck_grader.models import Finding, GradeReport
from gradcheck_grader.reports import json as json_report
from gradcheck_grader.reports import text as text_report
from gradcheck_grader.reports.style import Style
from tests.conftest import Grade

SHALLOW = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    delta2, delta1 = cache["A2"] - Y, None
    slope = 1.0 - cache["A1"] * cache["A1"]
    delta1 = slope * (parameters["W2"].T @ delta2)
    m = Y.shape[1]
    db1 = delta1.sum(axis=1, keepdims=True) / m
    found = {"dW2": delta2 @ cache["A1"].T / m, "dW1": delta1 @ X.T / m, "db1": db1}
    found["db2"] = delta2.sum(axis=1, keepdims=True) / m
    return found
"""
DEEP = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    layers, found = len(parameters) // 2, {}
    delta, m = cache["A%d" % layers] - Y, Y.shape[1]
    for k in range(layers, 0, -1):
        before = cache["A%d" % (k - 1)] if k > 1 else X
        found["dW%d" % k] = delta @ before.T / m
        found["db%d" % k] = delta.sum(axis=1, keepdims=True) / m
        delta = (before > 0) * (parameters["W%d" % k].T @ delta)
    return found
"""


def mistakes(report: GradeReport) -> list[Finding]:
    return [finding for finding in report.findings if finding.severity == "mistake"]


def only(report: GradeReport) -> Finding:
    (finding,) = mistakes(report)
    assert "to the last digit" not in text_report.render(report, Style())
    assert "to the last digit" not in json_report.render(report)
    return finding


def test_the_files_are_right_without_a_slip(grade_text: Grade) -> None:
    assert grade_text(SHALLOW).all_correct
    assert grade_text(DEEP, "deep-relu").all_correct


def test_a_key_that_is_not_there_is_told_once_with_those_that_are(grade_text: Grade) -> None:
    report = grade_text(
        SHALLOW.replace("    return found", "    del found['db2']\n    return found")
    )
    finding = only(report)
    assert (finding.id, finding.gradients) == ("gradient-missing", ("db2",))
    assert finding.message == "db2: not among the keys returned (dW2, dW1, db1)."
    assert finding.hint == "Which keys does the task ask for?"
    assert next(row.finding for row in report.gradients if row.name == "db2") == finding.id


def test_a_key_of_any_name_does_not_change_the_question(grade_text: Grade) -> None:
    text = SHALLOW.replace("    return found", "    found['of 5 networks: '] = 0\n    return found")
    finding = only(grade_text(text.replace('found["db2"]', 'found["other"]')))
    assert finding.hint == "Which keys does the task ask for?"


def test_a_loop_that_stops_one_layer_early_is_told_once(grade_text: Grade) -> None:
    finding = only(grade_text(DEEP.replace("layers, 0, -1", "layers, 1, -1"), "deep-relu"))
    assert finding.gradients == ("dW1", "db1")
    assert finding.message == (
        "dW1 and db1: not among the keys returned (dW6, db6, dW5, db5, dW4, db4, dW3, db3, dW2, "
        "db2), on 6 layers."
    )


def test_what_is_missing_on_some_networks_only_is_counted(grade_text: Grade) -> None:
    text = DEEP.replace("range(layers, 0, -1)", "range(layers, max(layers - 4, 0), -1)")
    finding = only(grade_text(text, "deep-relu"))
    assert finding.message.startswith(
        "dW2 and db2 in 3 of 12 networks, dW1 and db1 in 6 of 12 networks: not among the keys"
    )
    assert finding.hint.startswith("What differs between the networks")


def test_the_output_layer_left_out_is_not_taken_for_two_layers(grade_text: Grade) -> None:
    text = DEEP.replace(
        "    return found", "    return {k: v for k, v in found.items() if k[2:] != str(layers)}"
    )
    assert only(grade_text(text, "deep-relu")).id == "gradient-missing"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("None", "None, not numbers"),
        ("'todo'", "text, not numbers"),
        ("db1 + 0j", "complex numbers"),
    ],
)
def test_a_key_without_numbers_is_not_asked_for_its_key(
    value: str, told: str, grade_text: Grade
) -> None:
    finding = only(grade_text(SHALLOW.replace('"db1": db1', f'"db1": {value}')))
    assert (finding.id, finding.gradients) == ("not-comparable", ("db1",))
    assert finding.message == f"db1: {told}."
    assert "keys" not in finding.hint


@pytest.mark.parametrize("empty", ["None", "..."])
def test_a_placeholder_is_told_once_with_its_line(empty: str, grade_text: Grade) -> None:
    right = "db1 = delta1.sum(axis=1, keepdims=True) / m"
    finding = only(grade_text(SHALLOW.replace(right, f"db1 = {empty}")))
    assert (finding.id, finding.gradients, finding.line) == ("not-filled-in", ("db1",), 9)
    assert finding.message == f"`db1 = {empty}` is not filled in. Without a value: db1."


def test_a_return_of_nothing_is_told_as_such(grade_text: Grade) -> None:
    finding = only(grade_text(SHALLOW.replace("return found", "return len(found)")))
    assert finding.message == "dW2, db2, dW1 and db1: the function returned an int."
    assert finding.hint == "What does the task ask your function to return?"


def test_a_missing_key_does_not_hide_another_slip(grade_text: Grade) -> None:
    text = SHALLOW.replace("1.0 - cache", "1.0 + cache").replace('"db1": db1', '"b": db1')
    found = mistakes(grade_text(text))
    assert [finding.gradients for finding in found if finding.id == "gradient-missing"] == [
        ("db1",)
    ]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("lines", "id", "message"),
    [
        ("    pass", "not-filled-in", "`pass` is not filled in. Without a value: dW2, db2, dW1 "
         "and db1."),
        ("    return ...", "not-filled-in", "`return ...` is not filled in. Without a value: dW2, "
         "db2, dW1 and db1."),
        ("    m = Y.shape[1]", "no-return", "`backward_propagation` has no `return` with a value."),
    ],
)  # fmt: skip
def test_an_answer_of_nothing_is_one_cause(
    lines: str, id: str, message: str, grade_text: Grade
) -> None:
    report = grade_text(f"def backward_propagation(parameters, cache, X, Y):\n{lines}\n")
    finding = only(report)
    assert (finding.id, finding.message, report.problems) == (id, message, ())


@pytest.mark.parametrize(
    "lines", ["    raise NotImplementedError", "    dZ = None\n    return dZ * 2"]
)
def test_a_placeholder_that_stops_the_function_is_told_by_the_problem_alone(
    lines: str, grade_text: Grade
) -> None:
    report = grade_text(f"def backward_propagation(parameters, cache, X, Y):\n{lines}\n")
    assert mistakes(report) == []
    assert report.problems[0].message.endswith("is not filled in.")


def test_words_of_an_exception_do_not_hide_what_is_still_to_be_written(grade_text: Grade) -> None:
    text = "def backward_propagation(parameters, cache, X, Y):\n    dW1 = None\n"
    text += "    if Y.size:\n        raise ValueError('the array is not filled in.')\n"
    report = grade_text(f"{text}    return dW1\n")
    finding = only(report)
    assert (finding.id, finding.line) == ("not-filled-in", 2)
    assert report.problems[0].exception == "ValueError"


def test_the_entries_of_a_starter_are_known_for_what_they_are(grade_text: Grade) -> None:
    text = "def backward_propagation(parameters, cache, X, Y):\n    g = {}\n"
    text += '    for k in (1, 2):\n        g[f"dW{k}"] = None\n        g[f"db{k}"] = None\n'
    finding = only(grade_text(f"{text}    return g\n"))
    assert (finding.id, finding.line) == ("not-filled-in", 4)


def test_a_function_that_updates_in_place_needs_no_return(grade_text: Grade) -> None:
    text = "def gradient_descent(Y, weights, cache, alpha, L):\n    weights['W1'] = weights['W1']\n"
    assert "no-return" not in [
        finding.id for finding in grade_text(text, "update-in-place").findings
    ]


def test_a_comma_is_the_cause_of_three_dimensions(grade_text: Grade) -> None:
    text = SHALLOW.replace("    return", "    found['dW1'] = found['dW1'],\n    return")
    finding = only(grade_text(text))
    assert (finding.id, finding.gradients, finding.line) == ("extra-dimension", ("dW1",), 12)
    assert finding.message == (
        "dW1 came back with 3 dimensions. The comma at the end of line 12 makes `found['dW1']` a "
        "tuple."
    )


def test_a_comma_that_does_no_harm_is_not_told(grade_text: Grade) -> None:
    text = SHALLOW.replace(
        "axis=1, keepdims=True) / m\n    return", "axis=1, keepdims=True) / m,\n    return"
    )
    report = grade_text(text)
    assert (report.score, report.findings) == (100, ())


SQUARED = """
def backward_propagation(parameters, cache, X, Y):
    return {}


def update_parameters(parameters, grads, learning_rate):
"""


@pytest.mark.parametrize(
    ("body", "id", "message"),
    [
        ("    return parameters", "zero-gradient", "These parameters came back as they were "
         "passed."),
        ("    new = dict(parameters)", "no-return", "`update_parameters` has no `return` with a "
         "value."),
    ],
)  # fmt: skip
def test_a_step_that_changes_nothing_has_a_cause(
    body: str, id: str, message: str, grade_text: Grade
) -> None:
    found = mistakes(grade_text(f"{SQUARED}{body}\n", "squared-error"))
    assert [(one.id, one.message) for one in found if one.part == "step"] == [(id, message)]


def test_a_step_of_another_length_has_a_cause(grade_text: Grade) -> None:
    body = "    return {k: v - 2 * learning_rate * grads['d' + k] for k, v in parameters.items()}"
    found = mistakes(grade_text(f"{SQUARED}{body}\n", "squared-error"))
    (step,) = (one for one in found if one.part == "step")
    assert (step.id, step.title) == ("constant-factor", "The step has another length")
    assert step.message.endswith("the right step: 2 × too large.")


def test_a_statement_that_only_compares_is_noted(grade_text: Grade) -> None:
    lines = [
        "def backward_propagation(parameters, cache, X, Y):",
        "    m = X.shape[1]",
        "    dZ2 = cache['A2'] - Y",
        "    dZ1 = parameters['W2'].T @ dZ2",
        "    dZ1[cache['A1'] < 0] == 0",
        "    assert dZ1.shape == cache['A1'].shape",
        "    sums = [d.sum(axis=1, keepdims=True) / m for d in (dZ1, dZ2)]",
        "    dW1, dW2 = dZ1 @ X.T / m, dZ2 @ cache['A1'].T / m",
        "    return {'dW1': dW1, 'db1': sums[0], 'dW2': dW2, 'db2': sums[1]}",
    ]
    report = grade_text("\n".join(lines))
    wrong, note = report.findings
    assert wrong.id == "hidden-missing-gprime"
    assert (note.id, note.severity, note.line) == ("only-compared", "note", 5)
    assert note.message == (
        "`dZ1[cache['A1'] < 0] == 0` in line 5 only compares: `=` gives a value."
    )


@pytest.mark.parametrize("is_method", [False, True])
def test_a_comparison_in_a_helper_is_told_as_one_in_the_function_is(
    is_method: bool, grade_text: Grade
) -> None:
    lines = [
        "def masked(dZ, A):",
        "    dZ[A < 0] == 0",
        "    return dZ",
        "def backward_propagation(parameters, cache, X, Y):",
        "    m = X.shape[1]",
        "    dZ2 = cache['A2'] - Y",
        "    dZ1 = masked(parameters['W2'].T @ dZ2, cache['A1'])",
        "    sums = [d.sum(axis=1, keepdims=True) / m for d in (dZ1, dZ2)]",
        "    dW1, dW2 = dZ1 @ X.T / m, dZ2 @ cache['A1'].T / m",
        "    return {'dW1': dW1, 'db1': sums[0], 'dW2': dW2, 'db2': sums[1]}",
    ]
    if is_method:
        lines = ["class Net:", *(f"    {line}" for line in lines)]
        lines = [line.replace("def masked(", "def masked(self, ") for line in lines]
        lines = [line.replace("(parameters, cache", "(self, parameters, cache") for line in lines]
        lines = [line.replace("= masked(", "= self.masked(") for line in lines]
    report = grade_text("\n".join(lines))
    told = [note.message for note in report.findings if note.id == "only-compared"]
    assert told == [f"`dZ[A < 0] == 0` in line {2 + is_method} only compares: `=` gives a value."]


def test_a_key_that_stands_twice_is_the_cause_of_the_missing_one(grade_text: Grade) -> None:
    text = SHALLOW.replace('found["db2"] =', "extra =").replace(
        '"db1": db1}', '"db1": db1, "db1": delta2.sum(axis=1, keepdims=True) / m}'
    )
    finding = only(grade_text(text))
    assert (finding.id, finding.gradients, finding.line) == ("key-twice", ("db2", "db1"), 10)


def test_values_that_are_not_finite_are_told_with_the_line_that_has_the_first(
    grade_text: Grade,
) -> None:
    report = grade_text(SHALLOW.replace("m = Y.shape[1]", "m = 0 * X[0, 0]"))
    finding = only(report)
    assert "They begin in layer 2. The first such value is computed in line 9." in finding.message
    assert finding.line == 9


def test_an_empty_array_is_not_called_zero(grade_text: Grade) -> None:
    finding = only(grade_text(SHALLOW.replace("delta1 @ X.T / m", "np.array([])")))
    assert finding.id != "zero-gradient"
