"""Rare regimes are met: units close to a kink, a confident wrong output, a large gradient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck_grader.reference.network import Problem, forward
from gradcheck_grader.trials import draw_trials
from tests.conftest import ASSIGNMENTS, Grade, built_in

TEXT = """
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    depth, m, grads = len(parameters) // 2, X.shape[1], {}
    output = OUTPUT(cache[f"A{depth}"])
    delta = (output - Y) / m
    for layer in range(depth, 0, -1):
        below = cache[f"A{layer - 1}"] if layer > 1 else X
        grads[f"dW{layer}"] = CUT(delta @ below.T)
        grads[f"db{layer}"] = CUT(delta.sum(axis=1, keepdims=True))
        if layer > 1:
            z = cache[f"Z{layer - 1}"]
            delta = parameters[f"W{layer}"].T @ delta * SLOPE
    return grads
"""
RIGHT = {"OUTPUT": "", "CUT": "", "SLOPE": "(z > 0)"}
WRONG = [
    {"SLOPE": "(below > 0.01)"},
    {"SLOPE": "(z > -0.01)"},
    {"OUTPUT": "(lambda a: np.clip(a, 0.01, 0.99))"},
    {"OUTPUT": "(lambda a: np.clip(a, 0.05, 0.95))"},
    {"CUT": "(lambda g: np.clip(g, -1, 1))"},
]
STILL_RIGHT = [
    {},
    {"SLOPE": "(z >= 0)"},
    {"SLOPE": "(z > 1e-6)"},
    {"SLOPE": "(z.astype(np.float32) > 0)"},
    {"OUTPUT": "(lambda a: np.clip(a, 1e-7, 1 - 1e-7))"},
    {"OUTPUT": "(lambda a: np.clip(a, 1e-3, 1 - 1e-3))"},
    {"CUT": "(lambda g: g.astype(np.float32))"},
]


def code(changes: dict[str, str]) -> str:
    text = TEXT
    for name, value in (RIGHT | changes).items():
        text = text.replace(name, value)
    return text


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("changes", WRONG, ids=str)
def test_what_is_right_far_from_the_edges_only_is_wrong(
    changes: dict[str, str], seed: int, grade_text: Grade
) -> None:
    assert not grade_text(code(changes), "deep-relu", seed).all_correct


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("changes", STILL_RIGHT, ids=str)
def test_what_no_network_can_tell_from_right_stays_right(
    changes: dict[str, str], seed: int, grade_text: Grade
) -> None:
    assert grade_text(code(changes), "deep-relu", seed).all_correct


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_last_networks_of_a_part_are_at_the_edges(name: str) -> None:
    for part in built_in(name).parts:
        *_, extreme, near = draw_trials(part, 5)
        network = near.problem.network
        for layer in network.layers[:-1]:
            z = near.cache[f"Z{layer}"]
            if network.activation(layer).kinked:
                assert np.any((z > 0) & (z < 0.0051))
                assert np.any((z < 0) & (z > -0.0051))
                assert np.abs(z).min() > 0.0009
        if "cross_entropy" in network.loss:
            output = extreme.cache[f"A{extreme.problem.network.depth}"]
            odds = 1.0 - np.abs(output - extreme.problem.Y)
            assert odds.min() < 0.0031
            assert odds.min() > 1e-4


@pytest.mark.parametrize("seed", range(3))
def test_a_step_of_a_numerical_derivative_crosses_no_kink(seed: int) -> None:
    """A loop over all parameters with a step of 1e-6 moves no unit from one side to the other."""
    for trial in draw_trials(built_in("deep-relu").parts[0], seed)[-2:]:
        problem, sides = trial.problem, on_sides(trial.problem)
        for name, value in problem.parameters.items():
            for entry in np.ndindex(value.shape):
                for step in (-1e-6, 1e-6):
                    moved = value.copy()
                    moved[entry] += step
                    parameters = {**problem.parameters, name: moved}
                    assert on_sides(replace(problem, parameters=parameters)) == sides


def on_sides(problem: Problem) -> list[bytes]:
    """Return on which side of its kink each hidden unit is for each example."""
    cache = forward(problem)
    return [(cache[f"Z{layer}"] > 0).tobytes() for layer in problem.network.layers[:-1]]
