"""Whether the search for causes comes to an end on wrong answers, one of each mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.diagnosis.chain import STOPS
from gradcheck_grader.diagnosis.naming import name_causes
from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.explanation import Case
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.exam import Exam, Paper, as_gradients
from gradcheck_grader.trials import Trial
from gradcheck_grader.verify.mutants import Answer, Mutant, mutants


@dataclass(frozen=True, slots=True)
class FailedSearch:
    """A wrong answer whose cause could not be looked for, and the error that stopped the search."""

    part: str
    id: str
    seed: int
    error: str


def failed_searches(exams: Sequence[Exam]) -> tuple[FailedSearch, ...]:
    """Return the mistakes on which the search fails; they are dealt out among the exams.

    Raises
    ------
    AssignmentError
        If a mistake that a package adds fails.
    """
    found: list[FailedSearch] = []
    with np.errstate(all="ignore"):  # a mistake may divide by zero: it is wrong then
        for turn, exam in enumerate(exams):
            for paper in exam.papers:
                if paper.part.kind != "step":
                    found += _failures(paper, turn, len(exams))
    return tuple(found)


def _failures(paper: Paper, turn: int, turns: int) -> Iterator[FailedSearch]:
    for mutant in _one_of_each(paper)[turn::turns]:
        try:
            cases = _cases(paper.bench, mutant)
        except STOPS:
            continue  # it stops on one of the networks, and nothing came back
        try:
            name_causes(paper.part, paper.bench, cases, frozenset())
        except AssignmentError:
            raise
        except Exception as error:  # whatever it is, a student would be told no cause
            said = f"{type(error).__name__}: {error}"
            yield FailedSearch(paper.part.name, mutant.id, paper.seed, said)


def _one_of_each(paper: Paper) -> list[Mutant]:
    made = mutants(as_gradients(paper.part), paper.bench)
    return list({mutant.id: mutant for mutant in reversed(made)}.values())


def _cases(bench: Bench, mutant: Mutant) -> list[Case]:
    return [_case(trial, mutant.answer(number)) for number, trial in enumerate(bench.trials)]


def _case(trial: Trial, answer: Answer) -> Case:
    fits = {name: trial.truth[name].shape == np.shape(array) for name, array in answer.items()}
    return Case(
        trial,
        {name: array if fits[name] else None for name, array in answer.items()},
        {name: array for name, array in answer.items() if array is not None and not fits[name]},
    )
