"""Forward passes and costs in forms that courses meet beside the usual one."""

from __future__ import annotations

import functools

import pytest

from gradcheck_grader.catalog import every_assignment
from gradcheck_grader.detection.detect import Choice, detect
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import source
from tests.detection.pieces import COST, FORWARD, HEAD, columns, loop, two_layers

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
LONG = (('"W', '"weight'), ('"b', '"bias'), ('"dW', '"dweight'), ('"db', '"dbias'))
SMALL = (('"W', '"w'), ('"Z', '"z'), ('"A', '"a'), ('"dW', '"dw'))


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


SHALLOW = two_layers("np.tanh", "sigmoid")
HALF = """
def compute_cost(A2, Y, parameters):
    return -np.sum(np.multiply(np.log(A2), Y)){mean}
"""
BY_LENGTH = """
def log_loss(A, y):
    return 1 / len(y) * np.sum(-y * np.log(A) - (1 - y) * np.log(1 - A))
"""
OTHER_COSTS = {
    "the sum": (COST["summed"], "sum binary cross-entropy"),
    "a mean over rows, of which there is one": (BY_LENGTH, "sum binary cross-entropy"),
    "half of it": (HALF.format(mean=" / Y.shape[1]"), "half of the cross-entropy that is for Y"),
    "half of its sum": (HALF.format(mean=""), "half of the cross-entropy that is for Y"),
}


@pytest.mark.parametrize("name", OTHER_COSTS)
@pytest.mark.parametrize("slope", [SLOPE, "A1 * (1 - A1)"])
def test_a_forward_pass_outweighs_a_cost_that_is_a_bit_different(
    name: str, slope: str, sandbox: Sandbox
) -> None:
    """Right gradients are right; what the cost is, is told."""
    cost, said = OTHER_COSTS[name]
    text = HEAD + SHALLOW + cost + columns(slope)
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("shallow-tanh", "detected"), choice.why
    assert said in choice.why
    assert "; what is graded is the mean binary cross-entropy." in choice.why
    assert graded(text, choice, sandbox).all_correct == (slope == SLOPE)


def test_the_other_cross_entropy_is_a_slip_beside_a_softmax(sandbox: Sandbox) -> None:
    text = HEAD + two_layers("np.tanh", "softmax") + COST["averaged"] + columns(SLOPE)
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("softmax-shallow", "detected"), choice.why
    assert "what is graded is the mean categorical cross-entropy." in choice.why


def test_a_cost_without_the_penalty_does_not_hide_whose_function_it_is(sandbox: Sandbox) -> None:
    backward = (EVERY["l2-regularized"].folder / "examples" / "right.py").read_text("utf-8")
    text = HEAD + FORWARD["l2-regularized"] + COST["averaged"] + backward
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("l2-regularized", "detected"), choice.why
    assert "the mean binary cross-entropy with the penalty lambda / 2m." in choice.why


def test_a_cost_that_fits_is_not_spoken_of(sandbox: Sandbox) -> None:
    choice = found(HEAD + SHALLOW + COST["averaged"] + columns(SLOPE), sandbox)
    assert "graded" not in choice.why


LOGITS = SHALLOW.replace("    A2 = sigmoid(Z2)\n", "").replace(', "A2": A2', "")
LOGITS = LOGITS.replace("return A2, cache", "return Z2, cache")
LEFT_TO_OTHERS = {
    "the name of a function tells": ("", "def softmax_of_scores(Z):\n    return softmax(Z)\n"),
    "the cost tells": (COST["classes"], ""),
}


@pytest.mark.parametrize("name", LEFT_TO_OTHERS)
def test_a_forward_pass_may_leave_the_last_activation_to_others(
    name: str, sandbox: Sandbox
) -> None:
    head = "import numpy as np\n"
    cost, more = LEFT_TO_OTHERS[name]
    text = head + LOGITS + cost + more + columns(SLOPE)
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("softmax-shallow", "detected"), choice.why
    assert "has a forward pass that computes tanh, then Z2" in choice.why
    assert graded(text, choice, sandbox).all_correct


def test_a_last_activation_that_nothing_tells_is_not_guessed(sandbox: Sandbox) -> None:
    head = "import numpy as np\n"
    choice = found(head + LOGITS + columns(SLOPE), sandbox)
    assert choice.chosen == "default"
    assert {choice.assignment_name, *choice.others} == {"shallow-tanh", "softmax-shallow"}
    assert "its forward pass fits several" in choice.why


def test_scores_in_rows_are_those_of_the_classifier_in_rows(sandbox: Sandbox) -> None:
    text = ROWS.format(head="", output="Z2").replace(
        'forward(X, parameters)["A2"]', 'cache["A2"].copy()'
    )
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("two-layer-net", "detected"), choice.why
    assert graded(text, choice, sandbox).all_correct


def test_a_forward_pass_with_an_output_of_its_own_kind_is_no_scores(sandbox: Sandbox) -> None:
    choice = found(HEAD + SHALLOW.replace("sigmoid(Z2)", "np.sin(Z2)") + columns(SLOPE), sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default")
    assert choice.refusal is None
    assert "computes" not in choice.why


METHOD = """
import numpy as np


class Net:
    def backward({arguments}):
        error = self.A2 - {labels}
        below = (self.W2.T @ error) * self.A1 * (1 - self.A1)
        return {{"dW1": below @ X.T, "db1": below.sum(axis=1, keepdims=True),
                 "dW2": error @ self.A1.T, "db2": error.sum(axis=1, keepdims=True)}}
"""


METHOD_IN_ROWS = """
import numpy as np


class Net:
    def backward({arguments}):
        error = self.A2 - {labels}
        below = (error @ self.W2.T) * self.A1 * (1 - self.A1)
        return {{"dW1": X.T @ below, "db1": below.sum(axis=0),
                 "dW2": self.A1.T @ error, "db2": error.sum(axis=0)}}
"""


def test_a_name_that_every_course_uses_chooses_nothing(sandbox: Sandbox) -> None:
    text = METHOD.format(arguments="self, X, Y", labels="Y")
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default"), choice.why
    assert {"shallow-sigmoid", "two-layer-net"} <= set(choice.others)


@pytest.mark.parametrize(
    "arguments",
    ["X, y, parameters, cache", "self, X, y, parameters, cache", "self, X, y, cache", "self, X, y"],
)
def test_arguments_as_one_assignment_spells_and_orders_them_choose_it(
    arguments: str, sandbox: Sandbox
) -> None:
    text = METHOD_IN_ROWS.format(arguments=arguments, labels="y")
    text = text if "self" in arguments else text.replace("self.", "").replace("class Net:", "if 1:")
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("two-layer-net", "detected"), choice.why


RELU_HELPER = """
def relu_slope(Z):
    return (Z > 0) * 1.0
"""


def test_an_activation_that_is_named_is_said_and_chooses_nothing(sandbox: Sandbox) -> None:
    text = "import numpy as np\n" + RELU_HELPER + loop("relu_slope(Z)")
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default")
    assert "It names relu; backprop is tanh, then sigmoid." in choice.why
    assert "For another: --assignment deep-relu (or " in choice.why
    silent = found("import numpy as np\n" + loop("(Z > 0)"), sandbox)
    assert "names" not in silent.why


def test_a_forward_pass_for_any_depth_is_not_said_to_be_for_two_or_three_layers(
    sandbox: Sandbox,
) -> None:
    starter = (EVERY["backprop"].folder / "starter.py").read_text(encoding="utf-8")
    why = found(starter, sandbox).why
    assert "runs with 2 and with 3 layers" in why
    assert "written for" not in why
