"""A file of another exercise is not judged, or what is graded is said: what it is for, too."""

from __future__ import annotations

import pytest

from gradcheck_grader.catalog import every_assignment
from gradcheck_grader.detection.detect import detect
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import changed, right_of, source
from tests.detection.pieces import HEAD, columns, two_layers

EVERY = every_assignment()
IN_ROWS = """
class Network:
    def forward(self, X):
        self.Z1 = X @ self.W1 + self.b1
        self.A1 = relu(self.Z1)
        self.Z2 = self.A1 @ self.W2 + self.b2
        self.A2 = relu(self.Z2)
        self.Z3 = self.A2 @ self.W3 + self.b3
        self.A3 = sigmoid(self.Z3)
        return self.A3

    def backward(self, X, y, output):
        d3 = (output - y) / len(X)
        d2 = d3 @ self.W3.T * (self.Z2 > 0)
        d1 = d2 @ self.W2.T * (self.Z1 > 0)
        self.dW3, self.db3 = self.A2.T @ d3, d3.sum(axis=0, keepdims=True)
        self.dW2, self.db2 = self.A1.T @ d2, d2.sum(axis=0, keepdims=True)
        self.dW1, self.db1 = X.T @ d1, d1.sum(axis=0, keepdims=True)
"""


def refusal(text: str, sandbox: Sandbox) -> str:
    """Return why a file is not judged, an empty text if it is."""
    choice = detect(source(text), sandbox, EVERY)
    return "" if choice.refusal is None else choice.refusal.message


def test_the_layout_is_said_with_a_network_that_an_assignment_has_in_the_other(
    sandbox: Sandbox,
) -> None:
    said = refusal(HEAD + two_layers("relu", "softmax") + columns("A1 > 0"), sandbox)
    assert "has examples in columns and has a forward pass that computes relu, then softmax" in said


def test_a_forward_pass_for_one_example_of_several_classes_is_seen(sandbox: Sandbox) -> None:
    text = changed(
        right_of("single-example"),
        ("a2 = sigmoid(z2)", "a2 = np.exp(z2) / np.exp(z2).sum()"),
        ("    z1 = ", "    x.shape = (len(x), 1)\n    z1 = "),
        ("dz2 = a2 - y", "one = np.zeros((10, 1))\n    one[int(y)] = 1\n    dz2 = a2 - one"),
    )
    assert "computes sigmoid, then softmax" in refusal(text, sandbox)


def test_three_layers_in_rows_are_no_two(sandbox: Sandbox) -> None:
    said = refusal(HEAD + IN_ROWS, sandbox)
    assert "examples in rows: relu in every hidden layer, then sigmoid" in said


def test_layers_of_a_class_are_counted_where_no_forward_pass_shows_them(sandbox: Sandbox) -> None:
    before, after = IN_ROWS.split("    def backward", 1)
    before = before.split("    def forward", 1)[0]
    choice = detect(source(f"{HEAD}{before}    def backward{after}"), sandbox, EVERY)
    depths = [part.network.depth for part in EVERY[choice.assignment_name].parts]
    assert any(low <= 3 <= high for low, high in depths), choice.why


ROWS = """
import numpy as np


def forward(X, params):
    A1 = 1 / (1 + np.exp(-(X @ params["W1"] + params["b1"])))
    A2 = 1 / (1 + np.exp(-(A1 @ params["W2"] + params["b2"])))
    return {"A1": A1, "A2": A2}


def backward(X, y, params, cache):
    m = len(X)
    d2 = (cache["A2"] - y) / m
    d1 = d2 @ params["W2"].T * cache["A1"] * (1 - cache["A1"])
    return {"dW2": cache["A1"].T @ d2, "db2": d2.sum(axis=0, keepdims=True),
            "dW1": X.T @ d1, "db1": d1.sum(axis=0, keepdims=True)}
"""
COST = """
def compute_loss(Y, A2):
    return np.mean((Y - A2) ** 2) / 2
"""
LOOP = """
def train(X, y, params):
    for i in range(1000):
        cache = forward(X, params)
        print(-np.mean(y * np.log(cache["A2"]) + (1 - y) * np.log(1 - cache["A2"])))
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (COST, "has a cost that computes the mean squared error; what is graded is the sum"),
        (LOOP, "It takes a logarithm; what is graded is the sum squared error."),
    ],
)
def test_a_cost_that_is_or_may_be_another_is_said(more: str, said: str, sandbox: Sandbox) -> None:
    choice = detect(source(ROWS + more), sandbox, EVERY)
    assert choice.assignment_name == "squared-error"
    assert said in choice.why
    assert said not in detect(source(ROWS), sandbox, EVERY).why


LISTED = """
def forward_prop(X, parameters):
    A, caches = X, []
    for l in range(1, len(parameters) // 2 + 1):
        below, W, b = A, parameters["W" + str(l)], parameters["b" + str(l)]
        A = sigmoid(W @ below + b)
        caches.append(((below, W, b), W @ below + b))
    return A, caches


def backprop(AL, Y, caches):
    grads, dZ = {}, AL - Y
    for l in reversed(range(len(caches))):
        A, W, b = caches[l][0]
        grads["dW" + str(l + 1)] = dZ @ A.T / AL.shape[1]
        grads["db" + str(l + 1)] = dZ.mean(axis=1, keepdims=True)
        dZ = W.T @ dZ * sigmoid(caches[l - 1][1]) * (1 - sigmoid(caches[l - 1][1]))
    return grads
"""


def test_what_takes_items_by_number_is_not_given_a_dict(sandbox: Sandbox) -> None:
    said = refusal(HEAD + LISTED, sandbox)
    assert "sigmoid in every hidden layer, then sigmoid" in said
    assert "--assignment l-model-backward" in said


def test_a_dict_whose_values_are_listed_first_may_be_counted_in(sandbox: Sandbox) -> None:
    text = HEAD + two_layers("np.tanh", "sigmoid") + columns("1 - A1**2")
    head, body = text.split("def backward_propagation", 1)
    first, rest = body.split(":\n", 1)
    listed = (
        "    values = cache\n    cache = [*values.values()][-4:]\n    A1, A2 = cache[1], cache[3]\n"
    )
    rest = rest.replace('cache["A1"]', "A1").replace('cache["A2"]', "A2")
    choice = detect(
        source(f"{head}def backward_propagation{first}:\n{listed}{rest}"), sandbox, EVERY
    )
    assert choice.assignment_name == "shallow-tanh"
    assert choice.chosen == "detected", choice.why
