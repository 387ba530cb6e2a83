"""An assignment made ready: trials with their truth, and the calls to make, for any submission."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.catalog import FILE
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.in_place import updated_in_place
from gradcheck_grader.interface import call_arguments, call_attributes
from gradcheck_grader.models import Chosen
from gradcheck_grader.reference.network import drop, gradient_of
from gradcheck_grader.sandbox.job import Call
from gradcheck_grader.sandbox.requests import same_call
from gradcheck_grader.trials import Trial, draw_alike, draw_trials

if TYPE_CHECKING:
    from gradcheck_grader.diagnosis.search.bench import Bench

REPEATED = (-1, 0)  # trials of the second look, in another order than the first


@dataclass(frozen=True, eq=False)
class Paper:
    """One part made ready; what only wrong submissions need is made when the first one comes.

    Attributes
    ----------
    trials, calls
        What is graded, and the call of each trial.
    again : tuple of (Trial, Call)
        Trials that are repeated in another order, at the end and, where anything is wrong, in a
        second process: they expose functions that keep state or draw random numbers. The last one
        is new, of the sizes of the one before it: an answer that is kept by shapes is wrong there.
    misled : (Trial, Call) or None
        A trial that is not called otherwise, with a cache that its parameters do not give: the
        right answer shows that the cache is not used. None for a step, and where a call holds
        nothing of hidden layers.
    """

    part: Part
    trials: tuple[Trial, ...]
    calls: tuple[Call, ...]
    again: tuple[tuple[Trial, Call], ...]
    misled: tuple[Trial, Call] | None
    seed: int

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields: what is made when it is first wanted is made again elsewhere."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def first_calls(self) -> tuple[Call, ...]:
        """All calls of the first process: what is graded, then what a second look asks."""
        return self.calls + self.second_look

    @cached_property
    def second_look(self) -> tuple[Call, ...]:
        """Repeats, then the false cache."""
        asked = (*self.again, *((self.misled,) if self.misled else ()))
        return tuple(call for _, call in asked)

    @cached_property
    def bench(self) -> Bench:
        """Diagnosis trials of the deepest networks, and everything known about them."""
        # The catalogue of mistakes takes longer to import than right code takes to grade.
        from gradcheck_grader.diagnosis.mistakes.catalogue import installed
        from gradcheck_grader.diagnosis.search.bench import prepare as prepare_bench
        from gradcheck_grader.diagnosis.search.probes import draw_probes
        from gradcheck_grader.diagnosis.search.programs import try_added

        part = as_gradients(self.part)
        probes = draw_probes(part, self.seed, part.network.depth[1])
        with np.errstate(all="ignore"):  # a candidate may divide by zero: it then fits nothing
            bench = prepare_bench(probes, installed())
            try_added(bench)
        return bench

    @cached_property
    def probes(self) -> tuple[Call, ...]:
        """The calls of the diagnosis trials."""
        return tuple(call_for(self.part, trial) for trial in self.bench.trials)


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """An assignment made ready for any number of submissions; ``typed`` is how a user named it."""

    assignment: Assignment
    seed: int
    papers: tuple[Paper, ...]
    typed: str
    chosen: Chosen
    why: str = ""


def prepare(
    assignment: Assignment,
    seed: int,
    typed: str = "",
    chosen: Chosen = "given",
    why: str = "",
) -> Exam:
    """Draw and certify all trials of an assignment.

    Raises
    ------
    DisagreementError
        If reference and numerical derivative differ on a trial.
    AssignmentError
        If the interface passes something that no trial has.
    """
    try:
        papers = tuple(_paper(part, seed) for part in assignment.parts)
    except AssignmentError as error:
        where = f"{assignment.folder / FILE}, {error.where}"
        raise AssignmentError(error.message, where=where, remedy=error.remedy) from error
    return Exam(assignment, seed, papers, typed or assignment.name, chosen, why)


def try_mistakes(exam: Exam) -> None:
    """Try the mistakes that packages add, before anybody is graded.

    Raises
    ------
    AssignmentError
        If one of them fails.
    """
    from gradcheck_grader.diagnosis.mistakes.added import any_added

    for paper in exam.papers if any_added() else ():
        if paper.part.kind != "step":
            _ = paper.bench


def _paper(part: Part, seed: int) -> Paper:
    trials = draw_trials(part, seed)
    calls = tuple(call_for(part, trial) for trial in trials)
    alike = draw_alike(part, seed, trials[REPEATED[-1]], 0)
    again = (*((trials[index], calls[index]) for index in REPEATED), (alike, call_for(part, alike)))
    return Paper(part, trials, calls, again, _misled(part, seed, trials[0]), seed)


def _misled(part: Part, seed: int, like: Trial) -> tuple[Trial, Call] | None:
    """Return the call with a false cache, or None where it would say nothing."""
    trial = draw_alike(part, seed, like, 1)
    call = call_for(part, _with_false_cache(trial))
    tells = part.kind != "step" and not same_call(call, call_for(part, trial))
    return (trial, call) if tells else None


def as_gradients(part: Part) -> Part:
    """Return the part with gradients as its answer, for a function that takes the step itself."""
    if part.kind != "descent":
        return part
    points = {gradient_of(name): value for name, value in part.points.items()}
    return replace(part, kind="gradients", points=points)


def call_for(part: Part, trial: Trial) -> Call:
    """Return the call of one trial."""
    back = updated_in_place(part, trial.problem.network.depth)
    return Call(call_arguments(part, trial), call_attributes(part, trial), tuple(back))


def _with_false_cache(trial: Trial) -> Trial:
    """Return the trial with hidden layers that its parameters do not give; a = g(z) still holds."""
    network, cache = trial.problem.network, dict(trial.cache)
    for layer in network.layers[:-1]:
        z = 0.8 * cache[f"Z{layer}"] + 0.1
        a = network.activation(layer).function(z)
        cache[f"Z{layer}"] = z
        cache[f"A{layer}"] = drop(network, trial.problem.masks, layer, a)
    return replace(trial, cache=cache)
