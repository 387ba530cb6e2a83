"""Class numbers: all occur, unless an assignment minds who counts them, and then that is told."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.models import Finding, GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.trials import Trial, draw_trials
from tests.conftest import built_in, made_of, source

PROGRAM = """
import numpy as np

def encoded(y, units):
    codes = np.zeros((len(y), {classes}))
    codes[range(len(y)), {places}] = 1
    return codes

def backward(X, y, parameters, cache):
    units = parameters["b2"].size
    delta = (cache["A2"] - encoded(y, units)) / {divisor}
    below = delta @ parameters["W2"].T
    below[cache["Z1"] <= 0] = 0
    return {{
        "dW1": X.T @ below, "db1": below.sum(0), "dW2": cache["A1"].T @ delta, "db2": delta.sum(0)
    }}
"""
SEEDS = range(1, 7)
Here = Callable[..., GradeReport]


def program(classes: str = "units", places: str = "y", divisor: str = "len(y)") -> str:
    return PROGRAM.format(classes=classes, places=places, divisor=divisor)


def lacking(trials: tuple[Trial, ...]) -> list[set[int]]:
    """Return of every trial the classes that no example belongs to."""
    return [{*np.flatnonzero(~trial.problem.Y.any(axis=1)).tolist()} for trial in trials]


def told(report: GradeReport) -> list[Finding]:
    return [item for item in report.findings if item.id == "classes-from-labels"]


@pytest.mark.parametrize("seed", SEEDS)
def test_class_numbers_lack_the_last_class_in_some_networks_and_the_first_in_others(
    seed: int,
) -> None:
    trials = draw_trials(demanding().parts[0], seed)
    last = [trial.problem.network.widths[-1] - 1 for trial in trials]
    pairs = list(zip(last, lacking(trials), strict=True))
    without_last = [number for number, missing in pairs if number in missing]
    assert len(without_last) >= 2
    assert len(set(without_last)) >= 2  # so that no number of classes is all that they share
    assert any(0 in missing and number not in missing for number, missing in pairs)
    assert len(without_last) < len(trials) / 2


def demanding() -> Assignment:
    """Return an assignment that minds who counts the classes by the labels."""
    values = asdict(built_in("two-layer-net"))
    for part in (values, *values["parts"]):
        if "network" in part:
            part["network"]["every_class"] = False
    return made_of(values)


@pytest.fixture(scope="module")
def grade_here(sandbox: Sandbox) -> Here:
    """Return what grades a text with the demanding assignment."""
    exam = functools.cache(lambda seed: prepare(demanding(), seed))
    return lambda text, seed=1: grade(source(text), exam(seed), sandbox)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_class_occurs_unless_an_assignment_minds(seed: int) -> None:
    trials = draw_trials(built_in("two-layer-net").parts[0], seed)
    assert not any(lacking(trials))
    first = {int(trial.problem.Y[:, 0].argmax()) for trial in trials}
    assert len(first) >= 3


@pytest.mark.parametrize("name", ["softmax-shallow", "relu-sigmoid-softmax"])
def test_one_hot_labels_hold_the_last_class_everywhere(name: str) -> None:
    for seed in SEEDS:
        for trial in draw_trials(built_in(name).parts[0], seed):
            assert trial.problem.Y[-1].any()


@pytest.mark.parametrize("classes", ["units", "parameters_units(y, units)"])
def test_who_takes_the_classes_from_the_network_is_right(classes: str, grade_here: Here) -> None:
    text = (
        program(classes) + "\ndef parameters_units(y, units):\n    return max(units, y.max() + 1)\n"
    )
    assert grade_here(text).all_correct


@pytest.mark.parametrize("seed", SEEDS)
def test_who_counts_to_the_largest_label_is_told(seed: int, grade_here: Here) -> None:
    report = grade_here(program("y.max() + 1"), seed)
    assert report.score == 0
    (finding,) = told(report)
    assert "last class" in finding.message
    assert finding.gradients == ("dW2", "db2", "dW1", "db1")
    assert {row.verdict for row in report.gradients} == {"error"}
    assert not [item for item in report.findings if item.id.startswith("one-")]


def test_who_counts_the_labels_that_differ_is_told(grade_here: Here) -> None:
    text = program("len(np.unique(y))", "np.searchsorted(np.unique(y), y)")
    (finding,) = told(grade_here(text))
    assert "some class" in finding.message


def test_another_slip_beside_it_is_told_as_well(grade_here: Here) -> None:
    report = grade_here(program("y.max() + 1", divisor="1"))
    assert {item.id for item in report.findings} == {"classes-from-labels", "missing-mean"}


def test_it_is_right_where_nobody_minds(sandbox: Sandbox) -> None:
    exam = prepare(built_in("two-layer-net"), 1)
    assert grade(source(program("y.max() + 1")), exam, sandbox).all_correct


def test_a_function_that_stops_for_another_reason_is_not_said_to_count_classes(
    grade_here: Here,
) -> None:
    text = program().replace("    below =", "    assert units != 4\n    below =")
    assert not told(grade_here(text))
