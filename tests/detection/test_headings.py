"""What the heading of a function, and how it takes its arguments apart, say for an assignment."""

from __future__ import annotations

import pytest

from gradcheck_grader.catalog import every_assignment
from gradcheck_grader.detection.detect import Choice, detect
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import source
from tests.detection.pieces import FORWARD, HEAD, columns

EVERY = every_assignment()
STARRED = columns("1 - A1 ** 2").replace("    m =", "    parameters, cache, X, Y = args\n    m =")


def found(text: str, sandbox: Sandbox) -> Choice:
    return detect(source(text), sandbox, EVERY)


@pytest.mark.parametrize("heading", ["*args", "*args, **kwargs"])
def test_arguments_without_names_tell_of_no_assignment(heading: str, sandbox: Sandbox) -> None:
    text = HEAD + STARRED.replace("(parameters, cache, X, Y)", f"({heading})")
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default"), choice.why
    assert f"backward_propagation({heading})" in choice.why


def test_a_method_without_arguments_tells_of_no_assignment(sandbox: Sandbox) -> None:
    body = "        self.dW1 = (self.A2 - self.Y) @ self.X.T\n"
    choice = found(f"{HEAD}class Net:\n    def backward(self):\n{body}", sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default"), choice.why


def test_a_cache_that_is_unpacked_in_two_ways_is_none_for_every_layer(sandbox: Sandbox) -> None:
    text = """
def backward_propagation(X, Y, cache, keep_prob=1.0, lambd=0.0):
    if len(cache) == 14:
        Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    else:
        Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    return {"dW3": (A3 - Y) @ A2.T / X.shape[1]}
"""
    choice = found(HEAD + text, sandbox)
    assert choice.chosen == "default"
    fitting = {choice.assignment_name, *choice.others}
    assert fitting >= {"cached-tuple", "dropout", "l2-regularized"}
    assert "l-model-backward" not in fitting


NETWORK = """
class Network:
    def __init__(self, layers_dims):
        self.L = len(layers_dims) - 1
        self.cache = {}
        self.parameters = {}

    def forward_propagation(self, X):
        self.cache["A0"] = A = X
        for l in range(1, self.L + 1):
            Z = self.parameters[f"W{l}"] @ A + self.parameters[f"b{l}"]
            A = HIDDEN(Z) if l < self.L else sigmoid(Z)
            self.cache[f"Z{l}"], self.cache[f"A{l}"] = Z, A
        return A

    def backward_propagation(self, Y):
        grads = {}
        dZ = self.cache[f"A{self.L}"] - Y
        for l in range(self.L, 0, -1):
            grads[f"dW{l}"] = dZ @ self.cache[f"A{l - 1}"].T / Y.shape[1]
            grads[f"db{l}"] = dZ.mean(axis=1, keepdims=True)
            if l > 1:
                dZ = self.parameters[f"W{l}"].T @ dZ * (self.cache[f"Z{l - 1}"] > 0)
        return grads
"""


@pytest.mark.parametrize(("hidden", "name"), [("relu", "deep-relu"), ("np.tanh", "backprop")])
def test_a_cache_on_the_object_that_is_read_by_name_is_no_tuple(
    hidden: str, name: str, sandbox: Sandbox
) -> None:
    choice = found(HEAD + NETWORK.replace("HIDDEN", hidden), sandbox)
    assert choice.assignment_name == name, choice.why
    assert {"cached-tuple", "l-model-backward"}.isdisjoint(choice.others)


ENTRIES = columns("1 - A1 ** 2").replace("parameters, cache, X, Y", "Z1, A1, Z2, A2, W1, W2, X, Y")
UNPACKED = """    W2 = parameters["W2"]
    A1, A2 = cache["A1"], cache["A2"]
"""


@pytest.mark.parametrize("more", ["", "m, "])
@pytest.mark.parametrize("name", ["shallow-tanh", "softmax-shallow"])
def test_parameters_named_as_entries_are_known(more: str, name: str, sandbox: Sandbox) -> None:
    backward = ENTRIES.replace(UNPACKED, "").replace("(Z1", f"({more}Z1")
    choice = found(HEAD + FORWARD[name] + backward, sandbox)
    assert (choice.assignment_name, choice.chosen) == (name, "detected"), choice.why


def test_arrays_of_two_layers_are_for_no_deeper_network(sandbox: Sandbox) -> None:
    backward = ENTRIES.replace(UNPACKED, "").replace("X, Y)", "X, Y, m)")
    choice = found(HEAD + backward, sandbox)
    assert choice.assignment_name == "shallow-tanh"
    fitting = {choice.assignment_name, *choice.others}
    assert fitting >= {"shallow-tanh", "shallow-sigmoid", "softmax-shallow"}
    assert not fitting & {"backprop", "deep-relu", "relu-sigmoid-softmax"}


LISTS = """
class Network:
    def __init__(self, sizes):
        self.biases = [np.zeros((n, 1)) for n in sizes[1:]]
        self.weights = [np.ones((n, k)) for n, k in zip(sizes[1:], sizes)]

    def feedforward(self, a):
        self.activations = [a]
        for i, (b, w) in enumerate(zip(self.biases, self.weights)):
            a = np.dot(w, a) + b
            a = sigmoid(a) if i == len(self.weights) - 1 else relu(a)
            self.activations.append(a)
        return a

    def backprop(self, x, y):
        nabla_b, nabla_w, delta = [], [], self.activations[-1] - y
        for w, a in zip(self.weights[::-1], self.activations[-2::-1]):
            nabla_w.insert(0, delta @ a.T)
            nabla_b.insert(0, delta.sum(axis=1, keepdims=True))
            delta = w.T @ delta * (a > 0)
        return nabla_b, nabla_w
"""


def test_the_forward_pass_of_a_class_that_keeps_lists_is_run(sandbox: Sandbox) -> None:
    choice = found(HEAD + LISTS, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("deep-relu", "detected"), choice.why
    assert "runs with 2 and with 3 layers" in choice.why
