"""Trials: drawn networks with data, cache, the true gradients and their rounding bounds.

A trial is certified when it is drawn: reference backpropagation and the numerical derivative must
agree within rounding, or grading stops as our fault and nobody loses a point.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.errors import DisagreementError, NoTrialError
from gradcheck_grader.family import Family
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.by_node import node_gradient
from gradcheck_grader.reference.draw import Classes, Regime, draw
from gradcheck_grader.reference.network import (
    Arrays,
    Network,
    Problem,
    backward,
    forward,
    parameter_of,
)
from gradcheck_grader.reference.rounding import error_bound, tolerance

ATTEMPTS = 100  # a draw fails the test of ``tells`` about one time in a hundred
LEAST_CONTRAST = 1e6  # a typical entry over its own tolerance
Range = tuple[int, int]  # both ends included


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One drawn network with everything that grading needs.

    Attributes
    ----------
    part, number
        The part's name and the trial's number in it, from 0.
    problem, cache, deltas
        What the student's function is called with, and dZ of the reference.
    gradients : mapping
        The true gradients, dW_l and db_l.
    given : mapping
        Gradients that are passed to a step, drawn and not the true ones; else empty.
    truth : mapping
        The right answer by name, features x examples: the gradients ``dW2``, or the parameters
        ``W2`` after a step.
    bound : mapping
        Rounding error bound of every entry of the truth, in units of u.
    rate : float
        Learning rate of a step.
    """

    part: str
    number: int
    problem: Problem
    cache: Arrays
    deltas: Arrays
    gradients: Arrays
    given: Arrays
    truth: Arrays
    bound: Arrays
    rate: float = 0.01

    def arrays(self) -> dict[str, Array]:
        """Return every array that an interface may pass, by its standard name."""
        last = self.problem.network.depth
        named = {"X": self.problem.X, "Y": self.problem.Y, **self.problem.parameters}
        named |= {**self.cache, **self.problem.masks, **self.given}
        return named | {"AL": self.cache[f"A{last}"], "ZL": self.cache[f"Z{last}"]}


def draw_trials(part: Part, seed: int) -> tuple[Trial, ...]:
    """Draw and certify the trials of a part; the same part and seed give the same trials.

    Raises
    ------
    DisagreementError
        If reference and numerical derivative differ: our fault.
    """
    return tuple(_draw_trial(part, seed, number) for number in range(part.trials))


def _draw_trial(part: Part, seed: int, number: int) -> Trial:
    rng = np.random.default_rng([*_words(part.name), seed, number])
    depth, outputs, label = _turns(part.network, number)
    for _ in range(ATTEMPTS):
        network, m = _draw_network(part, rng, depth, outputs)
        regime, classes = _regime(part, number), _classes(part, number)
        problem = draw(network, m, rng, label, regime, classes)
        trial = make_trial(part, number, problem, rng)
        if tells(trial):
            return certified(trial)
    raise _nothing_tells(part, number)


def draw_alike(part: Part, seed: int, like: Trial, turn: int) -> Trial:
    """Draw and certify another trial of the sizes of one: every number in it is another one."""
    rng = np.random.default_rng([*_words(part.name), seed, part.trials + turn])
    network, m = like.problem.network, like.problem.m
    for _ in range(ATTEMPTS):
        trial = make_trial(part, like.number, draw(network, m, rng, turn), rng)
        if tells(trial):
            return certified(trial)
    raise _nothing_tells(part, like.number)


def _nothing_tells(part: Part, number: int) -> NoTrialError:
    return NoTrialError(
        f"no telling trial was found in {ATTEMPTS} draws",
        where=f"part {part.name!r}, trial {number}",
        remedy="Widen the ranges of width, inputs or examples in assignment.toml.",
    )


def _regime(part: Part, number: int) -> Regime:
    """Return what else a trial meets: the last is near kinks, the one before it extreme."""
    if number == part.trials - 1:
        return "kink"
    return "extreme" if number == part.trials - 2 else "usual"


def _classes(part: Part, number: int) -> Classes:
    """Return which classes occur among the labels of a trial.

    Courses count class numbers as ``y.max() + 1``, which is no mistake of backpropagation. Where
    an assignment minds, one is missing by fives, so that those networks differ in depth and width.
    """
    if part.interface.labels != "integers":
        return "last"
    if part.network.every_class:
        return "every"
    missing: dict[int, Classes] = {1: "without last", 3: "without first"}
    return missing.get(number % 5, "last")


def _words(text: str) -> list[int]:
    """Return a text as seed words; Python's own hash differs from run to run."""
    return list(np.frombuffer(hashlib.sha256(text.encode()).digest()[:8], dtype=np.uint32))


def _turns(family: Family, number: int) -> tuple[int, int, int]:
    """Return the turns of a trial's depth, of its output width and of its first label.

    No turn moves in step with another: each depth meets every output width, and each of these
    networks every label.
    """
    rounds, depth = divmod(number, _length(family.depth))
    visits, outputs = divmod(rounds, _length(family.outputs))
    return depth, rounds + depth, visits + outputs + depth


def _length(bounds: Range) -> int:
    return bounds[1] - bounds[0] + 1


