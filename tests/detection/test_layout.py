"""Without a forward pass, how products and sums are written tells rows from columns."""

from __future__ import annotations

import ast

import pytest

from gradcheck_grader.catalog import every_assignment
from gradcheck_grader.detection.detect import Choice, detect
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.child.reading.layout import layout_votes
from gradcheck_grader.sandbox.child.reading.tree import nodes
from tests.conftest import source

EVERY = every_assignment()
IN_COLUMNS = """
import numpy as np

def backward_propagation({arguments}):
    m = {X}.shape[1]
    W2, A1, A2 = {weights}["W2"], {cache}["A1"], {cache}["A2"]
    dZ2 = A2 - {Y}
    dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
    return {{"dW1": np.dot(dZ1, {X}.T) / m, "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
             "dW2": np.dot(dZ2, A1.T) / m, "db2": np.sum(dZ2, axis=1, keepdims=True) / m}}
"""
IN_ROWS = """
import numpy as np

def backward_propagation(X, Y, parameters, cache):
    m = {axis}
    W2, A1, A2 = parameters["W2"], cache["A1"], cache["A2"]
    dZ2 = A2.copy()
    dZ2[np.arange(len(Y)), Y] -= 1
    dZ1 = dZ2.dot(W2.T) * (A1 > 0)
    return {{"dW1": X.T.dot(dZ1) / m, "db1": dZ1.sum(axis=0) / m,
             "dW2": A1.T.dot(dZ2) / m, "db2": dZ2.sum(axis=0) / m}}
"""


def found(text: str, sandbox: Sandbox) -> Choice:
    return detect(source(text), sandbox, EVERY)


def votes(expression: str) -> tuple[int, int]:
    return layout_votes(nodes(ast.parse(expression)))


@pytest.mark.parametrize(("X", "Y"), [("inputs", "targets"), ("X", "y"), ("train_x", "train_y")])
def test_columns_in_another_order_are_not_taken_for_rows(X: str, Y: str, sandbox: Sandbox) -> None:
    arguments = f"{X}, {Y}, parameters, cache"
    text = IN_COLUMNS.format(arguments=arguments, X=X, Y=Y, weights="parameters", cache="cache")
    choice = found(text, sandbox)
    assert EVERY[choice.assignment_name].parts[0].interface.layout == "columns"
    assert "rows" not in choice.why


@pytest.mark.parametrize("axis", ["X.shape[0]", "X.shape[1]"])
def test_rows_are_found_in_spite_of_one_slip(axis: str, sandbox: Sandbox) -> None:
    choice = found(IN_ROWS.format(axis=axis), sandbox)
    assert EVERY[choice.assignment_name].parts[0].interface.layout == "rows"
    assert {choice.assignment_name, choice.others[0]} == {"squared-error", "two-layer-net"}
    assert "has examples in rows" in choice.why


@pytest.mark.parametrize(
    "expression",
    [
        "X.T @ dZ", "np.dot(X.T, dZ)", "A1.T.dot(dZ)", "np.matmul(cache['A1'].T, dZ)",
        "dZ @ W2.T", "dZ.dot(self.W2.T)", "np.dot(dZ, parameters['W' + str(l)].T)",
        "np.dot(dZ, parameters[f'W{l}'].transpose())", "np.dot(dZ, np.transpose(weights[1]))",
        "dZ.sum(axis=0)", "np.sum(dZ, axis=0, keepdims=True)", "X.shape[0]",
    ],
)  # fmt: skip
def test_what_speaks_for_rows(expression: str) -> None:
    assert votes(expression) == (1, 0)


@pytest.mark.parametrize(
    "expression",
    [
        "dZ @ X.T", "np.dot(dZ, A1.T)", "dZ.dot(cache['A1'].T)", "W2.T @ dZ", "np.dot(W2.T, dZ)",
        "self.weights[1].T.dot(dZ)", "np.matmul(np.transpose(W2), dZ)", "dZ.mean(axis=1)",
        "np.sum(dZ, axis=1, keepdims=True)", "Y.shape[1]",
    ],
)  # fmt: skip
def test_what_speaks_for_columns(expression: str) -> None:
    assert votes(expression) == (0, 1)


@pytest.mark.parametrize(
    "expression",
    ["W2 @ A1", "W1.shape[0]", "np.sum(dZ)", "np.transpose()", "X.shape[k]", "sorted(x, key=f)"],
)
def test_what_says_nothing(expression: str) -> None:
    assert votes(expression) == (0, 0)


CLASS = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

class Net:
    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = {hidden}(self.z1)
        self.a2 = sigmoid(self.a1 @ self.W2 + self.b2)
        return self.a2

    def loss(self, y, output):
        return {loss}

    def backward(self, X, y{more}):
        delta = self.a2 - y
        self.dW2, self.db2 = self.a1.T @ delta / len(y), delta.mean(axis=0)
        below = delta @ self.W2.T * self.a1 * (1 - self.a1)
        self.dW1, self.db1 = X.T @ below / len(y), below.mean(axis=0)
"""
ENTROPY = "-np.mean(y * np.log(output) + (1 - y) * np.log(1 - output))"
SQUARES = "np.sum((output - y) ** 2) / 2"


COLUMNS = """
import numpy as np

def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = np.exp(Z2) / np.exp(Z2).sum(axis=0)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def backward_propagation(parameters, cache, X, Y):
    return {"dW1": X, "db1": X, "dW2": X, "db2": X}
"""


def in_class(hidden: str, loss: str, more: str, sandbox: Sandbox) -> Choice:
    return detect(source(CLASS.format(hidden=hidden, loss=loss, more=more)), sandbox, EVERY)


@pytest.mark.parametrize(
    ("hidden", "loss", "said"),
    [
        (
            "sigmoid",
            ENTROPY,
            "The file has examples in rows, has a forward pass that computes sigmoid, then sigmoid "
            "and has a cost that computes the mean binary cross-entropy, and no assignment is like "
            "that",
        ),
        ("np.tanh", SQUARES, "The file has examples in rows and has a forward pass that computes"),
    ],
)
def test_what_no_assignment_is_like_is_said_with_the_layout(
    hidden: str, loss: str, said: str, sandbox: Sandbox
) -> None:
    """Each is asked for in columns: the activations or the loss alone are no reason."""
    choice = in_class(hidden, loss, "", sandbox)
    assert choice.refusal is not None
    assert choice.refusal.message.startswith(said)


def test_a_layout_in_columns_is_said_as_well(sandbox: Sandbox) -> None:
    """Relu, then softmax is asked for in rows."""
    choice = detect(source(COLUMNS), sandbox, EVERY)
    assert choice.refusal is not None
    assert choice.refusal.message.startswith(
        "The file has examples in columns and has a forward pass that computes relu, then softmax"
    )


def test_arguments_that_alone_do_not_fit_are_the_reason(sandbox: Sandbox) -> None:
    choice = in_class("sigmoid", SQUARES, ", rate", sandbox)
    assert choice.refusal is None
    assert "the file has backward(X, y, rate), to be called with" in choice.why
    assert "Nearest: --assignment squared-error" in choice.why
    assert in_class("sigmoid", SQUARES, "", sandbox).assignment_name == "squared-error"
