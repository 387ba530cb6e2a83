"""The statement that a mistake is in: the right one or none, in files of many styles.

``# <--`` marks the statement that has to be pointed at. Where nothing is marked nothing may be.
"""

from __future__ import annotations

import json
import textwrap

import pytest

from gradcheck_grader.grade import grade, prepare
from gradcheck_grader.models import Finding
from gradcheck_grader.reports import text as text_report
from gradcheck_grader.reports.style import Style
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.facts import read_loaded
from tests.conftest import Grade, built_in, source

MARK = "# <--"
CACHED = "def backward_propagation(X, Y, cache):\n    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache\n"
PLAIN = "def backward_propagation(parameters, cache, X, Y):\n    m = X.shape[1]\n"
CASES: dict[str, tuple[str, str]] = {
    "output sign": ("shallow-tanh", PLAIN + """
    W2, A1, A2 = parameters["W2"], cache["A1"], cache["A2"]
    dZ2 = Y - A2  # <--
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""),
    "slope after what comes from above": ("shallow-tanh", PLAIN + """
    A1, A2 = cache["A1"], cache["A2"]
    grads = {}
    delta2 = A2 - Y
    grads["dW2"] = np.dot(delta2, A1.T) / m
    grads["db2"] = np.sum(delta2, axis=1, keepdims=True) / m
    dA1 = np.dot(parameters["W2"].T, delta2)
    delta1 = dA1 * (1 - A1)  # <--
    grads["dW1"] = np.dot(delta1, X.T) / m
    grads["db1"] = np.sum(delta1, axis=1, keepdims=True) / m
    return grads
"""),
    "slope left out by a plain assignment": ("shallow-tanh", PLAIN + """
    dz2 = cache["A2"] - Y
    da1 = parameters["W2"].T @ dz2
    dz1 = da1  # <--
    return dict(
        dW2=dz2 @ cache["A1"].T / m,
        db2=dz2.sum(axis=1, keepdims=True) / m,
        dW1=dz1 @ X.T / m,
        db1=dz1.sum(axis=1, keepdims=True) / m,
    )
"""),
    "entry of the returned dict": ("shallow-tanh", PLAIN + """
    dz2 = cache["A2"] - Y
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    return {
        "dW2": dz2 @ cache["A1"].T / m,
        "db2": dz2.sum(axis=1, keepdims=True) / m,
        "dW1": dz1 @ X.T,  # <--
        "db1": dz1.sum(axis=1, keepdims=True) / m,
    }
"""),
    "mean forgotten everywhere": ("shallow-tanh", PLAIN + """
    dz2 = cache["A2"] - Y
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    return {"dW2": dz2 @ cache["A1"].T, "db2": dz2.sum(axis=1, keepdims=True),
            "dW1": dz1 @ X.T, "db1": dz1.sum(axis=1, keepdims=True)}
"""),
    "mean late and early": ("shallow-tanh", PLAIN + """
    dz2 = (cache["A2"] - Y) / m
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    return {"dW2": dz2 @ cache["A1"].T / m, "db2": dz2.sum(axis=1, keepdims=True) / m,
            "dW1": dz1 @ X.T / m, "db1": dz1.sum(axis=1, keepdims=True) / m}
"""),
    "m from the wrong axis": ("shallow-tanh", """
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[0]  # <--
    dz2 = cache["A2"] - Y
    dw2 = dz2 @ cache["A1"].T / m
    db2 = dz2.sum(axis=1, keepdims=True) / m
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    dw1 = dz1 @ X.T / m
    db1 = dz1.sum(axis=1, keepdims=True) / m
    return {"dW1": dw1, "db1": db1, "dW2": dw2, "db2": db2}
"""),
    "a factor in one bias": ("shallow-tanh", PLAIN + """
    dz2 = cache["A2"] - Y
    dw2, db2 = dz2 @ cache["A1"].T / m, 2 * np.mean(dz2, axis=1, keepdims=True)  # <--
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    dw1, db1 = dz1 @ X.T / m, np.mean(dz1, axis=1, keepdims=True)
    return {"dW1": dw1, "db1": db1, "dW2": dw2, "db2": db2}
"""),
    "the slope in a name of its own": ("shallow-tanh", PLAIN + """
    slope = 1 - cache["A1"]
    dz2 = cache["A2"] - Y
    dz1 = parameters["W2"].T @ dz2 * slope
    return {"dW2": dz2 @ cache["A1"].T / m, "db2": dz2.sum(axis=1, keepdims=True) / m,
            "dW1": dz1 @ X.T / m, "db1": dz1.sum(axis=1, keepdims=True) / m}
"""),
    "no names at all": ("shallow-tanh", PLAIN + """
    return {
        "dW2": (Y - cache["A2"]) @ cache["A1"].T / m,
        "db2": (Y - cache["A2"]).sum(axis=1, keepdims=True) / m,
        "dW1": (parameters["W2"].T @ (Y - cache["A2"]) * (1 - cache["A1"] ** 2)) @ X.T / m,
        "db1": (parameters["W2"].T @ (Y - cache["A2"]) * (1 - cache["A1"] ** 2)).sum(
            axis=1, keepdims=True) / m,
    }
"""),
    "scaled in a second statement": ("shallow-tanh", PLAIN + """
    dz2 = cache["A2"] - Y
    dW2 = np.dot(dz2, cache["A1"].T)
    dW2 /= 2 * m
    db2 = np.sum(dz2, axis=1, keepdims=True) / m
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    dW1 = np.dot(dz1, X.T) / m
    db1 = np.sum(dz1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""),
    "the wrong input, scaled in a second statement": ("shallow-tanh", PLAIN + """
    dz2 = cache["A2"] - Y
    dW2 = np.dot(dz2, cache["Z1"].T)  # <--
    dW2 /= m
    db2 = np.sum(dz2, axis=1, keepdims=True) / m
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    dW1 = np.dot(dz1, X.T) / m
    db1 = np.sum(dz1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""),
    "zeros": ("shallow-tanh", PLAIN + """
    dz2 = cache["A2"] - Y
    dW2 = np.dot(dz2, cache["A1"].T) / m
    db2 = np.zeros_like(parameters["b2"])  # <--
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    dW1 = np.dot(dz1, X.T) / m
    db1 = np.sum(dz1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""),
    "exchanged keys": ("shallow-tanh", PLAIN + """
    dz2 = cache["A2"] - Y
    dW2 = np.dot(dz2, cache["A1"].T) / m
    db2 = np.sum(dz2, axis=1, keepdims=True) / m
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    dW1 = np.dot(dz1, X.T) / m
    db1 = np.sum(dz1, axis=1, keepdims=True) / m
    return {"dW2": dW1, "db1": db1, "dW1": dW2, "db2": db2}
"""),
    "a loop with one delta": ("backprop", PLAIN + """
    grads = {}
    L = len(parameters) // 2
    dZ = cache["A" + str(L)] - Y
    for l in reversed(range(1, L + 1)):
        A_prev = X if l == 1 else cache["A" + str(l - 1)]
        grads["dW" + str(l)] = np.dot(dZ, A_prev.T) / m
        grads["db" + str(l)] = np.sum(dZ, axis=0, keepdims=True).T[:1] / m  # <--
        if l > 1:
            dA = np.dot(parameters["W" + str(l)].T, dZ)
            dZ = dA * (1 - A_prev ** 2)
    return grads
"""),
    "the last layer before the loop": ("deep-relu", PLAIN + """
    L = len(parameters) // 2
    grads = {}
    dz = cache[f"A{L}"] - Y
    grads[f"dW{L}"] = 1 / m * dz.dot(cache[f"A{L - 1}"].T)
    grads[f"db{L}"] = 1 / m * np.sum(dz, axis=1, keepdims=True)
    for l in range(L - 1, 0, -1):
        da = parameters[f"W{l + 1}"].T.dot(dz)
        dz = da * (cache[f"Z{l}"] < 0)  # <--
        grads[f"dW{l}"] = 1 / m * dz.dot(cache[f"A{l - 1}"].T)
        grads[f"db{l}"] = 1 / m * np.sum(dz, axis=1, keepdims=True)
    return grads
"""),
    "numbered deltas in a dict": ("deep-relu", PLAIN + """
    L = len(parameters) // 2
    d = {}
    d["dZ%d" % L] = Y - cache["A%d" % L]  # <--
    for l in range(L - 1, 0, -1):
        d["dZ%d" % l] = (parameters["W%d" % (l + 1)].T @ d["dZ%d" % (l + 1)]) * (cache["Z%d" % l] > 0)
    for l in range(1, L + 1):
        d["dW%d" % l] = d["dZ%d" % l] @ cache["A%d" % (l - 1)].T / m
        d["db%d" % l] = d["dZ%d" % l].sum(axis=1, keepdims=True) / m
    return d
"""),
    "two branches for two layers": ("deep-relu", PLAIN + """
    L = len(parameters) // 2
    grads = {}
    for l in range(L, 0, -1):
        if l == L:
            dZ = cache["A" + str(l)] - Y
        else:
            dZ = np.dot(parameters["W" + str(l + 1)].T, dZ)  # <--
        grads["dW" + str(l)] = np.dot(dZ, cache["A" + str(l - 1)].T) / m
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
    return grads
"""),
    "helpers for every step": ("l-model-backward", """
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True)  # <--
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db

def relu_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ

def sigmoid_backward(dA, Z):
    s = 1 / (1 + np.exp(-Z))
    return dA * s * (1 - s)

def linear_activation_backward(dA, cache, activation):
    linear_cache, Z = cache
    if activation == "relu":
        dZ = relu_backward(dA, Z)
    elif activation == "sigmoid":
        dZ = sigmoid_backward(dA, Z)
    dA_prev, dW, db = linear_backward(dZ, linear_cache)
    return dA_prev, dW, db

def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    current = caches[L - 1]
    (grads["dA" + str(L - 1)], grads["dW" + str(L)], grads["db" + str(L)]) = (
        linear_activation_backward(dAL, current, "sigmoid"))
    for l in reversed(range(L - 1)):
        current = caches[l]
        dA_prev, dW, db = linear_activation_backward(grads["dA" + str(l + 1)], current, "relu")
        grads["dA" + str(l)] = dA_prev
        grads["dW" + str(l + 1)] = dW
        grads["db" + str(l + 1)] = db
    return grads
"""),
    "a helper that masks by the gradient": ("l-model-backward", """
def relu_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[dZ <= 0] = 0  # <--
    return dZ

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m

def L_model_backward(AL, Y, caches):
    grads, L = {}, len(caches)
    dZ = AL - Y
    for l in range(L, 0, -1):
        linear, _ = caches[l - 1]
        dA, grads["dW" + str(l)], grads["db" + str(l)] = linear_backward(dZ, linear)
        if l > 1:
            dZ = relu_backward(dA, caches[l - 2][1])
    return grads
"""),
    "rows": ("squared-error", """
def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]
    d2 = (A2 - Y) * A2 * (1 - A2)
    d1 = d2.dot(parameters["W2"].T) * A1 * (1 + A1)  # <--
    return {"dW1": X.T.dot(d1), "db1": d1.sum(axis=0, keepdims=True),
            "dW2": A1.T.dot(d2), "db2": d2.sum(axis=0, keepdims=True)}
"""),
    "a tuple": ("two-layer-net", """
def backward(X, y, parameters, cache):
    n = len(y)
    targets = np.eye(cache["A2"].shape[1])[y]
    d2 = (cache["A2"] - targets) / n
    dW2, db2 = cache["A1"].T @ d2, d2.sum(axis=0)
    d1 = d2 @ parameters["W2"].T * (cache["Z1"] > 0)
    dW1, db1 = X.T @ d1, d1.mean(axis=0)  # <--
    return dW1, db1, dW2, db2
"""),
    "a flat cache": ("cached-tuple", CACHED + """
    m = X.shape[1]
    dZ3 = A3 - Y
    dW3 = 1. / m * np.dot(dZ3, A2.T)
    db3 = 1. / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1. / m * np.dot(dZ2, A1.T) * 2  # <--
    db2 = 1. / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1. / m * np.dot(dZ1, X.T)
    db1 = 1. / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2,
            "db2": db2, "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}
"""),
    "one penalty halved": ("l2-regularized", CACHED.replace("cache)", "cache, lambd)").replace(
        "backward_propagation", "backward_propagation_with_regularization") + """
    m = X.shape[1]
    dZ3 = A3 - Y
    dW3 = np.dot(dZ3, A2.T) / m
    dW3 += lambd / m * W3
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m
    dZ2 = np.dot(W3.T, dZ3) * (Z2 > 0)
    dW2 = np.dot(dZ2, A1.T) / m
    dW2 += lambd / (2 * m) * W2  # <--
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(W2.T, dZ2) * (Z1 > 0)
    dW1 = np.dot(dZ1, X.T) / m
    dW1 += lambd / m * W1
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}
"""),
    "a step in place": ("update-in-place", """
def gradient_descent(Y, weights, cache, alpha, L):
    m = Y.shape[1]
    dz = cache["A" + str(L)] - Y
    for i in range(L, 0, -1):
        a = cache["A" + str(i - 1)]
        dw = dz @ a.T / m
        db = dz.mean(axis=1, keepdims=True)
        dz = weights["W" + str(i)].T @ dz * (1 - a)  # <--
        weights["W" + str(i)] -= alpha * dw
        weights["b" + str(i)] -= alpha * db
"""),
    "one example": ("single-example", """
def bprop(fprop_cache):
    x, y, z1, a1, z2, a2, loss = [
        fprop_cache[key] for key in ("x", "y", "z1", "a1", "z2", "a2", "loss")]
    dz2 = a2 - y
    dW2 = np.dot(dz2, a1.T)
    db2 = dz2
    dz1 = np.dot(fprop_cache["W2"].T, dz2) * z1 * (1 - z1)  # <--
    dW1 = np.dot(dz1, x.T)
    db1 = dz1
    return {"b1": db1, "W1": dW1, "b2": db2, "W2": dW2}
"""),
    "a loop over examples": ("shallow-tanh", PLAIN + """
    dW1, db1 = np.zeros_like(parameters["W1"]), np.zeros_like(parameters["b1"])
    dW2, db2 = np.zeros_like(parameters["W2"]), np.zeros_like(parameters["b2"])
    for i in range(m):
        x, a1 = X[:, [i]], cache["A1"][:, [i]]
        d2 = cache["A2"][:, [i]] - Y[:, [i]]
        dW2 += d2 @ a1.T / m
        db2 += d2 / m
        d1 = parameters["W2"].T @ d2 * (1 - a1)  # <--
        dW1 += d1 @ x.T / m
        db1 += d1 / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""),
    "a loop over examples that ends early": ("shallow-tanh", PLAIN + """
    dW1, db1 = np.zeros_like(parameters["W1"]), np.zeros_like(parameters["b1"])
    dz2 = cache["A2"] - Y
    dW2, db2 = dz2 @ cache["A1"].T / m, dz2.sum(axis=1, keepdims=True) / m
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    for i in range(m - 1):
        dW1 += dz1[:, [i]] @ X[:, [i]].T / m
        db1 += dz1[:, [i]] / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""),
    "other names": ("shallow-sigmoid", """
def back_prop(params, cache, X, labels):
    n = labels.shape[1]
    err = cache["A2"] - labels
    grad_W2 = err @ cache["A1"].T / n
    grad_b2 = err.sum(axis=1, keepdims=True) / n
    hidden_err = params["W2"].T @ err * (1 - cache["A1"] ** 2)  # <--
    grad_W1 = hidden_err @ X.T / n
    grad_b1 = hidden_err.sum(axis=1, keepdims=True) / n
    return {"dW1": grad_W1, "db1": grad_b1, "dW2": grad_W2, "db2": grad_b2}
"""),
    "a name used again": ("shallow-tanh", PLAIN + """
    d = cache["A2"] - Y
    grads = {"dW2": d @ cache["A1"].T / m, "db2": d.sum(axis=1, keepdims=True) / m}
    d = parameters["W2"].T @ d * (1 - cache["A1"] ** 3)  # <--
    grads.update(dW1=d @ X.T / m, db1=d.sum(axis=1, keepdims=True) / m)
    return grads
"""),
}  # fmt: skip


def mistakes(grade_text: Grade, name: str) -> tuple[list[Finding], int | None]:
    """Return what is found in a case, and the line that is marked in it."""
    assignment, body = CASES[name]
    text = f"import numpy as np\n\n{body}"
    marked = [number for number, line in enumerate(text.splitlines(), 1) if MARK in line]
    report = grade_text(text, assignment)
    assert not report.all_correct
    found = [item for item in report.findings if item.severity == "mistake"]
    return found, marked[0] if marked else None


@pytest.mark.parametrize("name", CASES)
def test_the_statement_is_the_right_one(name: str, grade_text: Grade) -> None:
    found, marked = mistakes(grade_text, name)
    assert found
    assert {item.line for item in found} == {marked}, [(item.id, item.places) for item in found]


def test_a_finding_shows_the_source_and_its_columns(grade_text: Grade) -> None:
    found, marked = mistakes(grade_text, "slope after what comes from above")
    (finding,) = found
    assert finding.source == "    delta1 = dA1 * (1 - A1)  # <--"
    assert finding.caret == (4, 27)
    assert (finding.file, finding.cell, finding.places) == ("student.py", None, ("dZ1",))


def test_the_report_has_a_code_frame(grade_text: Grade) -> None:
    assignment, body = CASES["slope after what comes from above"]
    report = grade_text(f"import numpy as np\n\n{body}", assignment)
    lines = text_report.render(report, Style()).splitlines()
    place = next(number for number, line in enumerate(lines) if "delta1 = dA1" in line)
    assert lines[place].strip().startswith("12 │ ")
    assert lines[place + 1].index("^") == lines[place].index("delta1")
    assert lines[place + 1].count("^") == len("delta1 = dA1 * (1 - A1)")


def test_a_notebook_gives_cell_and_line(sandbox: Sandbox) -> None:
    assignment, body = CASES["output sign"]
    cells = [["import numpy as np"], textwrap.dedent(body).splitlines(keepends=True)]
    notebook = {
        "cells": [
            {"cell_type": "code", "source": text, "metadata": {}, "outputs": []} for text in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    handed_in = source(json.dumps(notebook), "student.ipynb")
    report = grade(handed_in, prepare(built_in(assignment), 1), sandbox)
    finding = next(item for item in report.findings if item.severity == "mistake")
    assert (finding.cell, finding.line) == (2, 5)
    assert "cell 2, line 5" in text_report.render(report, Style())


def test_right_code_and_strange_code_are_followed_without_harm(grade_text: Grade) -> None:
    endless = "    x = f(x)\n" * 5000
    text = (
        f"import numpy as np\n\n\ndef f(x):\n    return f(x)\n\n\n{PLAIN}{endless}    return {{}}\n"
    )
    assert not grade_text(text).all_correct


def test_steps_are_read_strictly() -> None:
    facts = {"function": "f", "steps": [{"name": "dW", "layer": 2, "role": "whole", "line": 3}]}
    (step,) = read_loaded(facts).steps
    assert (step.name, step.layer, step.line, step.clean) == ("dW", 2, 3, False)
    for wrong in ({"name": 1}, {"name": "dW", "layer": "2"}, "dW"):
        with pytest.raises(Exception, match="reply"):
            read_loaded({"function": "f", "steps": [wrong]})
