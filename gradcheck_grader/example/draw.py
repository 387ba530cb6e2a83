"""Small networks with round numbers, the smallest first: candidates for a case to do by hand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import Arrays, Network, Problem, forward
from gradcheck_grader.trials import Trial, make_trial

SIZES = (1, 2, 3)
CALLS = 60  # most networks that are run
DRAWS = 60  # for numbers that are clear of kinks and not all dead
MARGIN = 0.05  # least abs(z) before a kink: a step of 0.001 never crosses it


def draw_cases(part: Part, layer: int) -> Iterator[Trial]:
    """Yield trials of networks that have this layer, those with the fewest numbers first."""
    for number, (widths, m) in enumerate(_sizes(part, layer)):
        problem = _problem(part, widths, m, number)
        if problem is not None:
            rng = np.random.default_rng(number)
            yield make_trial(part, number, problem, rng, _round(part.learning_rate))


def _sizes(part: Part, layer: int) -> list[tuple[tuple[int, ...], int]]:
    """Return widths and numbers of examples, ordered by how many numbers a person has to read."""
    low, high = part.network.depth
    depths = range(max(low, layer), high + 1)
    found = [size for depth in depths for size in _of_depth(part, depth, CALLS // len(depths))]
    return sorted(found, key=_reading)


def _of_depth(part: Part, depth: int, most: int) -> list[tuple[tuple[int, ...], int]]:
    """Return the smallest sizes of one depth, and some of the others."""
    family = part.network
    outputs = [size for size in SIZES if family.outputs[0] <= size <= family.outputs[1]]
    examples = SIZES[:1] if family.reduction == "none" else SIZES
    found = [
        ((*hidden, last), m)
        for hidden in product(SIZES, repeat=depth)
        for last in outputs or [family.outputs[0]]
        for m in examples
    ]
    found.sort(key=_reading)
    first, rest = found[: most * 2 // 3], found[most * 2 // 3 :]
    return first + rest[:: 1 + len(rest) // (most - len(first) + 1)]


def _reading(size: tuple[tuple[int, ...], int]) -> tuple[int, int, tuple[int, ...]]:
    """Order sizes by how many numbers a person has to read."""
    widths, m = size
    count = sum(n * (below + 1) for below, n in pairwise(widths)) + (widths[0] + widths[-1]) * m
    return count, m, widths


def _problem(part: Part, widths: tuple[int, ...], m: int, number: int) -> Problem | None:
    """Return a network with numbers of one decimal, or None if none is clear of kinks."""
    depth, family = len(widths) - 1, part.network
    rng = np.random.default_rng([len(widths), m, *widths])
    network = part.network_of(
        widths,
        l2=_round(family.l2),
        keep_prob=(_round(family.keep_prob),) * (depth - 1) if family.keep_prob else (),
    )
    for _ in range(DRAWS):
        problem = _with_numbers(network, m, number, rng)
        if _is_clear(problem):
            return problem
    return None


def _round(bounds: tuple[float, float]) -> float:
    """Return a number of one decimal from the middle of a range; 0 where the range is 0."""
    middle = sum(bounds) / 2
    return round(middle, 1) if bounds[0] <= round(middle, 1) <= bounds[1] else middle


def _with_numbers(network: Network, m: int, number: int, rng: np.random.Generator) -> Problem:
    parameters: Arrays = {
        name: value
        for layer in network.layers
        for name, value in (
            (f"W{layer}", _tenths(rng, network.widths[layer], network.widths[layer - 1])),
            (f"b{layer}", _tenths(rng, network.widths[layer], 1)),
        )
    }
    masks = {
        f"D{layer}": _mask(rng, network.widths[layer], m)
        for layer in range(1, len(network.keep_prob) + 1)
    }
    labels = _labels(network, m, number, rng)
    return Problem(network, parameters, _tenths(rng, network.widths[0], m), labels, masks)


def _tenths(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Return numbers 0.1 ... 0.9 with either sign."""
    sizes = rng.integers(1, 10, size=(rows, columns)) * rng.choice([-1, 1], size=(rows, columns))
    return np.asarray(sizes / 10.0)


def _mask(rng: np.random.Generator, units: int, m: int) -> Array:
    """Return zeros and ones, with a unit left for each example."""
    mask = rng.integers(0, 2, size=(units, m)).astype(np.float64)
    mask[rng.integers(units), :] = 1.0
    return mask


def _labels(network: Network, m: int, number: int, rng: np.random.Generator) -> Array:
    outputs = network.widths[-1]
    one_class = network.one_class and outputs > 1
    if network.loss == "categorical_cross_entropy" or one_class:
        return np.eye(outputs)[:, (number + np.arange(m)) % outputs]
    if network.loss == "binary_cross_entropy":
        return np.asarray((number + np.add.outer(np.arange(outputs), np.arange(m))) % 2.0)
    return np.abs(_tenths(rng, outputs, m))


def _is_clear(problem: Problem) -> bool:
    """Tell whether kinks are far, and every unit before one is on for some example."""
    network = problem.network
    cache = forward(problem)
    kinked = [cache[f"Z{k}"] for k in network.layers if network.activation(k).kinked]
    return all(np.abs(z).min() >= MARGIN and np.all(z.max(axis=1) > 0) for z in kinked)
