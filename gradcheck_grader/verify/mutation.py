"""The mutation score: whether the graded trials tell every catalogued mistake from right work.

A wrong answer that passes is tried again on further networks of the family, in which the sizes are
free. If it is right there as well, it is no mistake on these networks, such as a sum over the
units of an output layer that has one; it is listed, with the reason, and not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from gradcheck_grader.answer import read_answer
from gradcheck_grader.answer_forms import spelled
from gradcheck_grader.assignment import Accept, Assignment, Part
from gradcheck_grader.comparison import Comparison, compare
from gradcheck_grader.diagnosis.chain import STOPS
from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue, installed
from gradcheck_grader.diagnosis.search.bench import Bench, prepare
from gradcheck_grader.exam import as_gradients
from gradcheck_grader.family import Family
from gradcheck_grader.inexact import recognise
from gradcheck_grader.interface import layout_turn
from gradcheck_grader.reference.network import is_bias, layer_of
from gradcheck_grader.sandbox.job import Value
from gradcheck_grader.trials import Trial, draw_trials
from gradcheck_grader.verify.mutants import Answer, Mutant, answer_of, mutants

FURTHER = 20  # networks on which a wrong answer that passed is tried again
UNCOVERING = 4  # networks without a trait that may hide a mistake
FURTHER_SEED = 10**9  # apart from the seeds that are drawn for students
Judged = Literal["right", "wrong", "stops"]
# Relative errors of guards and of single precision stay below the first, errors of rounding to two
# decimals below the second: what is further off is wrong without a second look.
NEAR, NEAR_ROUNDED = 0.1, 0.01


@dataclass(frozen=True, slots=True)
class Survivor:
    """A wrong answer that passed: the mistake, where it is made, on which seeds, and why."""

    part: str
    depth: int
    id: str
    place: str
    seeds: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class MutationScore:
    """How many wrong answers were judged wrong, those that were not, and what is no mistake.

    ``ids`` are the mistakes of which the wrong answers are made.
    """

    caught: int = 0
    ids: frozenset[str] = frozenset()
    missed: tuple[Survivor, ...] = ()
    equivalent: tuple[Survivor, ...] = ()

    @property
    def total(self) -> int:
        """Number of wrong answers that are mistakes on these networks."""
        return self.caught + len(self.missed)

    @property
    def percent(self) -> float:
        """Caught of all, in percent; 0 if there is none."""
        return 100.0 * self.caught / self.total if self.total else 0.0

    def plus(self, other: MutationScore) -> MutationScore:
        """Return the score of both together."""
        return MutationScore(
            self.caught + other.caught,
            self.ids | other.ids,
            self.missed + other.missed,
            self.equivalent + other.equivalent,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The networks of one depth: those graded, by seed, and further ones, on one bench."""

    part: Part
    accept: Accept
    bench: Bench
    graded: dict[int, range]
    further: range

    @property
    def depth(self) -> int:
        """Number of layers."""
        return self.bench.depth


def mutation_score(assignment: Assignment, seeds: Sequence[int]) -> MutationScore:
    """Return how many catalogued mistakes the trials of every one of these seeds tell.

    Raises
    ------
    DisagreementError
        If trials cannot be drawn.
    """
    catalogue, score = installed(), MutationScore()
    with np.errstate(all="ignore"):  # a mistake may divide by zero: it is wrong then
        for part in assignment.parts:
            for ground in _grounds(part, assignment.accept, seeds, catalogue):
                score = score.plus(_score(ground))
    return score


def _grounds(
    part: Part, accept: Accept, seeds: Sequence[int], catalogue: Catalogue
) -> Iterator[Ground]:
    drawn = {seed: draw_trials(part, seed) for seed in seeds}
    low, high = part.network.depth
    for depth in range(low, high + 1):
        trials: list[Trial] = []
        graded: dict[int, range] = {}
        for seed, every in drawn.items():
            own = [trial for trial in every if trial.problem.network.depth == depth]
            graded[seed] = range(len(trials), len(trials) + len(own))
            trials += own
        further = draw_trials(
            _with(part, FURTHER, **_free_sizes(part.network, depth)), FURTHER_SEED
        )
        last = range(len(trials), len(trials) + len(further))
        yield Ground(part, accept, prepare([*trials, *further], catalogue), graded, last)


def _with(part: Part, trials: int, **changes: Any) -> Part:
    """Return the part on other networks, with what depends on their depth and their loss."""
    family, interface = replace(part.network, **changes), part.interface
    points = {n: points for n, points in part.points.items() if layer_of(n) <= family.depth[1]}
    if family.loss == "squared_error":  # whose targets are no numbers of classes
        interface = replace(interface, labels="columns")
    return replace(part, network=family, trials=trials, points=points, interface=interface)


def _free_sizes(family: Family, depth: int) -> dict[str, tuple[int, int]]:
    """Return ranges in which all sizes can differ; a single example is meant, and stays."""
    ranges = {"inputs": family.inputs, "width": family.width}
    if family.examples != (1, 1):
        ranges["examples"] = family.examples
    free = {name: (low, max(high, low + depth + 4)) for name, (low, high) in ranges.items()}
    return free | {"depth": (depth, depth)}


