"""Functions that take the step themselves: their new parameters as gradients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.search.explanation import Case
from gradcheck_grader.diagnosis.search.spread import taken_off
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import gradient_of, is_bias, parameter_of
from gradcheck_grader.reference.rounding import UNIT_ROUNDOFF
from gradcheck_grader.trials import Trial

LOST = "old-parameter-missing"


def case_of_step(trial: Trial, came_back: Sequence[Comparison]) -> Case:
    """Return the gradients that were taken off the parameters, of the shapes that they had."""
    values: dict[str, Array | None] = {}
    raw: dict[str, Array] = {}
    for item in came_back:
        name, before = gradient_of(item.name), trial.problem.parameters[item.name]
        taken = None if item.values is None else before - item.values
        if item.raw is not None:
            taken = taken_off(before, item.raw)
        turned = taken is not None and taken.shape == before.shape[::-1]
        if taken is not None and turned and is_bias(item.name):
            taken = taken.reshape(before.shape)  # told by ``spread.py``
        if taken is None or taken.shape == before.shape:
            values[name] = None if taken is None else taken / trial.rate
        else:
            raw[name] = taken / trial.rate
    return Case(trial, values, raw)


def is_without_old(arrays: Sequence[Array], trials: Sequence[Trial], name: str) -> bool:
    """Return whether the new parameter is nothing but a multiple of the gradient, everywhere.

    ``arrays`` are what was taken off over the learning rate. One multiple serves all networks.
    """
    factors = []
    for array, trial in zip(arrays, trials, strict=True):
        before, gradient = trial.problem.parameters[parameter_of(name)], trial.gradients[name]
        if array.shape != before.shape:
            return False
        after = before - trial.rate * array
        factor = float(np.vdot(gradient, after)) / float(np.vdot(gradient, gradient))
        lost = 8.0 * UNIT_ROUNDOFF * float(np.abs(before).max() + np.abs(after).max())
        if np.abs(after - factor * gradient).max() > 1e-9 * np.abs(after).max() + lost:
            return False
        factors.append(factor)
    return factors[0] != 0.0 and bool(np.allclose(factors, factors[0], rtol=1e-6, atol=0.0))