def _draw_network(
    part: Part, rng: np.random.Generator, depth_turn: int, outputs_turn: int
) -> tuple[Network, int]:
    """Draw widths, m and factors; sizes differ if they can, so that no wrong axis fits by luck."""
    family = part.network
    depth = family.depth[0] + depth_turn
    ranges = [family.outputs, *[family.width] * (depth - 1), family.inputs]
    if family.reduction == "none":  # a single example may meet a single unit
        outputs, *inner, m = *_draw_sizes(ranges, rng, outputs_turn), 1
    else:
        outputs, *inner, m = _draw_sizes([*ranges, family.examples], rng, outputs_turn)
    *hidden, inputs = inner
    network = part.network_of(
        (inputs, *hidden, outputs),
        l2=float(rng.uniform(*family.l2)),
        keep_prob=draw_keep_prob(part, depth, rng),
    )
    return network, m


def draw_keep_prob(part: Part, depth: int, rng: np.random.Generator) -> tuple[float, ...]:
    """Return the keep probability of every hidden layer; empty if nothing is dropped.

    One number for all where the student is passed one number, else a number of its own for each.
    """
    if part.network.keep_prob is None:
        return ()
    shared = part.interface.one_keep_prob
    drawn = rng.uniform(*part.network.keep_prob, size=1 if shared else depth - 1).tolist()
    return tuple(drawn * (depth - 1) if shared else drawn)


def _draw_sizes(ranges: Sequence[Range], rng: np.random.Generator, turn: int) -> list[int]:
    """Draw a size from each range, the first one by turn; as few as can be occur twice."""
    sizes: list[int] = []
    for position, (low, high) in enumerate(ranges):
        rest = ranges[position + 1 :]
        repeats = {
            size: (size in sizes) + _least_repeats(rest, {*sizes, size})
            for size in range(low, high + 1)
        }
        free = [size for size, count in repeats.items() if count == min(repeats.values())]
        sizes.append(int(rng.choice(free)) if sizes else free[turn % len(free)])
    return sizes


def _least_repeats(ranges: Sequence[Range], taken: set[int]) -> int:
    """Return how many of these ranges must repeat a size, at best.

    The range that ends first takes the lowest size that is left: whatever else could have taken
    that one reaches further, and loses no more than it.
    """
    repeats = 0
    for low, high in sorted(ranges, key=lambda bounds: bounds[1]):
        free = next((size for size in range(low, high + 1) if size not in taken), None)
        if free is None:
            repeats += 1
        else:
            taken = {*taken, free}
    return repeats


def draw_rate(part: Part, rng: np.random.Generator) -> float:
    """Return a learning rate of the part."""
    low, high = part.learning_rate
    return float(rng.uniform(low, high)) if low < high else low


def make_trial(
    part: Part, number: int, problem: Problem, rng: np.random.Generator,
    rate: float | None = None,
) -> Trial:  # fmt: skip
    """Return the trial of a problem, with its truth and bounds; not yet certified."""
    cache = forward(problem)
    unordered, deltas = backward(problem, cache)
    gradients = {name: unordered[name] for name in problem.network.gradient_names()}
    bound: Arrays = error_bound(problem, cache, deltas)
    truth: Arrays = gradients
    given: Arrays = {}
    rate = draw_rate(part, rng) if rate is None else rate
    if part.kind == "step":
        given = {name: rng.standard_normal(value.shape) for name, value in gradients.items()}
        bound = {name: np.abs(value) for name, value in given.items()}
    if part.kind != "gradients":
        truth, bound = _step(problem.parameters, given or gradients, bound, rate)
    return Trial(part.name, number, problem, cache, deltas, gradients, given, truth, bound, rate)


def _step(
    parameters: Arrays, gradients: Arrays, errors: Arrays, rate: float
) -> tuple[Arrays, Arrays]:
    """Return the parameters after a step of gradient descent, and their rounding bounds."""
    truth: dict[str, Array] = {}
    bound: dict[str, Array] = {}
    for gradient, value in gradients.items():
        name = parameter_of(gradient)
        truth[name] = parameters[name] - rate * value
        bound[name] = np.abs(parameters[name]) + rate * (errors[gradient] + 2.0 * np.abs(value))
    return truth, bound


def tells(trial: Trial) -> bool:
    """Return whether a wrong answer would show: no gradient is vacuous or lost in rounding."""
    for name, value in trial.truth.items():
        moved = value - trial.problem.parameters.get(name, 0.0)
        allowed = tolerance(trial.bound[name], value.dtype)
        live = allowed > 0
        if live.mean() < 0.5 or np.abs(moved).max() < 1e-4:
            return False
        if _median(np.abs(moved[live]) / allowed[live]) < LEAST_CONTRAST:
            return False
    return True


def _median(values: Array) -> float:
    """Return the median; that of NumPy imports masked arrays, which takes as long as a trial."""
    ordered = np.sort(values, axis=None)
    return float((ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2]) / 2)


def certified(trial: Trial) -> Trial:
    """Return the trial if the numerical derivative confirms its gradients.

    Raises
    ------
    DisagreementError
        If it does not.
    """
    numerical = node_gradient(trial.problem, trial.cache)
    bound = error_bound(trial.problem, trial.cache, trial.deltas)
    for name, value in trial.gradients.items():
        error = np.abs(value - numerical[name])
        if not np.all(error <= tolerance(bound[name], value.dtype)):  # nor is what is no number
            raise DisagreementError(
                f"reference and numerical derivative of {name} disagree",
                where=f"part {trial.part!r}, trial {trial.number}",
                remedy="This is a fault of the grader, not of the submission. Please report it.",
            )
    return trial
