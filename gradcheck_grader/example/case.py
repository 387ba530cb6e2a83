"""The smallest failing case: a network small enough to be worked out by hand, on request only.

Small networks with round numbers are run until a gradient comes out wrong; of the right gradient
one entry is worked out, by its numerical derivative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.errors import GraderError
from gradcheck_grader.exam import as_gradients, call_for
from gradcheck_grader.example.draw import draw_cases
from gradcheck_grader.inexact import recognise
from gradcheck_grader.jobs import job_of
from gradcheck_grader.marking import compare_all
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import (
    Problem,
    forward,
    gradient_of,
    layer_of,
    loss,
    parameter_of,
)
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.exchange import OWN_CACHE
from gradcheck_grader.sandbox.job import Call, Loaded, Returned
from gradcheck_grader.sandbox.job import Problem as Stopped
from gradcheck_grader.submission import Submission
from gradcheck_grader.trials import Trial, certified

STEP = 0.001  # large enough that the two losses differ in digits that a person can see
VISIBLE = 0.002  # least error of an entry that the numerical derivative then shows


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The loss with one parameter moved: its value, the output of the network, the loss."""

    value: float
    output: Array
    loss: float


@dataclass(frozen=True, slots=True, eq=False)
class ExampleCase:
    """One small network on which a gradient is wrong.

    Attributes
    ----------
    part : Part
        As it was graded.
    trial, call
        The network with its numbers, and what the function was called with.
    loaded : Loaded
        What is known of the function.
    name : str
        The gradient, ``dW1``; ``entry`` is its place in features x examples.
    returned : ndarray or Problem
        What came back as the gradient, features x examples where it has the right shape; or how
        the call ended.
    fits : bool
        Whether what came back has the right shape.
    plus, minus : Side
        The loss with the parameter moved up and down by ``STEP``.
    """

    part: Part
    trial: Trial
    call: Call
    loaded: Loaded
    name: str
    entry: tuple[int, int]
    returned: Array | Stopped | None
    fits: bool
    plus: Side
    minus: Side

    @property
    def parameter(self) -> str:
        """The parameter that the gradient is by, ``W1``."""
        return parameter_of(self.name)

    @property
    def derivative(self) -> float:
        """The numerical derivative of the loss by the one entry."""
        return (self.plus.loss - self.minus.loss) / (2.0 * STEP)


def find_case(
    submission: Submission,
    assignment: Assignment,
    sandbox: Sandbox,
    report: GradeReport,
    name: str,
) -> ExampleCase | None:
    """Return the smallest case found on which a gradient is wrong; None if there is none.

    Parameters
    ----------
    submission, assignment, sandbox
        As for grading.
    report : GradeReport
        What grading gave: only parts in which the gradient is wrong are searched.
    name : str
        The gradient, ``dW1``; of a step ``W1`` is understood as well.

    Raises
    ------
    GraderError
        If the assignment has no such gradient.
    MachineError
        If the sandbox cannot do its work.
    """
    wanted = gradient_of(name)
    parts = _parts_with(assignment, wanted)
    wrong = {(row.part, gradient_of(row.name)) for row in report.gradients
             if row.verdict != "correct"}  # fmt: skip
    own = {finding.part for finding in report.findings if finding.id == OWN_CACHE}
    for part in parts:
        if (part.name, wanted) in wrong:
            case = _search(
                part, submission, assignment, sandbox, wanted, own_cache=part.name in own
            )
            if case is not None:
                return case
    return None


def _parts_with(assignment: Assignment, name: str) -> list[Part]:
    parts = [part for part in assignment.parts if part.kind != "step"]
    known = {n: None for part in parts for n in as_gradients(part).names}
    if name not in known:
        raise GraderError(
            f"there is no gradient {name!r} in {assignment.name}",
            where="--example",
            remedy=f"Known: {', '.join(known)}.",
        )
    return [part for part in parts if name in as_gradients(part).names]


def _search(
    part: Part,
    submission: Submission,
    assignment: Assignment,
    sandbox: Sandbox,
    name: str,
    *,
    own_cache: bool,
) -> ExampleCase | None:
    """Return the smallest failing case of one part, one on which the error is visible if any."""
    layer = layer_of(name)
    trials = list(draw_cases(part, layer))
    calls = tuple(call_for(part, trial) for trial in trials)
    result = sandbox.run(job_of(part, submission, assignment, calls, own_cache=own_cache))
    if result.loaded is None:
        return None
    row = name if part.kind == "gradients" else parameter_of(name)
    compared = [item for item in compare_all(part, trials, result) if item.name == row]
    judged, _ = recognise(compared, assignment.accept)
    failing = [place for place, item in enumerate(judged) if item.verdict != "correct"]
    if not failing:
        return None
    visible = (place for place in failing if _off(part, judged[place]).max() > VISIBLE)
    place = next(visible, failing[0])
    return _case(part, calls[place], result.loaded, judged[place], result.outcomes[place])


def _gradient(part: Part, item: Comparison) -> Array | None:
    """Return what came back as a gradient, or was taken off by a step; None without numbers."""
    if item.values is None or part.kind == "gradients":
        return item.values
    before = item.trial.problem.parameters[item.name]
    return np.asarray((before - item.values) / item.trial.rate)


def _off(part: Part, item: Comparison) -> Array:
    """Return how far each entry is off; without numbers of the right shape, all of them are."""
    truth = item.trial.gradients[gradient_of(item.name)]
    values = _gradient(part, item)
    if values is None:
        return np.full(truth.shape, np.inf)
    return np.asarray(np.nan_to_num(np.abs(values - truth), nan=np.inf))


def _case(
    part: Part, call: Call, loaded: Loaded, item: Comparison, outcome: Returned | Stopped
) -> ExampleCase:
    trial = certified(item.trial)
    parameter = parameter_of(item.name)
    off = _off(part, item)
    row, column = (int(place) for place in np.unravel_index(int(off.argmax()), off.shape))
    values = _gradient(part, item)
    came_back = item.raw if values is None else values
    return ExampleCase(
        part,
        trial,
        call,
        loaded,
        name=gradient_of(parameter),
        entry=(row, column),
        returned=outcome if isinstance(outcome, Stopped) else came_back,
        fits=values is not None,
        plus=moved(trial.problem, parameter, (row, column), STEP),
        minus=moved(trial.problem, parameter, (row, column), -STEP),
    )


def moved(problem: Problem, parameter: str, entry: Sequence[int], step: float) -> Side:
    """Return the loss with one entry of a parameter moved by a step."""
    array = problem.parameters[parameter].copy()
    array[tuple(entry)] += step
    there = replace(problem, parameters={**problem.parameters, parameter: array})
    last = problem.network.depth
    return Side(float(array[tuple(entry)]), forward(there)[f"A{last}"], loss(there))
