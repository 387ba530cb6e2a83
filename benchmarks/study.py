"""How much room the rounding rule leaves correct work, and how small a slip it still sees."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from gradcheck_grader.reference.network import Network, Problem, backward, forward
from gradcheck_grader.reference.rounding import (
    FACTOR,
    FACTOR_SINGLE,
    UNIT_ROUNDOFF,
    UNIT_ROUNDOFF_SINGLE,
    error_bound,
    tolerance,
)
from tests.reference.variants import STYLES, written

from .networks import SIZES, case
from .peers import installed

SEEDS = 40
RULES = (
    (np.float64, UNIT_ROUNDOFF, FACTOR),
    (np.float32, UNIT_ROUNDOFF_SINGLE, FACTOR_SINGLE),
)


def study_table() -> str:
    """Return both findings in words and a table."""
    lines = [
        "### The rule |answer - truth| <= factor u S",
        "",
        "Correct backpropagation in "
        f"{len(STYLES)} styles of writing, computed in one precision throughout, on networks of "
        "every kind (activations x losses x reductions x penalties x dropout x depth 1 to 6).",
        "",
        "| precision | factor | correct runs | false failures | largest error / (u S) |",
        "|---|--:|--:|--:|--:|",
    ]
    if installed("hypothesis"):
        for dtype, unit, factor in RULES:
            ratios = np.array(worst_ratios(dtype, unit))
            failures = int(np.sum(ratios > factor))
            name = np.dtype(dtype).name
            lines.append(
                f"| {name} | {factor:g} | {ratios.size:,} | {failures} | {ratios.max():.2g} |"
            )
    else:
        lines.append("| hypothesis is not installed: left out | | | | |")
    least = detectable()
    lines += [
        "",
        f"Least relative error of one entry that is detected, over {least.size:,} entries of the "
        f"four networks: median {np.median(least):.1e}, 99.9 % below "
        f"{np.quantile(least, 0.999):.1e}, worst {least.max():.1e}; an error of 1e-6 is detected "
        f"in {100 * np.mean(least < 1e-6):.4f} % of the entries.",
    ]
    return "\n".join(lines)


def worst_ratios(dtype: Any, unit: float) -> list[float]:
    """Return the largest error of each correct run in units of u S; infinite where S is zero."""
    from tests.reference.problems import every_kind, examples_of, problem

    ratios = []
    for seed, network in product(range(SEEDS), (*every_kind(), *typical())):
        drawn = problem(network, examples_of(network), 5000 + seed)
        cache, truth, bounds = truth_and_bounds(drawn)
        for style in STYLES.values():
            found = written(drawn, cache, style, dtype)
            ratios.append(max(_ratio(found[k], truth[k], bounds[k]) for k in truth) / unit)
    return ratios


def _ratio(found: Any, truth: Any, bound: Any) -> float:
    error = np.abs(found - truth)
    if np.any(error[bound == 0]):
        return float("inf")
    return float(np.max(error[bound > 0] / bound[bound > 0], initial=0.0))


def typical() -> list[Network]:
    """Return networks of the size that a course uses."""
    bce, cce = "binary_cross_entropy", "categorical_cross_entropy"
    return [
        Network((10, 20, 15, 1), ("relu", "tanh", "sigmoid"), bce),
        Network((16, 24, 12, 10), ("relu", "relu", "softmax"), cce),
        Network((9, 16, 8, 5), ("sigmoid", "tanh", "identity"), "squared_error", l2=0.4),
    ]


def detectable() -> Any:
    """Return the least relative error that each living entry would be caught with."""
    least = []
    for (widths, m), hidden, seed in product(SIZES, ("relu", "tanh"), range(3)):
        _, truth, bounds = truth_and_bounds(case(widths, m, hidden, 200 + seed).problem)
        for name, values in truth.items():
            alive = bounds[name] > 0
            size = np.maximum(np.abs(values[alive]), np.finfo(float).tiny)
            least.append(tolerance(bounds[name])[alive] / size)
    return np.concatenate(least)


def truth_and_bounds(problem: Problem) -> tuple[Any, Any, Any]:
    """Return cache, true gradients and their rounding bounds."""
    cache = forward(problem)
    truth, deltas = backward(problem, cache)
    return cache, truth, error_bound(problem, cache, deltas)
