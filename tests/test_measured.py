"""Gradients that are differences of losses over a step are told apart from single precision."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck_grader.answer import Entry
from gradcheck_grader.assignment import Accept
from gradcheck_grader.comparison import Comparison, compare
from gradcheck_grader.exam import prepare
from gradcheck_grader.measured import steps_of
from gradcheck_grader.reference.by_parameter import parameter_gradient
from gradcheck_grader.reference.network import Arrays
from gradcheck_grader.trials import Trial
from gradcheck_grader.verify.mutants import Mutant, mutants
from tests.conftest import Grade, built_in
from tests.test_inexact import Answer, in_float32, judged, shifted


def measured(step: float) -> Answer:
    def answer(trial: Trial) -> Arrays:
        found = parameter_gradient(trial.problem, "central", step=step)
        return {name: found[name] for name in trial.truth}

    return answer


ASSIGNMENTS = ["shallow-tanh", "relu-sigmoid-softmax", "squared-error", "single-example"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.parametrize("step", [1e-3, 1e-4])
def test_a_difference_over_a_step_is_no_single_precision(
    step: float, assignment: str, seed: int
) -> None:
    _, reasons = judged(measured(step), assignment, seed=seed)
    assert reasons
    assert set(reasons) <= {"numerical-derivative", "fewer-digits"}
    for reason in reasons.values():
        told = reason.evidence.endswith(f"a step of about {step:.0e}")
        assert told or (reason.id == "fewer-digits" and "right to about" in reason.evidence)
        assert reason.mistake == (reason.id == "numerical-derivative")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_one_within_the_bound_of_single_precision_is_a_note(assignment: str, seed: int) -> None:
    verdicts, _ = judged(measured(1e-4), assignment, seed=seed)
    assert all(met == {"correct"} for met in verdicts.values())
    verdicts, _ = judged(measured(1e-4), assignment, Accept(float32="mistake"), seed)
    assert all("wrong" in met for met in verdicts.values())


@pytest.mark.parametrize("seed", range(3))
def test_rounding_and_guards_are_not_taken_for_it(seed: int) -> None:
    assert set(judged(in_float32, seed=seed)[1]) == {"float32"}
    for change in (lambda v: v * 1.0001, lambda v: v + 1e-5, lambda v: v + 1e-4 * v**3):
        assert not judged(shifted(change), seed=seed)[1]


@pytest.mark.parametrize("assignment", ["shallow-tanh", "relu-sigmoid-softmax", "dropout"])
def test_no_known_mistake_is_taken_for_it(assignment: str) -> None:
    part = built_in(assignment).parts[0]
    bench = prepare(built_in(assignment), 1).papers[0].bench
    for mutant in mutants(part, bench):
        groups: dict[str, list[Comparison]] = {}
        for number, trial in enumerate(bench.trials):
            for name, value in answered(mutant, number).items():
                if value.shape == trial.truth[name].shape and np.isfinite(value).all():
                    item = compare(trial, name, Entry(value, value.shape, "float64"))
                    groups.setdefault(name, []).append(item)
        wrong = {
            name: items
            for name, items in groups.items()
            if any(item.verdict != "correct" for item in items)
        }
        assert not steps_of(wrong), mutant.id


def answered(mutant: Mutant, number: int) -> Arrays:
    try:
        with np.errstate(all="ignore"):
            return {name: np.asarray(value) for name, value in mutant.answer(number).items()}
    except ValueError:  # a formula that is no case of the mistake on this network
        return {}


CODE = """
import numpy as np

def loss(p, X, Y):
    high = 1 / (1 + np.exp(-p["W2"] @ np.tanh(p["W1"] @ X + p["b1"]) - p["b2"]))
    return -np.mean(Y * np.log(high) + (1 - Y) * np.log(1 - high))

def backward_propagation(parameters, cache, X, Y):
    found = {}
    for name, array in parameters.items():
        found["d" + name] = np.empty(array.shape)
        for place, value in np.ndenumerate(array):
            ends = []
            for moved in (value + STEP, value - STEP):
                changed = array.copy()
                changed[place] = moved
                ends.append(loss(parameters | {name: changed}, X, Y))
            found["d" + name][place] = (ends[0] - ends[1]) / (2 * STEP)
    return found
"""


def test_too_large_a_step_is_told(grade_text: Grade) -> None:
    report = grade_text(CODE.replace("STEP", "2e-3"))
    told = [finding for finding in report.findings if finding.severity == "mistake"]
    assert [finding.id for finding in told] == ["numerical-derivative"]
    assert told[0].evidence == "the errors of a central difference with a step of about 2e-03"
