"""What a finding leads to: the number divided by, the part that is wrong, one cause told once."""

from __future__ import annotations

import pytest

from gradcheck_grader.diagnosis.behaviour import DOMAINS
from gradcheck_grader.models import Finding, GradeReport
from gradcheck_grader.reports import text, words
from tests.conftest import Grade

SHALLOW = """
import numpy as np

{above}

def backward_propagation(parameters, cache, X, Y):
    size = {size}
    error = {error}
    inner = (parameters["W2"].T @ error) * (1 - cache["A1"] ** 2)
    found = {{"dW1": inner @ X.T / size, "db1": inner.sum(axis=1, keepdims=True) / size}}
    found |= {{"dW2": error @ cache["A1"].T / size, "db2": error.sum(axis=1, keepdims=True) / size}}
    {change}
    return found
"""


def shallow(
    size: str = "X.shape[1]", error: str = 'cache["A2"] - Y', change: str = "pass", above: str = ""
) -> str:
    return SHALLOW.format(size=size, error=error, change=change, above=above)


def only(report: GradeReport) -> Finding:
    (finding,) = [item for item in report.findings if item.severity == "mistake"]
    return finding


PLAIN = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    n = {size}
    dZ2 = {error}
    dW2 = np.dot(dZ2, cache["A1"].T){over}
    db2 = np.sum(dZ2, axis=1, keepdims=True){over}
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - cache["A1"] ** 2)
    dW1 = np.dot(dZ1, X.T){over}
    db1 = np.sum(dZ1, axis=1, keepdims=True){over}
    return {{"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}}
"""


def test_a_mean_over_a_fixed_number_is_told_with_the_number(grade_text: Grade) -> None:
    error = '(cache["A2"] - Y) / n'
    finding = only(grade_text(PLAIN.format(size=250, error=error, over="")))
    assert finding.id == "fixed-batch-size"
    assert "(divided by 250, whatever the batch)" in finding.evidence


def test_a_fixed_number_from_outside_the_function_is_told(grade_text: Grade) -> None:
    finding = only(grade_text(shallow("BATCH", above="BATCH = 64")))
    assert "(divided by 64, whatever the batch)" in finding.evidence


def test_a_factor_that_is_no_division_by_a_whole_number_is_no_fixed_batch(
    grade_text: Grade,
) -> None:
    finding = only(grade_text(shallow("0.7")))
    assert finding.id == "odd-factor"


def test_a_division_of_the_output_error_by_a_wrong_size_has_its_line(grade_text: Grade) -> None:
    error = '(cache["A2"] - Y) / n'
    finding = only(grade_text(PLAIN.format(size="X.shape[0]", error=error, over="")))
    assert (finding.id, finding.line) == ("divided-by-wrong-size", 6)


@pytest.mark.parametrize(("size", "over"), [("X.size", ""), ("X.shape[1]", " / len(X)")])
def test_a_division_by_the_inputs_besides_the_examples_is_told_as_one_too_many(
    grade_text: Grade, size: str, over: str
) -> None:
    error = f'(cache["A2"] - Y){over}'
    finding = only(grade_text(PLAIN.format(size=size, error=error, over=" / n")))
    assert (finding.id, "(times 1/n0)" in finding.evidence) == ("mean-over-units", True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('found["dW1"][:, -1] = 0.5', "Of your dW1 only the last column is wrong."),
        ('found["dW1"][0] *= np.pi', "Of your dW1 only the first row is wrong."),
        (
            'found["db1"][1:] *= np.pi; found["db1"][1:] **= 3',
            "Of your db1 only the first entry is right.",
        ),
    ],
)
def test_the_part_of_a_gradient_that_is_wrong_is_told(
    change: str, words: str, grade_text: Grade
) -> None:
    finding = only(grade_text(shallow(change=change)))
    assert finding.id == "unexplained"
    assert words in finding.message


def test_rows_and_columns_are_those_of_the_course(grade_text: Grade) -> None:
    report = grade_text(
        """
def backward(X, y, parameters, cache):
    error = cache["A2"].copy()
    error[range(len(y)), y] -= 1
    error /= len(y)
    inner = error @ parameters["W2"].T * (cache["Z1"] > 0)
    found = {"dW2": cache["A1"].T @ error, "db2": error.sum(0)}
    found |= {"dW1": X.T @ inner, "db1": inner.sum(0)}
    found["dW1"][-1] = found["dW1"][-1] ** 3 + 1
    return found
""",
        "two-layer-net",
    )
    assert "Of your dW1 only the last row is wrong." in only(report).message


def test_a_loop_that_leaves_out_a_unit_does_not_put_its_delta_under_suspicion(
    grade_text: Grade,
) -> None:
    change = 'found["dW1"][0] = 0; found["db1"][0] = 0'
    finding = only(grade_text(shallow(change=change)))
    assert (finding.id, finding.line) == ("unexplained", None)
    assert finding.message == (
        "No known mistake gives your dW1 and db1. Of your dW1 only the first row is wrong, and "
        "zero there. Of your db1 only the first entry is wrong, and zero there."
    )
    assert finding.hint.startswith("Which statement fills this part")


def test_a_row_that_is_wrong_and_not_zero_may_come_from_the_delta(grade_text: Grade) -> None:
    change = 'found["dW1"][0] *= X[0, 0]; found["db1"][0] *= X[0, 0]'
    finding = only(grade_text(shallow(change=change)))
    assert "the first step that differs is dZ1" in finding.message
    assert "zero there" not in finding.message


def test_where_everything_is_wrong_no_part_is_told(grade_text: Grade) -> None:
    finding = only(grade_text(shallow(change='found["dW1"] = np.sin(found["dW1"])')))
    assert "Of your" not in finding.message


LOOP = """
def backprop(parameters, cache, X, Y):
    layers = len(parameters) // 2
    slope = (1 - Y) / (1 - cache[f"A{layers}"]) - Y / cache[f"A{layers}"]
    found, delta = {}, None
    for k in range(layers, 0, -1):
        a = cache[f"A{k}"]
        delta = slope * a * (1 - a) if k == layers else slope * (1 - a * a)
        below = cache[f"A{k - 1}"] if k > 1 else X
        found[f"dW{k}"] = delta @ below.T / X.shape[1]
        found[f"db{k}"] = delta.mean(axis=1, keepdims=True)
    return found
"""


def test_a_mistake_that_one_part_cannot_tell_from_another_is_one_cause(grade_text: Grade) -> None:
    report = grade_text(LOOP, "backprop")
    assert len([item for item in report.findings if item.severity == "mistake"]) == 2
    ((first, second),) = words.causes(report)
    assert (first.part, second.part) == ("deep", "shallow")
    shown = text.render(report)
    assert "1 cause" in shown
    assert "Or, with the same numbers" not in shown


def test_what_is_missing_in_both_parts_is_told_once(grade_text: Grade) -> None:
    head, tail = LOOP.split("    return found")
    report = grade_text(
        head + "    del found['dW1'], found['db1']\n    return found" + tail, "backprop"
    )
    missing = [group for group in words.causes(report) if group[0].id == "gradient-missing"]
    assert [[item.part for item in group] for group in missing] == [["deep", "shallow"]]


def test_an_index_that_fits_one_depth_is_asked_for_by_the_layer_it_means() -> None:
    questions = {domain.id: domain.hint for domain in DOMAINS}
    assert "which layer does each index mean?" in questions["one-depth"]
    assert "number" not in questions["one-output-unit"]
    assert "number" in questions["one-batch-size"]
