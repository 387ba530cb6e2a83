"""Random programs with several slips in them: formulas, factors and penalties."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck_grader.diagnosis.mistakes.mistake import Step, Variant
from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.explanation import Explanation
from gradcheck_grader.diagnosis.search.programs import Program, single_mistakes
from gradcheck_grader.reference.activations import Array

from .conventions import Room, is_finite, is_right

Place = tuple[Step, int] | str
Slip = tuple[str, Place, Variant | Array, bool]  # id, where, what, whether it is a penalty


def slips(bench: Bench) -> list[Slip]:
    """Return every formula in every place of one layer, and every factor and penalty."""
    found: list[Slip] = []
    for id, program in single_mistakes(bench):
        if len(program.variants) == 1:
            [(place, variant)] = program.variants.items()
            found.append((id, place, variant, False))
    for layer in range(1, bench.depth + 1):
        for kind in ("dZ", "dW", "db"):
            found += [(id, f"{kind}{layer}", values, False) for id, values in factors(bench)]
        found += [(id, f"{id_[1]}{layer}", k, True) for id, id_, k in _penalties(bench)]
    return found


def factors(bench: Bench) -> Iterator[tuple[str, Array]]:
    """Yield factors that have a name in this convention."""
    m = np.array([trial.problem.m for trial in bench.trials], dtype=np.float64)
    inputs = np.array([trial.problem.network.widths[0] for trial in bench.trials], dtype=float)
    one = np.ones_like(m)
    yield from (("sign-flipped", -one), ("factor-two", 2 * one), ("factor-half", 0.5 * one))
    yield "constant-factor", 0.37 * one
    if m[0] == 1:
        return
    if bench.trials[0].problem.network.reduction == "mean":
        yield from (
            ("missing-mean", m),
            ("double-mean", 1 / m),
            ("divided-by-wrong-size", m / inputs),
            ("mean-over-units", 1 / inputs),
        )
        yield "divided-by-m-minus-one", m / (m - 1)
    else:
        yield from (("mean-instead-of-sum", 1 / m), ("multiplied-by-m", m))


def _penalties(bench: Bench) -> Iterator[tuple[str, tuple[str, str], Array]]:
    one = np.ones(len(bench.trials))
    yield "l2-on-biases", ("", "db"), 0.05 * one
    if bench.decay.any():
        yield "l2-missing", ("", "dW"), -bench.decay
        yield "l2-wrong-scale", ("", "dW"), bench.decay
    else:
        yield "regularisation-added", ("", "dW"), 0.05 * one


def planted(chosen: list[Slip], early: bool) -> tuple[Program, set[str]]:
    """Return a program with these slips, and their ids."""
    variants: dict[tuple[Step, int], Variant] = {}
    scale: dict[str, Array] = {}
    penalty: dict[str, Array] = {}
    for _, place, what, is_penalty in chosen:
        if isinstance(what, Variant):
            assert isinstance(place, tuple)
            variants[place] = what
        else:
            assert isinstance(place, str)
            (penalty if is_penalty else scale)[place] = what
    return Program(variants, scale, penalty, early), {id for id, *_ in chosen}


def random_programs(
    room: Room, count: int, number: int, seed: int
) -> Iterator[tuple[Program, set[str]]]:
    """Yield programs with ``number`` slips that run and give wrong numbers."""
    rng = np.random.default_rng(seed)
    every, given = slips(room.bench), 0
    mean = room.bench.trials[0].problem.network.reduction == "mean"
    while given < count:
        chosen = [every[i] for i in rng.integers(len(every), size=number)]
        if len({place for _, place, *_ in chosen}) < number:
            continue
        program, ids = planted(chosen, mean and bool(rng.integers(2)))
        try:
            cases = room.cases(program)
        except (ValueError, KeyError, TypeError):
            continue
        if is_finite(cases) and not is_right(room, cases):
            given += 1
            yield program, ids


def verdict(found: Explanation, ids: set[str]) -> str:
    """Return how well an explanation meets the planted slips."""
    got = {cause.id for cause in found.causes}
    rivals = {rival.id for cause in found.causes for rival in cause.rivals}
    if found.unexplained:
        return "open"
    if got == ids:
        return "exact"
    if ids <= got | rivals and len(got) <= len(ids):
        return "rival"
    # Fewer slips with the same numbers, or as many: what no network can tell apart.
    return "same numbers" if len(got) <= len(ids) else "more"
