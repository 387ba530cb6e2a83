"""The reference against the numerical derivatives, on the trials of several seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.comparison import excess_error
from gradcheck_grader.errors import DisagreementError
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.by_node import node_gradient
from gradcheck_grader.reference.by_parameter import parameter_gradient
from gradcheck_grader.reference.rounding import error_bound, tolerance
from gradcheck_grader.trials import Trial, draw_trials

WITNESSED = 2000  # parameters, up to which W itself is perturbed as well


@dataclass(frozen=True, slots=True)
class Agreement:
    """Trials that were drawn, those whose parameters were perturbed too, and the largest error.

    ``largest`` is in units of what rounding allows: 1 would be a disagreement.
    """

    trials: int
    witnessed: int
    largest: float


def agreement(assignment: Assignment, seeds: Sequence[int]) -> Agreement:
    """Return how well reference and numerical derivatives agree.

    Raises
    ------
    DisagreementError
        If they do not on some trial, or if no telling trial can be drawn.
    """
    trials = [trial for s in seeds for part in assignment.parts for trial in draw_trials(part, s)]
    witnessed = [trial for trial in trials if _parameters(trial) <= WITNESSED]
    errors = [_error(t, node_gradient(t.problem, t.cache)) for t in trials]
    errors += [_error(t, parameter_gradient(t.problem)) for t in witnessed]
    largest = float(np.max(errors))  # of which what is no number is one, unlike that of max()
    if not largest <= 1.0:
        raise DisagreementError(
            f"reference and numerical derivative are {largest:.1f} times too far apart",
            where=f"the trials of {assignment.name}",
            remedy="This is a fault of the grader, not of the assignment. Please report it.",
        )
    return Agreement(len(trials), len(witnessed), largest)


def _parameters(trial: Trial) -> int:
    return sum(array.size for array in trial.problem.parameters.values())


def _error(trial: Trial, numerical: dict[str, Array]) -> float:
    bound = error_bound(trial.problem, trial.cache, trial.deltas)
    errors = [
        excess_error(numerical[name], value, tolerance(bound[name])).max()
        for name, value in trial.gradients.items()
    ]
    return float(np.max(errors))
