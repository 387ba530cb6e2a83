"""What a diagnosis costs once its trials are made ready, in seconds of this thread."""

from __future__ import annotations

import time

import numpy as np
import pytest

from gradcheck_grader.diagnosis.search.engine import explain

from .conventions import CONVENTIONS, room
from .planting import random_programs
from .test_unknown import programs


def seconds(convention: str) -> list[float]:
    """Return the time of each diagnosis: one slip, two slips, foreign slips, in equal parts."""
    here = room(convention)
    some = [program for program, _ in random_programs(here, 100, 1, seed=3)]
    some += [program for program, _ in random_programs(here, 100, 2, seed=4)]
    some += [program for _, program in programs(here)][:100]
    taken = []
    for program in some:
        cases = here.cases(program)
        before = time.thread_time()
        explain(here.part, cases, here.bench)
        taken.append(time.thread_time() - before)
    return taken


@pytest.mark.slow
def test_a_diagnosis_is_quick() -> None:
    taken = np.array([t for convention in CONVENTIONS for t in seconds(convention)])
    median, most, worst = np.quantile(taken, (0.5, 0.99, 1.0))
    assert median <= 0.010
    assert most <= 0.150
    assert worst <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_named_slip_takes_three_milliseconds(convention: str) -> None:
    here = room(convention)
    taken = []
    for program, _ in random_programs(here, 150, 1, seed=5):
        cases = here.cases(program)
        before = time.thread_time()
        explain(here.part, cases, here.bench)
        taken.append(time.thread_time() - before)
    assert np.median(taken) <= 0.006  # 2 ms on an idle machine; its cores may be shared
