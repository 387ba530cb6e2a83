"""Right code is right on every draw: a thousand seeds of every assignment's right example."""

from __future__ import annotations

from collections import Counter

import pytest

from gradcheck_grader.answer import read_answer
from gradcheck_grader.comparison import compare
from gradcheck_grader.grade import prepare
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.job import File, Job, Limits, Returned, Target
from tests.conftest import ASSIGNMENTS, built_in

SEEDS = 1000
SEEDS_PER_JOB = 50


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_right_code_never_fails(name: str, sandbox: Sandbox) -> None:
    assignment = built_in(name)
    content = (assignment.folder / "examples" / "right.py").read_bytes()
    verdicts: Counter[str] = Counter()
    for start in range(0, SEEDS, SEEDS_PER_JOB):
        exams = [prepare(assignment, seed) for seed in range(start, start + SEEDS_PER_JOB)]
        for papers in zip(*(exam.papers for exam in exams), strict=True):
            part = papers[0].part
            pairs = [pair for p in papers for pair in zip(p.trials, p.calls, strict=True)]
            target = Target(part.interface.function, part.interface.arguments)
            job = Job((File("right.py", content),), target, tuple(c for _, c in pairs), LIMITS)
            for (trial, _), outcome in zip(pairs, sandbox.run(job).outcomes, strict=True):
                assert isinstance(outcome, Returned), outcome
                entries = read_answer(part, trial, outcome.value)
                verdicts.update(compare(trial, *item).verdict for item in entries.items())
    assert set(verdicts) == {"correct"}
    assert verdicts.total() >= SEEDS * sum(part.trials for part in assignment.parts)


LIMITS = Limits(seconds=120)
