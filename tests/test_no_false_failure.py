"""Right code is right on every draw: many seeds of every assignment's right example."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.exam import Paper, prepare
from gradcheck_grader.jobs import job_of
from gradcheck_grader.marking import compare_all
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.submission import Submission, read_submission
from tests.conftest import ASSIGNMENTS, built_in

SEEDS_PER_JOB = 50


def verdicts(
    assignment: Assignment, part: Part, papers: list[Paper], right: Submission, sandbox: Sandbox
) -> Counter[str]:
    """Return the verdicts of one part's trials from several seeds, run as one job."""
    trials = [trial for paper in papers for trial in paper.trials]
    calls = [call for paper in papers for call in paper.calls]
    patient = replace(assignment, limits=replace(assignment.limits, seconds=120.0))
    result = sandbox.run(job_of(part, right, patient, tuple(calls)))
    return Counter(item.verdict for item in compare_all(part, trials, result))


def check(name: str, seeds: int, sandbox: Sandbox) -> None:
    assignment = built_in(name)
    right = read_submission(assignment.folder / "examples" / "right.py", neighbours=False)
    total: Counter[str] = Counter()
    for start in range(0, seeds, SEEDS_PER_JOB):
        exams = [prepare(assignment, seed) for seed in range(start, start + SEEDS_PER_JOB)]
        for part, *papers in zip(assignment.parts, *(exam.papers for exam in exams), strict=True):
            total += verdicts(assignment, part, papers, right, sandbox)
    assert set(total) == {"correct"}
    assert total.total() >= seeds * sum(part.trials for part in assignment.parts)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_right_code_never_fails(name: str, sandbox: Sandbox) -> None:
    check(name, 50, sandbox)


@pytest.mark.slow
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_right_code_never_fails_in_a_thousand_seeds(name: str, sandbox: Sandbox) -> None:
    check(name, 1000, sandbox)
