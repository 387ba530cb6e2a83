"""Steps in place under an author's own names and forms: attributes, arrays, lists, dicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck_grader.catalog import read_assignment
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from tests.conftest import source

TOML = """
title = "A step under other names"
summary = "For a test."
total = 100
[interface]
function = "step"
keys = ["{name}"]
INTERFACE
[network]
hidden = "sigmoid"
output = "sigmoid"
loss = "binary_cross_entropy"
reduction = "mean"
outputs = [1, 3]
[[part]]
name = "step"
kind = "descent"
learning_rate = [0.1, 0.5]
points = { W2 = 25, b2 = 25, W1 = 25, b1 = 25 }
"""
BODY = """
    hidden = sigmoid(V1 @ X + c1)
    error = (sigmoid(V2 @ hidden + c2) - Y) / X.shape[1]
    below = V2.T @ error * hidden * (1 - hidden)
    V2 -= rate * error @ hidden.T
    c2 -= rate * error.sum(axis=1, keepdims=True)
    V1 -= rate * below @ X.T
    c1 -= rate * below.sum(axis=1, keepdims=True)
"""
NAMES = ("V1", "c1", "V2", "c2")
# The table of the interface, how its function begins, and where the four arrays are in it.
FORMS = {
    "attributes": (
        'owner = "*"\narguments = ["X", "Y", "rate"]\nvalues = { rate = "learning_rate" }\n'
        'attributes = { hidden_weights = "W1", hidden_biases = "b1", out = "W2", shift = "b2" }',
        "class Net:\n  def step(self, X, Y, rate):",
        ("self.hidden_weights", "self.hidden_biases", "self.out", "self.shift"),
    ),
    "attributes of layers": (
        'owner = "*"\narguments = ["X", "Y", "rate"]\nvalues = { rate = "learning_rate" }\n'
        'attributes = { "theta_{l}" = "W{l}", "shift_{l}" = "b{l}" }',
        "class Net:\n  def step(self, X, Y, rate):",
        ("self.theta_1", "self.shift_1", "self.theta_2", "self.shift_2"),
    ),
    "a dict in an attribute": (
        'owner = "*"\narguments = ["X", "Y", "rate"]\nvalues = { rate = "learning_rate" }\n'
        "attributes = { net = \"{'in': [W1, b1], 'out': [W2, b2]}\" }",
        "class Net:\n  def step(self, X, Y, rate):",
        ("self.net['in'][0]", "self.net['in'][1]", "self.net['out'][0]", "self.net['out'][1]"),
    ),
    "arrays": (
        'arguments = ["X", "Y", "w1", "b1", "W2", "b2", "rate"]\n'
        'values = { rate = "learning_rate" }',
        "def step(X, Y, w1, b1, W2, b2, rate):",
        ("w1", "b1", "W2", "b2"),
    ),
    "arrays under other names": (
        'arguments = ["X", "Y", "wh", "bh", "wo", "bo", "rate"]\n'
        'values = { rate = "learning_rate", wh = "W1", bh = "b1", wo = "W2", bo = "b2" }',
        "def step(X, Y, wh, bh, wo, bo, rate):",
        ("wh", "bh", "wo", "bo"),
    ),
    "lists": (
        'arguments = ["X", "Y", "weights", "biases", "rate"]\n'
        'values = { rate = "learning_rate", weights = "W{l}", biases = "b{l}" }',
        "def step(X, Y, weights, biases, rate):",
        ("weights[0]", "biases[0]", "weights[1]", "biases[1]"),
    ),
    "pairs of layers": (
        'arguments = ["X", "Y", "layers", "rate"]\n'
        'values = { rate = "learning_rate", layers = "[W{l}, b{l}]" }',
        "def step(X, Y, layers, rate):",
        ("layers[0][0]", "layers[0][1]", "layers[1][0]", "layers[1][1]"),
    ),
    "a dict with keys of its own": (
        'arguments = ["X", "Y", "net", "rate"]\n[interface.values]\nrate = "learning_rate"\n'
        "net = \"{'Wh': W1, 'bh': b1, 'Wo': W2, 'bo': b2}\"",
        "def step(X, Y, net, rate):",
        ("net['Wh']", "net['bh']", "net['Wo']", "net['bo']"),
    ),
    "a form that names another": (
        'arguments = ["X", "Y", "net", "rate"]\n[interface.values]\nrate = "learning_rate"\n'
        'net = "[weights, {\'b\': biases}]"\nweights = "W{l}"\nbiases = "b{l}"',
        "def step(X, Y, net, rate):",
        ("net[0][0]", "net[1]['b'][0]", "net[0][1]", "net[1]['b'][1]"),
    ),
    "keys in another case": (
        'arguments = ["X", "Y", "net", "rate"]\n[interface.values]\nrate = "learning_rate"\n'
        "net = \"{'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2}\"",
        "def step(X, Y, net, rate):",
        ("net['w1']", "net['b1']", "net['w2']", "net['b2']"),
    ),
}


def graded(form: str, body: str, folder: Path, sandbox: Sandbox) -> GradeReport:
    """Grade a step whose arrays stand where a form puts them."""
    interface, head, places = FORMS[form]
    toml = TOML.replace("INTERFACE", interface)
    (folder / "assignment.toml").write_text(toml, encoding="utf-8")
    for name, place in zip(NAMES, places, strict=True):
        body = body.replace(name, place)
    begin = "import numpy as np\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n\n"
    return grade(source(begin + head + body), prepare(read_assignment(folder), 1), sandbox)


def wrong(report: GradeReport) -> list[str]:
    return [row.name for row in report.gradients if row.verdict != "correct"]


@pytest.mark.parametrize("form", FORMS)
def test_a_step_in_place_counts(form: str, tmp_path: Path, sandbox: Sandbox) -> None:
    assert graded(form, BODY, tmp_path, sandbox).score == 100


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_step_has_its_cause(form: str, tmp_path: Path, sandbox: Sandbox) -> None:
    body = BODY.replace(" * hidden * (1 - hidden)", "")
    report = graded(form, body, tmp_path, sandbox)
    assert wrong(report) == ["W1", "b1"]
    assert {one.id for one in report.findings if one.severity == "mistake"} == {
        "hidden-missing-gprime"
    }


@pytest.mark.parametrize("form", ["attributes", "lists", "a dict with keys of its own"])
def test_new_arrays_may_be_put_in_the_same_places(
    form: str, tmp_path: Path, sandbox: Sandbox
) -> None:
    body = BODY
    for name in NAMES:
        body = body.replace(f"{name} -=", f"{name} = {name} -")
    assert graded(form, body, tmp_path, sandbox).score == 100


def test_new_arrays_that_only_the_function_has_are_no_step(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    body = BODY
    for name in NAMES:
        body = body.replace(f"{name} -=", f"{name} = {name} -")
    report = graded("arrays", body, tmp_path, sandbox)
    assert report.score == 0
    assert [finding.id for finding in report.findings] == ["no-return"]


def test_one_that_was_not_updated_is_wrong_alone(tmp_path: Path, sandbox: Sandbox) -> None:
    body = BODY.replace("c1 -= rate *", "c1 = c1 - rate *")
    assert wrong(graded("arrays", body, tmp_path, sandbox)) == ["b1"]
    assert wrong(graded("lists", BODY.replace("c1 -=", "_ ="), tmp_path, sandbox)) == ["b1"]


RETURNED = "    return {'Wh': V1, 'bh': c1, 'Wo': V2, 'bo': c2}\n"


def test_a_new_dict_with_an_authors_keys_is_read_by_them(tmp_path: Path, sandbox: Sandbox) -> None:
    body = "\n    V1, c1, V2, c2 = (+net[key] for key in ('Wh', 'bh', 'Wo', 'bo'))" + BODY
    form = "a dict with keys of its own"
    interface, head, _ = FORMS[form]
    begin = "import numpy as np\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n\n"
    toml = TOML.replace("INTERFACE", interface)
    (tmp_path / "assignment.toml").write_text(toml, encoding="utf-8")
    exam = prepare(read_assignment(tmp_path), 1)
    assert grade(source(begin + head + body + RETURNED), exam, sandbox).score == 100
    swapped = RETURNED.replace("'bh': c1", "'bh': c1 * 2")
    assert wrong(grade(source(begin + head + body + swapped), exam, sandbox)) == ["b1"]


UNFIT = ["weights[:] = []", "weights[0] = None", "weights.clear(); biases[:] = ['x', {}]",
           "weights[:] = [[[1.0]], [2.0, [3.0]]]"]  # fmt: skip


@pytest.mark.parametrize("line", UNFIT)
def test_lists_that_hold_something_else_afterwards_have_no_points_for_it(
    line: str, tmp_path: Path, sandbox: Sandbox
) -> None:
    report = graded("lists", f"{BODY}    {line}\n", tmp_path, sandbox)
    assert "W1" in wrong(report)
    assert not report.problems
