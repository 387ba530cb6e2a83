"""Several slips at once: each is found, or explained by no more slips than were made."""

from __future__ import annotations

from collections import Counter

import pytest

from gradcheck_grader.diagnosis.search.programs import Program, run

from .conventions import CONVENTIONS, Room, room
from .planting import factors, random_programs, verdict


def study(here: Room, count: int, number: int, seed: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for program, ids in random_programs(here, count, number, seed):
        counts[verdict(here.explain(program), ids)] += 1
    return counts


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_pairs_are_explained_by_at_most_two_slips(convention: str) -> None:
    counts = study(room(convention), 40, 2, seed=1)
    assert counts["more"] <= 1
    assert counts["exact"] + counts["rival"] + counts["same numbers"] >= 0.95 * 40


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_many_pairs_on_fresh_networks(convention: str, seed: int) -> None:
    counts = study(room(convention, seed), 200, 2, seed)
    assert counts["more"] <= 0.01 * 200
    assert counts["exact"] + counts["rival"] + counts["same numbers"] >= 0.95 * 200


@pytest.mark.slow
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_triples(convention: str) -> None:
    counts = study(room(convention), 100, 3, seed=2)
    assert counts["more"] <= 3
    assert counts["open"] <= 10


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_factor_is_named_wherever_it_stands(convention: str) -> None:
    here = room(convention)
    for id, values in factors(here.bench):
        for layer in range(1, here.bench.depth + 1):
            for kind in ("dZ", "dW", "db"):
                found = here.explain(Program({}, {f"{kind}{layer}": values}, {}))
                assert [cause.id for cause in found.causes] == [id], (id, kind, layer)
                assert found.unexplained is None


@pytest.mark.parametrize("convention", ["A tanh, sigmoid, mean", "F deep relu"])
def test_a_factor_in_every_gradient_is_one_mistake(convention: str) -> None:
    here = room(convention)
    for id, values in factors(here.bench):
        names = here.bench.trials[0].truth
        found = here.explain(Program({}, dict.fromkeys(names, values), {}))
        assert [cause.id for cause in found.causes] == [id]


def test_weights_that_were_updated_too_soon_are_named() -> None:
    """The rate is not known to us; one and the same must fit all networks."""
    here = room("F deep relu")
    results = []
    for number, trial in enumerate(here.bench.trials):
        problem, cache = trial.problem, trial.cache
        depth, m = problem.network.depth, problem.m
        weights = {k: v.copy() for k, v in problem.parameters.items()}
        delta = cache[f"A{depth}"] - problem.Y
        found = {}
        for layer in range(depth, 0, -1):
            found[f"dW{layer}"] = delta @ cache[f"A{layer - 1}"].T / m
            found[f"db{layer}"] = delta.sum(axis=1, keepdims=True) / m
            weights[f"W{layer}"] = weights[f"W{layer}"] - 0.3 * found[f"dW{layer}"]
            if layer > 1:
                delta = (weights[f"W{layer}"].T @ delta) * (cache[f"Z{layer - 1}"] > 0)
        assert found.keys() == run(Program({}, {}, {}), here.bench, number).keys()
        results.append(found)
    explanation = here.explain_results(results)
    assert [cause.id for cause in explanation.causes] == ["prop-uses-updated-weights"]
    assert "0.3" in explanation.causes[0].evidence
