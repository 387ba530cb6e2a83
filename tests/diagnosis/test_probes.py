"""Diagnosis trials: readable ones, sizes that differ, and the same ones for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck_grader.diagnosis.mistakes.catalogue import build
from gradcheck_grader.diagnosis.search.bench import SIEVE, prepare
from gradcheck_grader.diagnosis.search.follow_through import read, readable
from gradcheck_grader.diagnosis.search.probes import PROBES, READABLE, draw_probes
from gradcheck_grader.diagnosis.search.returned import sort_out

from .conventions import CONVENTIONS, part_of, room

SEVERAL = [name for name in CONVENTIONS if not name.startswith("B")]


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_same_seed_gives_the_same_probes(convention: str) -> None:
    part = part_of(convention)
    first, second = (draw_probes(part, 5, part.network.depth[0]) for _ in range(2))
    assert len(first) == PROBES
    for a, b in zip(first, second, strict=True):
        assert a.problem.network == b.problem.network
        assert np.array_equal(a.problem.X, b.problem.X)


@pytest.mark.parametrize("convention", SEVERAL)
@pytest.mark.parametrize("seed", range(4))
def test_two_probes_are_readable_and_sizes_differ(convention: str, seed: int) -> None:
    here = room(convention, seed)
    assert set(READABLE) <= set(readable(here.bench))
    sizes = [trial.problem.m for trial in here.bench.trials]
    assert len(set(sizes)) == PROBES
    for trial in here.bench.trials:
        widths = trial.problem.network.widths[:-1]
        assert len({*widths, trial.problem.m}) == len(widths) + 1
    assert SIEVE not in READABLE


@pytest.mark.parametrize("depth", [3, 4, 5])
def test_probes_of_every_depth_can_be_drawn(depth: int) -> None:
    bench = prepare(draw_probes(part_of("F deep relu"), 1, depth), build())
    assert bench.depth == depth
    assert set(READABLE) <= set(readable(bench))


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_deltas_of_right_gradients_are_read_off_as_right(convention: str) -> None:
    here = room(convention)
    cases = here.cases_of(here.truth())
    returned = sort_out(here.bench, here.part, cases, frozenset())
    readings = read(here.bench, returned.targets)
    assert list(readings) == list(range(here.bench.depth, 0, -1))
    assert {reading.verdict for reading in readings.values()} == {"right"}
