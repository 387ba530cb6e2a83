"""Which assignment is found out for a whole file, and that a wrong gradient never gains by it."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from gradcheck_grader.catalog import every_assignment
from gradcheck_grader.detection.detect import Choice, detect
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.submission import read_submission
from tests.conftest import Cli, source
from tests.detection.pieces import (
    COST,
    FORWARD,
    HEAD,
    caches,
    columns,
    loop,
    one_example,
    rows,
    three,
    two_layers,
)

EVERY = every_assignment()
TANH, SIGMOID, RELU = "1 - np.power(A1, 2)", "A1 * (1 - A1)", "A1 > 0"


@dataclass(frozen=True)
class Case:
    """A whole file: what it was written for, and whether its gradients are right."""

    text: str
    assignment: str
    right: bool


def whole(assignment: str, backward: str, *costs: str, right: bool) -> Case:
    text = "".join([HEAD, FORWARD[assignment], *(COST[cost] for cost in costs), backward])
    return Case(text, assignment, right)


def example(assignment: str, name: str) -> str:
    return (EVERY[assignment].folder / "examples" / name).read_text(encoding="utf-8")


def in_a_class(text: str) -> str:
    """Return the functions after HEAD as methods of a class."""
    body = text.removeprefix(HEAD).replace("(X, parameters)", "(self, X, parameters)")
    body = body.replace("n(parameters, cache", "n(self, parameters, cache")
    return f"{HEAD}\n\nclass Network:\n" + "".join(
        f"    {line}" if line.strip() else line for line in body.splitlines(keepends=True)
    )


PLANAR = """
import matplotlib.pyplot as plt
from planar_utils import plot_decision_boundary, sigmoid, load_planar_dataset
X, Y = load_planar_dataset()
plt.scatter(X[0, :], X[1, :], c=Y)
"""
SHALLOW = FORWARD["shallow-tanh"]
CASES = {
    "tanh": whole("shallow-tanh", columns(TANH), "averaged", right=True),
    "tanh, nothing but the output comes back": whole("shallow-tanh", columns(TANH), right=True),
    "tanh, slope of sigmoid": whole("shallow-tanh", columns(SIGMOID), "averaged", right=False),
    "tanh, no slope": whole("shallow-tanh", columns("1"), right=False),
    "tanh, one number as bias": whole("shallow-tanh", columns(TANH, bias="axis=None"), right=False),
    "tanh, mean missing once": whole("shallow-tanh", columns(TANH, m=""), right=False),
    "tanh, right for a summed cost": whole(
        "shallow-tanh", columns(TANH, m="").replace("/ m", ""), "averaged", right=False
    ),
    "tanh, right for a squared error": whole(
        "shallow-tanh", columns(TANH, delta="(A2 - Y) * A2 * (1 - A2)"), "averaged", right=False
    ),
    "tanh, with plots and a missing course module": Case(
        f"import numpy as np\n{PLANAR}{SHALLOW}{columns(TANH)}", "shallow-tanh", True
    ),
    "tanh, other names for the arguments": Case(
        (HEAD + SHALLOW + columns(TANH)).replace("parameters", "params"), "shallow-tanh", True
    ),
    "tanh in a class": Case(in_a_class(HEAD + SHALLOW + columns(TANH)), "shallow-tanh", True),
    "tanh, file trains": Case(
        f"{HEAD}{SHALLOW}{columns(TANH)}\nfor i in range(10**9):\n    print(i)\n",
        "shallow-tanh",
        True,
    ),
    "sigmoid": whole("shallow-sigmoid", columns(SIGMOID), "averaged", right=True),
    "sigmoid, slope of tanh": whole("shallow-sigmoid", columns(TANH), "averaged", right=False),
    "sigmoid, no cost, slope of tanh": whole("shallow-sigmoid", columns(TANH), right=False),
    "sigmoid, slope of relu": whole("shallow-sigmoid", columns(RELU), right=False),
    "softmax": whole("softmax-shallow", columns(TANH), "classes", right=True),
    "softmax, slope of sigmoid": whole("softmax-shallow", columns(SIGMOID), right=False),
    "softmax, mean missing once": whole("softmax-shallow", columns(TANH, m=""), right=False),
    "any depth": whole("backprop", loop("1 - A**2"), "averaged", right=True),
    "any depth, slope of relu": whole("backprop", loop("Z > 0"), right=False),
    "any depth, written for two layers": whole("backprop", columns(TANH), right=False),
    "any depth, the loop ends early": whole("backprop", loop("1 - A**2", last="2"), right=False),
    "relu, any depth": whole("deep-relu", loop("Z > 0"), "averaged", right=True),
    "relu, any depth, slope of tanh": whole("deep-relu", loop("1 - A**2"), right=False),
    "relu, any depth, no slope": whole("deep-relu", loop("1"), "averaged", right=False),
    "three kinds": whole("relu-sigmoid-softmax", three('cache["Z1"] > 0'), "classes", right=True),
    "three kinds, slope of sigmoid": whole(
        "relu-sigmoid-softmax", three('cache["A1"] * (1 - cache["A1"])'), right=False
    ),
    "rows": whole(
        "squared-error", rows("(A2 - Y) * A2 * (1 - A2)"), "half squared", right=True
    ),
    "rows, right for cross-entropy": whole("squared-error", rows("A2 - Y"), right=False),
    "rows, twice the error": whole(
        "squared-error", rows("2 * (A2 - Y) * A2 * (1 - A2)"), "squared", right=False
    ),
    "one example": whole("single-example", one_example("a2 - y"), right=True),
    "one example, wrong sign": whole("single-example", one_example("y - a2"), right=False),
    "caches": whole("l-model-backward", caches("relu_backward"), "averaged", right=True),
    "caches, sigmoid everywhere": whole(
        "l-model-backward", caches("sigmoid_backward"), right=False
    ),
    "flat tuple": whole("cached-tuple", example("cached-tuple", "right.py"), right=True),
    "dropout": whole("dropout", example("dropout", "right.py"), right=True),
    "penalty": whole("l2-regularized", example("l2-regularized", "right.py"), right=True),
    "rows and classes": whole("two-layer-net", example("two-layer-net", "right.py"), right=True),
    "in place": whole("update-in-place", example("update-in-place", "right.py"), right=True),
}  # fmt: skip


@functools.cache
def exam(name: str) -> Exam:
    return prepare(EVERY[name], 4)


def found(text: str, sandbox: Sandbox) -> Choice:
    return detect(source(text), sandbox, EVERY)


def passes(text: str, choice: Choice, sandbox: Sandbox) -> bool:
    if choice.refusal is not None:
        return False
    return grade(source(text), exam(choice.assignment_name), sandbox).all_correct


@pytest.mark.parametrize("name", CASES)
def test_a_whole_file_is_graded_for_what_it_was_written(name: str, sandbox: Sandbox) -> None:
    case = CASES[name]
    choice = found(case.text, sandbox)
    assert choice.assignment_name == case.assignment, choice.why
    assert choice.chosen == "detected"
    assert passes(case.text, choice, sandbox) == case.right


WITH_FORWARD = [
    (name, path)
    for name in FORWARD
    for path in sorted((EVERY[name].folder / "examples").glob("*.py"))
]


@pytest.mark.parametrize(
    ("name", "path"), WITH_FORWARD, ids=[f"{name}-{path.stem}" for name, path in WITH_FORWARD]
)
def test_every_example_is_recognised_by_its_forward_pass(
    name: str, path: Path, sandbox: Sandbox
) -> None:
    """Right or wrong: the backward function has no say."""
    text = HEAD + FORWARD[name] + path.read_text(encoding="utf-8")
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.refusal) == (name, None), choice.why


@pytest.mark.parametrize("name", ["whole_forward", "netForwardProp", "run_fwd", "batch_fprop"])
@pytest.mark.parametrize("assignment", ["shallow-sigmoid", "l-model-backward"])
def test_a_forward_pass_may_have_a_name_of_its_own(
    name: str, assignment: str, sandbox: Sandbox
) -> None:
    """A pass that is called by another one is a layer's, also where it stands first."""
    usual = "L_model_forward" if "model" in assignment else "forward_propagation"
    text = HEAD + FORWARD[assignment].replace(usual, name) + example(assignment, "right.py")
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == (assignment, "detected"), choice.why


