"""Forward passes and costs in forms that courses meet beside the usual one."""

from __future__ import annotations

import functools

import pytest

from gradcheck_grader.catalog import every_assignment
from gradcheck_grader.detect import Choice, detect
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import source
from tests.detection.pieces import COST, HEAD, columns, two_layers

EVERY = every_assignment()


@functools.cache
def exam(name: str) -> Exam:
    return prepare(EVERY[name], 4)


def found(text: str, sandbox: Sandbox) -> Choice:
    return detect(source(text), sandbox, EVERY)


def graded(text: str, choice: Choice, sandbox: Sandbox) -> GradeReport:
    return grade(source(text), exam(choice.assignment_name), sandbox)


ROWS = """
import numpy as np
{head}

def forward(X, parameters):
    Z1 = X @ parameters["W1"] + parameters["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ parameters["W2"] + parameters["b2"]
    A2 = {output}
    return {{"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}}


def backward(X, y, parameters, cache):
    rows = np.arange(len(y))
    error = forward(X, parameters)["A2"]
    error[rows, y] -= 1
    error /= len(y)
    below = error @ parameters["W2"].T * (cache["Z1"] > 0)
    return {{"dW1": X.T @ below, "db1": below.sum(axis=0),
             "dW2": cache["A1"].T @ error, "db2": error.sum(axis=0)}}
"""


@pytest.mark.parametrize(
    ("head", "output"),
    [
        ("from activations import softmax", "softmax(Z2)"),
        ("import activations as act", "act.softmax(Z2)"),
        ("from activations import *", "softmax(Z2)"),
    ],
)
def test_a_softmax_that_was_not_handed_in_goes_along_rows_where_examples_are_rows(
    head: str, output: str, sandbox: Sandbox
) -> None:
    text = ROWS.format(head=head, output=output)
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("two-layer-net", "detected"), choice.why
    assert graded(text, choice, sandbox).all_correct


SLOPE = "1 - np.power(A1, 2)"
LONG = (("\"W", "\"weight"), ("\"b", "\"bias"), ("\"dW", "\"dweight"), ("\"db", "\"dbias"))
SMALL = (("\"W", "\"w"), ("\"Z", "\"z"), ("\"A", "\"a"), ("\"dW", "\"dw"))


@pytest.mark.parametrize("spelling", [LONG, SMALL], ids=["weight1", "w1"])
@pytest.mark.parametrize("forward", [two_layers("np.tanh", "sigmoid"), ""], ids=["forward", "none"])
def test_a_forward_pass_is_run_with_the_keys_that_it_reads(
    spelling: tuple[tuple[str, str], ...], forward: str, sandbox: Sandbox
) -> None:
    text = HEAD + forward + COST["averaged"] + columns(SLOPE)
    for old, new in spelling:
        text = text.replace(old, new)
    choice = found(text, sandbox)
    if forward:
        assert (choice.assignment_name, choice.chosen) == ("shallow-tanh", "detected"), choice.why
        assert graded(text, choice, sandbox).all_correct
    else:
        assert (choice.assignment_name, choice.chosen) == ("backprop", "default")
        assert "is written for 2 layers" in choice.why
