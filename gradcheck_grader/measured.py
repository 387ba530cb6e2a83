"""Gradients that were measured: their errors are those of a difference of two losses over a step.

The central difference is off by a third derivative times the square of the step, entry by entry,
which no rounding and no mistake imitates on many networks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from gradcheck_grader.comparison import Comparison
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.by_parameter import parameter_gradient
from gradcheck_grader.trials import Trial

STEP = 2e-4  # below the distance from any kink; its error is far above the rounding of losses
LEAST_COMPARISONS = 4
SHARE = 0.75  # of the networks that must show it: a step may cross a kink, or be a large one
NEAR = 0.02  # relative error, above which nothing was measured
ALIKE = 0.2  # how far the errors may be from the pattern, and two steps from each other


def steps_of(groups: Mapping[str, Sequence[Comparison]]) -> dict[str, float]:
    """Return the gradients that were measured, each with the step that gives its errors."""
    patterns: dict[Trial, dict[str, Array]] = {}
    found: dict[str, float] = {}
    for name, group in groups.items():
        if len(group) < LEAST_COMPARISONS or not _mostly(_is_near(item) for item in group):
            continue
        squares = []
        for item in group:
            if item.trial not in patterns:
                patterns[item.trial] = _pattern(item.trial)
            squares.append(_square(item, patterns[item.trial].get(name)))
        middle = float(np.median([square for square in squares if square > 0] or [0.0]))
        if middle and _mostly(abs(square / middle - 1.0) <= ALIKE for square in squares):
            found[name] = STEP * middle**0.5
    return found


def _mostly(answers: Iterable[bool]) -> bool:
    told = list(answers)
    return sum(told) >= SHARE * len(told)


def _is_near(item: Comparison) -> bool:
    truth = item.trial.truth[item.name]
    return bool(np.linalg.norm(_error(item)) <= NEAR * np.linalg.norm(truth))


def _error(item: Comparison) -> Array:
    assert item.values is not None
    return np.asarray(item.values - item.trial.truth[item.name])


def _pattern(trial: Trial) -> dict[str, Array]:
    """Return what central differences put into the answers; nothing where gradients were given."""
    if trial.given:
        return {}
    measured = parameter_gradient(trial.problem, "central", step=STEP)
    errors = {name: measured[name] - truth for name, truth in trial.gradients.items()}
    if trial.truth is trial.gradients:
        return errors
    return {name.removeprefix("d"): -trial.rate * error for name, error in errors.items()}


def _square(item: Comparison, pattern: Array | None) -> float:
    """Return k where the errors are k times the pattern; 0 where they are not."""
    error = _error(item)
    if pattern is None or not pattern.any():
        return 0.0
    k = float(np.vdot(pattern, error) / np.vdot(pattern, pattern))
    return k if np.linalg.norm(error - k * pattern) <= ALIKE * np.linalg.norm(error) else 0.0
