"""Float32, guards and rounding are recognised by name; merely close answers stay wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from gradcheck_grader.answer import Entry
from gradcheck_grader.assignment import Accept
from gradcheck_grader.comparison import Comparison, compare
from gradcheck_grader.inexact import Inexact, recognise
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import Arrays, Problem, backward, forward, loss
from gradcheck_grader.trials import Trial, draw_trials
from tests.conftest import built_in

Answer = Callable[[Trial], Arrays]


def judged(
    answer: Answer, assignment: str = "shallow-tanh", accept: Accept | None = None, seed: int = 3
) -> tuple[dict[str, set[str]], dict[str, Inexact]]:
    """Return the verdicts met for each gradient, and the reasons recognised."""
    trials = draw_trials(built_in(assignment).parts[0], seed)
    comparisons = [
        compare(trial, name, Entry(np.asarray(value), value.shape, str(value.dtype)))
        for trial in trials
        for name, value in answer(trial).items()
    ]
    marked, reasons = recognise(comparisons, accept or Accept())
    verdicts: dict[str, set[str]] = {}
    for item in marked:
        verdicts.setdefault(item.name, set()).add(item.verdict)
    return verdicts, reasons


def single(values: Arrays) -> dict[str, Array]:
    return {name: value.astype(np.float32) for name, value in values.items()}


def in_float32(trial: Trial) -> Arrays:
    """Return gradients that were computed in single precision and cast to double."""
    problem = trial.problem
    rough = Problem(
        problem.network,
        single(problem.parameters),
        problem.X.astype(np.float32),
        problem.Y.astype(np.float32),
        problem.masks,
    )
    cache = single(forward(rough))
    gradients, _ = backward(rough, cache, (cache["A2"] - rough.Y).astype(np.float32))
    return {name: value.astype(np.float32).astype(np.float64) for name, value in gradients.items()}


def guarded(epsilon: float) -> Answer:
    def answer(trial: Trial) -> Arrays:
        a, y = trial.cache["A2"], trial.problem.Y
        da = -(y / (a + epsilon)) + (1 - y) / (1 - a + epsilon)
        return backward(trial.problem, trial.cache, da * a * (1 - a))[0]

    return answer


@pytest.mark.parametrize("assignment", ["shallow-tanh", "relu-sigmoid-softmax"])
def test_a_guard_in_the_average_is_recognised_too(assignment: str) -> None:
    def answer(trial: Trial) -> Arrays:
        m = trial.problem.m
        return {name: value * m / (m + 1e-8) for name, value in trial.truth.items()}

    verdicts, reasons = judged(answer, assignment)
    assert all(met == {"correct"} for met in verdicts.values())
    assert "guard" in reasons


def rounded(decimals: int) -> Answer:
    return lambda trial: {k: np.round(v, decimals) for k, v in trial.truth.items()}


def shifted(change: Callable[[Array], Array]) -> Answer:
    return lambda trial: {k: change(v) for k, v in trial.truth.items()}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("assignment", ["shallow-tanh", "shallow-sigmoid"])
def test_single_precision_inside_is_a_note_at_full_points(assignment: str, seed: int) -> None:
    verdicts, reasons = judged(in_float32, assignment, seed=seed)
    assert all(met == {"correct"} for met in verdicts.values())
    assert not reasons["float32"].mistake


ROUND = np.float32


def cast(trial: Trial, names: tuple[str, ...]) -> Arrays:
    """Return gradients in double precision, from values of which some were cast to float32."""
    known = {**trial.problem.parameters, **trial.cache}
    known |= {name: known[name].astype(ROUND).astype(np.float64) for name in names}
    problem = replace(trial.problem, parameters=known)
    output = known[f"A{trial.problem.network.depth}"]
    return backward(problem, known, output - trial.problem.Y)[0]


def with_a_rounded_mean(trial: Trial) -> Arrays:
    """Return gradients of which 1/m was rounded first, and everything else in each layer."""
    problem, scale = trial.problem, ROUND(1 / trial.problem.m)
    network, known = problem.network, {**problem.parameters, **trial.cache}
    rough = {name: value.astype(ROUND) for name, value in known.items()}
    delta = scale * (rough[f"A{network.depth}"] - problem.Y.astype(ROUND))
    gradients = {}
    for layer in range(network.depth, 0, -1):
        gradients[f"dW{layer}"] = (delta @ rough[f"A{layer - 1}"].T).astype(np.float64)
        gradients[f"db{layer}"] = delta.sum(axis=1, keepdims=True).astype(np.float64)
        if layer > 1:
            back = rough[f"W{layer}"].T @ delta
            delta = network.activation(layer - 1).pull_back(rough[f"Z{layer - 1}"], back)
    return gradients


IN_ONE_PLACE: list[tuple[str, Answer]] = [
    ("deep-relu", with_a_rounded_mean),
    ("single-example", lambda trial: cast(trial, ("A2",))),
    ("shallow-tanh", lambda trial: cast(trial, ("W2",))),
    ("shallow-tanh", lambda trial: cast(trial, ("A2", "W2"))),
    (
        "shallow-tanh",
        lambda trial: {
            name: value * (float(ROUND(1 / trial.problem.m)) * trial.problem.m)
            for name, value in trial.truth.items()
        },
    ),
]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("assignment", "answer"), IN_ONE_PLACE)
def test_one_rounded_number_that_moves_a_whole_network_is_a_note(
    assignment: str, answer: Answer, seed: int
) -> None:
    verdicts, reasons = judged(answer, assignment, seed=seed)
    assert all(met == {"correct"} for met in verdicts.values())
    assert set(reasons) <= {"float32", "fewer-digits"}


def quotients(trial: Trial, step: float) -> Arrays:
    """Return central differences of the loss, as a loop over all entries makes them."""
    problem, gradients = trial.problem, {}
    for name, value in problem.parameters.items():
        slopes = np.zeros(value.shape)
        for entry in np.ndindex(value.shape):
            high, low = (value.copy(), value.copy())
            high[entry] += step
            low[entry] -= step
            moved = [
                replace(problem, parameters=problem.parameters | {name: v}) for v in (high, low)
            ]
            slopes[entry] = (loss(moved[0]) - loss(moved[1])) / (2 * step)
        gradients[f"d{name}"] = slopes
    return gradients


@pytest.mark.parametrize("step", [1e-6, 1e-7])
def test_a_difference_quotient_is_not_put_down_to_single_precision(step: float) -> None:
    for seed in (1, 2):
        _, reasons = judged(lambda trial: quotients(trial, step), seed=seed)
        assert "float32" not in reasons


def test_single_precision_is_a_mistake_where_the_assignment_says_so() -> None:
    verdicts, reasons = judged(in_float32, accept=Accept(float32="mistake"))
    assert reasons["float32"].mistake
    assert all("wrong" in met for met in verdicts.values())


def test_float32_arrays_are_wrong_where_the_assignment_says_so() -> None:
    verdicts, _ = judged(
        lambda trial: {k: v.astype(np.float32) for k, v in trial.truth.items()},
        accept=Accept(float32="mistake"),
    )
    assert all(met == {"wrong"} for met in verdicts.values())


@pytest.mark.parametrize("epsilon", [1e-12, 1e-10, 2e-8, 5e-8, 1e-8, 1e-7])
def test_a_small_guard_is_a_note_at_full_points(epsilon: float) -> None:
    verdicts, reasons = judged(guarded(epsilon))
    assert all(met == {"correct"} for met in verdicts.values())
    assert reasons["guard"].evidence == f"a guard of {epsilon:.0e} is inside"


@pytest.mark.parametrize("epsilon", [2.0**-23, 2e-7, 1e-6, 1e-5, 3e-4, 1e-3])
def test_a_large_guard_is_a_mistake_and_named(epsilon: float) -> None:
    verdicts, reasons = judged(guarded(epsilon))
    assert all(met == {"wrong"} for met in verdicts.values())
    assert reasons["guard"].mistake


def test_a_guard_does_not_hide_another_mistake() -> None:
    def answer(trial: Trial) -> Arrays:
        gradients = dict(guarded(1e-8)(trial))
        return gradients | {"dW1": gradients["dW1"] * 2}

    verdicts, reasons = judged(answer)
    assert "guard" in reasons
    assert verdicts["dW1"] == {"wrong"}
    assert verdicts["dW2"] == {"correct"}


@pytest.mark.parametrize("decimals", [3, 4, 6, 8])
def test_rounding_is_a_mistake_and_named(decimals: int) -> None:
    verdicts, reasons = judged(rounded(decimals))
    assert reasons["rounded"].evidence == f"rounded to {decimals} decimals"
    assert all("wrong" in met for met in verdicts.values())


def test_rounding_is_a_note_where_the_assignment_says_so() -> None:
    verdicts, _ = judged(rounded(6), accept=Accept(rounded="note"))
    assert all(met == {"correct"} for met in verdicts.values())


def halved(change: Callable[[Array], Array]) -> Answer:
    return lambda trial: {k: change(v).astype(np.float16) for k, v in trial.truth.items()}


@pytest.mark.parametrize("assignment", ["shallow-tanh", "relu-sigmoid-softmax"])
def test_right_values_in_half_precision_are_rounded(assignment: str) -> None:
    verdicts, reasons = judged(halved(lambda v: v), assignment)
    assert reasons["rounded"].evidence == "in half precision"
    assert all("wrong" in met for met in verdicts.values())
    noted, _ = judged(halved(lambda v: v), assignment, Accept(rounded="note"))
    assert all(met == {"correct"} for met in noted.values())


@pytest.mark.parametrize(
    "change", [lambda v: -v, lambda v: np.full(v.shape, 42.0), lambda v: v * 1.01, np.zeros_like]
)
def test_wrong_values_in_half_precision_are_wrong(change: Callable[[Array], Array]) -> None:
    verdicts, reasons = judged(halved(change), accept=Accept(rounded="note"))
    assert all("wrong" in met for met in verdicts.values())
    assert not reasons


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v + 4e-7,
        lambda v: v + 1e-9,
        lambda v: v * (1 + 1e-7),
        lambda v: v * (1 - 3e-8),
        lambda v: v * (1 + 3e-8),
        lambda v: v * (1 + 1e-7 / v.size),
        lambda v: v + 1e-8 * np.sign(v),
        lambda v: np.where(np.arange(v.size).reshape(v.shape) == 0, v * (1 + 1e-7), v),
    ],
)
@pytest.mark.parametrize("assignment", ["shallow-tanh", "deep-relu", "relu-sigmoid-softmax"])
def test_an_answer_that_is_merely_close_is_wrong_and_not_recognised(
    change: Callable[[Array], Array], assignment: str
) -> None:
    verdicts, reasons = judged(shifted(change), assignment)
    assert all("wrong" in met for met in verdicts.values())
    assert not reasons


def test_comparisons_of_right_answers_are_left_alone() -> None:
    verdicts, reasons = judged(lambda trial: trial.truth)
    assert all(met == {"correct"} for met in verdicts.values())
    assert not reasons


def test_a_marked_comparison_keeps_its_numbers() -> None:
    trial = draw_trials(built_in("shallow-tanh").parts[0], 3)[0]
    value = np.round(trial.truth["dW1"], 4)
    before: Comparison = compare(trial, "dW1", Entry(value, value.shape, "float64"))
    (after,), _ = recognise([before], Accept())
    assert after.values is before.values
    assert after.notes == ("rounded",)


@pytest.mark.parametrize("seed", range(3))
def test_errors_far_below_those_of_float32_are_not_put_down_to_it(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def measured(trial: Trial) -> Arrays:
        noise = {name: rng.normal(size=value.shape) for name, value in trial.truth.items()}
        return {name: value + 1e-11 * noise[name] for name, value in trial.truth.items()}

    verdicts, reasons = judged(measured)
    assert all(met == {"correct"} for met in verdicts.values())
    assert set(reasons) == {"fewer-digits"}
    assert reasons["fewer-digits"].evidence.startswith("right to about ")


def test_float32_is_still_called_so() -> None:
    for seed in range(3):
        assert set(judged(in_float32, seed=seed)[1]) == {"float32"}
