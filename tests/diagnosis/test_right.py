"""Right gradients, however they are written, are never accused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck_grader.diagnosis.search.programs import Program
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.trials import Trial

from .conventions import CONVENTIONS, room

Backward = Callable[[Trial], dict[str, Array]]


def one_by_one(trial: Trial) -> dict[str, Array]:
    """Loop over the examples, as a textbook does."""
    problem, cache = trial.problem, trial.cache
    found = {k: np.zeros_like(v) for k, v in trial.truth.items()}
    for i in range(problem.m):
        delta = cache["A2"][:, i : i + 1] - problem.Y[:, i : i + 1]
        found["dW2"] += delta @ cache["A1"][:, i : i + 1].T
        found["db2"] += delta
        delta = (problem.parameters["W2"].T @ delta) * (1 - cache["A1"][:, i : i + 1] ** 2)
        found["dW1"] += delta @ problem.X[:, i : i + 1].T
        found["db1"] += delta
    return {k: v / problem.m for k, v in found.items()}


def unfused(trial: Trial) -> dict[str, Array]:
    """Every link of the chain by itself, the mean taken early, the slope as 1 / cosh^2."""
    problem, cache = trial.problem, trial.cache
    a, y, m = cache["A2"], problem.Y, problem.m
    dA2 = -(y / a - (1 - y) / (1 - a)) / m
    dZ2 = dA2 * a * (1 - a)
    dZ1 = np.einsum("ji,jk->ik", problem.parameters["W2"], dZ2) / np.cosh(cache["Z1"]) ** 2
    return {
        "dW2": np.einsum("ik,jk->ij", dZ2, cache["A1"]),
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dW1": np.einsum("ik,jk->ij", dZ1, problem.X),
        "db1": dZ1.sum(axis=1, keepdims=True),
    }


def elementwise(trial: Trial) -> dict[str, Array]:
    """Products that are right for one output unit only."""
    problem, cache = trial.problem, trial.cache
    dZ2 = cache["A2"] - problem.Y
    dZ1 = np.multiply(problem.parameters["W2"].T, dZ2) * (1 - np.power(cache["A1"], 2))
    return {
        "dW2": np.dot(dZ2, cache["A1"].T) / problem.m,
        "db2": np.sum(dZ2).reshape(1, 1) / problem.m,
        "dW1": np.dot(dZ1, problem.X.T) / problem.m,
        "db1": np.mean(dZ1, axis=1).reshape(-1, 1),
    }


@pytest.mark.parametrize("backward", [one_by_one, unfused, elementwise])
@pytest.mark.parametrize("seed", range(5))
def test_unusual_right_code_is_not_accused(backward: Backward, seed: int) -> None:
    here = room("A tanh, sigmoid, mean", seed)
    found = here.explain_results([backward(trial) for trial in here.bench.trials])
    assert not found.causes
    assert found.unexplained is None
    assert {charge.standing for charge in found.gradients.values()} == {"correct"}


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_right_chain_is_not_accused(convention: str) -> None:
    here = room(convention)
    for early in (False, True):
        found = here.explain(Program({}, {}, {}, early))
        assert {charge.standing for charge in found.gradients.values()} == {"correct"}


def test_a_slip_in_single_precision_is_named_but_only_likely() -> None:
    here = room("A tanh, sigmoid, mean")
    results = []
    for trial in here.bench.trials:
        cache = {k: v.astype(np.float32) for k, v in trial.cache.items()}
        W2, X = trial.problem.parameters["W2"].astype(np.float32), cache["A0"]
        m, dZ2 = np.float32(trial.problem.m), cache["A2"] - trial.problem.Y.astype(np.float32)
        dZ1 = W2.T @ dZ2
        found = {"dW2": dZ2 @ cache["A1"].T, "dW1": dZ1 @ X.T}
        found |= {"db2": dZ2.sum(1, keepdims=True), "db1": dZ1.sum(1, keepdims=True)}
        results.append({k: (v / m).astype(np.float64) for k, v in found.items()})
    found_ = here.explain_results(results)
    assert [cause.id for cause in found_.causes] == ["hidden-missing-gprime"]
    assert found_.causes[0].confidence == "likely"


def test_values_that_are_right_to_some_digits_are_said_to_be_so() -> None:
    here = room("A tanh, sigmoid, mean")
    results = here.truth()
    for found in results:
        found["dW1"] = found["dW1"] + 1e-7
    explanation = here.explain_results(results)
    assert not explanation.causes
    assert explanation.unexplained is not None
    said = "Your dW1 has the right values to some digits only."
    assert explanation.unexplained.pattern.startswith(said)
    assert explanation.gradients["dW1"].standing == "unknown"