def _score(ground: Ground) -> MutationScore:
    caught: list[str] = []
    missed, same = [], []
    for mutant in mutants(ground.part, ground.bench):
        passed = _passed(ground, mutant)
        if passed is None:
            continue
        if not passed:
            caught.append(mutant.id)
        elif judge(ground, mutant, ground.further) == "right":
            same.append((mutant, passed))
        else:
            missed.append(_survivor(ground, mutant, passed, _blindness(ground)))
    others = list(_uncovering(ground)) if same else []
    equivalent = [_survivor(ground, one, passed, _reason(others, one)) for one, passed in same]
    return MutationScore(len(caught), frozenset(caught), tuple(missed), tuple(equivalent))


def _survivor(ground: Ground, mutant: Mutant, passed: Sequence[int], why: str) -> Survivor:
    part, depth = ground.part.name, ground.depth
    return Survivor(part, depth, mutant.id, mutant.place, tuple(passed), why)


def _passed(ground: Ground, mutant: Mutant) -> list[int] | None:
    """Return the seeds on which a wrong answer is judged right; None if it cannot be made."""
    judged = {seed: judge(ground, mutant, numbers) for seed, numbers in ground.graded.items()}
    if all(verdict == "stops" for verdict in judged.values()):
        return None
    return [seed for seed, verdict in judged.items() if verdict == "right"]


def judge(ground: Ground, mutant: Mutant, numbers: range) -> Judged:
    """Return how an answer fares on these trials, as a submission's would; or that it stops."""
    found: list[Comparison] = []
    for number in numbers:
        try:
            answer = laid_out(ground.part, mutant.answer(number))
        except STOPS:
            return "wrong" if found else "stops"
        trial = ground.bench.trials[number]
        for name, entry in read_answer(ground.part, trial, answer).items():
            item = compare(trial, name, entry)
            if _is_far(item, ground.accept):
                return "wrong"
            found.append(item)
    judged, _ = recognise(found, ground.accept)
    return "right" if all(item.verdict == "correct" for item in judged) else "wrong"


def _is_far(item: Comparison, accept: Accept) -> bool:
    """Return whether a wrong gradient is too far off to be recognised as inexact by intent."""
    if item.verdict == "correct":
        return False
    if item.values is None or item.relative_error is None:
        return True
    error = np.abs(item.values - item.trial.truth[item.name]).max()
    rounded = accept.rounded == "note" and error < NEAR_ROUNDED
    return bool(item.relative_error > NEAR and not rounded)


def laid_out(part: Part, answer: Answer) -> Value:
    """Return an answer as a student's function returns it: in its layout, under its keys."""
    flat = part.interface.flat_biases
    key = part.interface.keys[0] if part.kind == "gradients" else "{name}"
    returned: dict[str, Value] = {}
    for name, array in answer.items():
        is_flat = flat and is_bias(name) and array.shape[1] == 1
        turned = layout_turn(part.interface, name)
        returned[spelled(key, name)] = array[:, 0] if is_flat else turned(array)
    return returned


def _blindness(ground: Ground) -> str:
    """Return which sizes the graded networks never tell apart, or another word for a miss."""
    networks = [ground.bench.trials[n].problem for own in ground.graded.values() for n in own]
    sizes = {"m": [problem.m for problem in networks]}
    for layer in range(ground.depth):
        sizes[f"n{layer}"] = [problem.network.widths[layer] for problem in networks]
    if not networks:
        return f"no trial has {ground.depth} layers: give the part more trials"
    names = list(sizes)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if sizes[one] == sizes[other]:
                return f"{one} and {other} are equal in every trial: widen their ranges"
    return "too few trials show it: give the part more trials, or wider ranges"


def _reason(others: Sequence[tuple[str, Ground]], mutant: Mutant) -> str:
    """Return the trait of the family that makes a mistake harmless: it is one without the trait."""
    if mutant.program is None:
        return "the numbers are the same"
    for words, ground in others:
        answer = answer_of(ground.part, ground.bench, mutant.program)
        if judge(ground, Mutant(mutant.id, mutant.place, answer), ground.further) != "right":
            return words
    return "the formula is right here too"


def _uncovering(ground: Ground) -> Iterator[tuple[str, Ground]]:
    """Yield each trait of the family that may hide a mistake, and networks without it."""
    for words, changes in _traits(ground.part.network):
        depth = (ground.depth, ground.depth)
        part = _with(as_gradients(ground.part), UNCOVERING, **{"depth": depth, **changes})
        trials = draw_trials(part, FURTHER_SEED)
        bench = prepare(trials, ground.bench.catalogue)
        yield words, Ground(part, ground.accept, bench, {}, range(len(trials)))


def _traits(family: Family) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what may hide a mistake on a family, and the change that would uncover it."""
    if family.outputs == (1, 1):
        yield "the output layer has one unit", {"outputs": (2, 4)}
    if family.examples == (1, 1):
        yield "there is one example", {"examples": (5, 12), "reduction": "mean"}
    if set(family.hidden) & {"relu", "leaky_relu", "identity"}:
        names = ", ".join(dict.fromkeys(family.hidden))
        yield f"the hidden layers are {names}", {"hidden": ("sigmoid",)}
    if family.loss == "squared_error":
        other = "sigmoid" if family.output == "tanh" else "tanh"
        yield f"the output layer is {family.output}", {"output": other}
    if family.output == "softmax":
        yield "the output layer is softmax", {"output": "sigmoid", "loss": "squared_error"}