@pytest.mark.parametrize("name", ["shallow-tanh", "shallow-sigmoid"])
@pytest.mark.parametrize("slope", [TANH, SIGMOID, RELU, "1"])
def test_without_a_forward_pass_two_layers_are_a_tie(
    name: str, slope: str, sandbox: Sandbox
) -> None:
    choice = found(HEAD + columns(slope), sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default")
    assert name in choice.others
    assert "--assignment shallow-tanh (or shallow-sigmoid, " in choice.why


@pytest.mark.parametrize(
    "path",
    [path for name in EVERY for path in (EVERY[name].folder / "examples").glob("wrong*.py")],
    ids=lambda path: f"{path.parts[-3]}-{path.stem}",
)
def test_a_wrong_function_alone_gains_nothing_by_the_choice(path: Path, sandbox: Sandbox) -> None:
    submission = read_submission(path, neighbours=False)
    choice = detect(submission, sandbox, EVERY)
    if choice.refusal is None:
        report = grade(submission, exam(choice.assignment_name), sandbox)
        assert not report.all_correct, choice.why


def test_a_cost_alone_rules_out_other_losses(sandbox: Sandbox) -> None:
    choice = found(HEAD + COST["classes"] + columns(TANH), sandbox)
    assert (choice.assignment_name, choice.chosen) == ("softmax-shallow", "detected")
    choice = found(HEAD + COST["averaged"] + columns(TANH), sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default")
    assert {"softmax-shallow", "squared-error"}.isdisjoint(choice.others)


NO_FIT = {
    "another network": (two_layers("relu", "sigmoid"), "averaged", "computes relu, then sigmoid"),
    "another loss": (two_layers("np.tanh", "sigmoid"), "squared", "squared error"),
}


@pytest.mark.parametrize("name", NO_FIT)
def test_a_file_that_no_assignment_fits_is_refused_with_what_to_type(
    name: str, sandbox: Sandbox
) -> None:
    """It may be right for its own network, so no verdict on its gradients would be true."""
    forward, cost, said = NO_FIT[name]
    choice = found(HEAD + forward + COST[cost] + columns(RELU), sandbox)
    assert choice.refusal is not None
    assert said in choice.refusal.message
    assert "--assignment shallow-tanh" in choice.refusal.message


def test_a_forward_pass_that_is_like_no_network_tells_nothing(sandbox: Sandbox) -> None:
    strange = SHALLOW.replace("sigmoid(Z2)", "np.sin(Z2)")
    choice = found(HEAD + strange + columns(TANH), sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def train(X):\n    return X\n", "no assignment fits"),
        (HEAD + columns(TANH).replace("cache, X, Y", "Q, R, S, T"), "Q, R, S, T"),
        (HEAD + columns(TANH).replace("parameters, cache, X, Y", "a, b, c"), "(a, b, c)"),
    ],
)
def test_an_unknown_function_falls_back_to_the_default(
    text: str, said: str, sandbox: Sandbox
) -> None:
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default")
    assert said in choice.why


@pytest.mark.parametrize(
    "text",
    [
        "",
        "def f(:\n",
        f"{HEAD}{columns(TANH)}\ndef forward(X, parameters):\n    while True:\n        pass\n",
        f"{HEAD}{columns(TANH)}\ndef forward(X, parameters):\n    import os\n    os._exit(0)\n",
        f"{HEAD}{columns(TANH)}\ndef forward(X, parameters):\n    return [0.0] * 10**6\n",
        f"{HEAD}{columns(TANH)}\ndef forward(*a, **k):\n    raise SystemExit\n",
        f"{HEAD}{columns(TANH)}\ndef compute_cost(AL, Y):\n    return float('nan')\n",
    ],
)
def test_what_goes_wrong_in_the_file_only_hides_clues(text: str, sandbox: Sandbox) -> None:
    choice = found(text, sandbox)
    assert (choice.assignment_name, choice.chosen) == ("backprop", "default")


def test_a_notebook_is_read_like_a_file(sandbox: Sandbox, tmp_path: Path) -> None:
    texts = ["%matplotlib inline\n" + HEAD, SHALLOW, "X = # your code\n", columns(SIGMOID)]
    cells = [{"cell_type": "code", "source": [text], "outputs": []} for text in texts]
    path = tmp_path / "work.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    choice = detect(read_submission(path), sandbox, EVERY)
    assert (choice.assignment_name, choice.chosen) == ("shallow-tanh", "detected")


def test_the_report_says_what_was_chosen_and_why(cli: Cli, tmp_path: Path) -> None:
    case = CASES["sigmoid, slope of tanh"]
    (tmp_path / "student.py").write_text(case.text, encoding="utf-8")
    done = cli("check", "student.py", "--seed", "1")
    assert done.returncode == 1
    assert "Assignment shallow-sigmoid, detected: the file has" in done.stdout
    assert "--assignment shallow-sigmoid --seed 1" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    report = json.loads(cli("check", "student.py", "--format", "json").stdout)
    assert report["assignment"]["chosen"] == "detected"
    assert "sigmoid, then sigmoid" in report["assignment"]["why"]
    given = cli("check", "student.py", "-a", "shallow-sigmoid", "--seed", "1").stdout
    assert "detected" not in given
    (tmp_path / "alone.py").write_text(HEAD + columns(TANH), encoding="utf-8")
    assert "Assignment backprop, the default: " in cli("check", "alone.py").stdout


def test_a_refused_file_has_no_points_and_exit_1(cli: Cli, tmp_path: Path) -> None:
    text = HEAD + two_layers("relu", "sigmoid") + columns(RELU)
    (tmp_path / "student.py").write_text(text, encoding="utf-8")
    done = cli("check", "student.py", "--seed", "1")
    assert done.returncode == 1
    assert "No assignment fits" in done.stdout
    assert "Score 0 / 100" in done.stdout
    assert "grader check student.py --seed 1" in done.stdout
