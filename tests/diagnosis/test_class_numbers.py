"""Class numbers as labels: a formula that stops on a small network does not shift the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcheck_grader.diagnosis.chain import Flow, Layer
from gradcheck_grader.diagnosis.mistakes.catalogue import BUILT_IN, build
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.diagnosis.search.bench import prepare
from gradcheck_grader.diagnosis.search.probes import draw_probes
from gradcheck_grader.diagnosis.search.programs import Program
from gradcheck_grader.reference.activations import Array
from tests.conftest import made_part

from .conventions import Room, room

CLASSES = 5  # more than the examples of the smallest network: not every class number is that of one


def classifier(labels: str, depth: int, form: str = "half_mean", reduction: str = "mean") -> Room:
    network: dict[str, Any] = {
        "hidden": "relu", "output": "softmax", "loss": "categorical_cross_entropy",
        "reduction": reduction, "penalty_form": form, "l2": (0.1, 0.9),
        "depth": depth, "outputs": CLASSES, "inputs": (3, 9), "width": (3, 9),
    }  # fmt: skip
    part = made_part(
        {
            "name": "part",
            "interface": {
                "function": "f",
                "arguments": ("parameters", "X", "Y", "lambd"),
                "labels": labels,
            },
            "network": network,
            "points": {f"d{k}{n}": 1 for n in range(1, depth + 1) for k in "Wb"},
        }
    )
    with np.errstate(all="ignore"):
        return Room(part, prepare(draw_probes(part, 1, depth), build()))


def wrong_penalties(here: Room) -> dict[str, Program]:
    weights = [f"dW{layer}" for layer in range(1, here.bench.depth + 1)]
    decay = here.bench.decay
    return {
        "l2-missing": Program({}, {}, dict.fromkeys(weights, -decay)),
        "l2-wrong-scale": Program({}, {}, dict.fromkeys(weights, decay)),
        "l2-sign-flipped": Program({}, {}, dict.fromkeys(weights, -2 * decay)),
    }


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("form", ["half_mean", "half", "whole"])
@pytest.mark.parametrize("depth", range(1, 6))
def test_a_wrong_penalty_is_named_as_with_columns_of_labels(
    depth: int, form: str, reduction: str
) -> None:
    numbers = classifier("integers", depth, form, reduction)
    columns = classifier("columns", depth, form, reduction)
    assert min(trial.problem.m for trial in numbers.bench.trials) < CLASSES
    for id, program in wrong_penalties(numbers).items():
        found = numbers.explain(program)
        assert [cause.id for cause in found.causes] == [id]
        assert found == columns.explain(program)


def test_every_trial_is_stacked_with_the_same_ways() -> None:
    bench = classifier("integers", 2).bench
    first, *others = ([way.variants for way in stack.ways] for stack in bench.stacks[2])
    assert len(others) == len(bench.trials) - 1
    assert all(other == first for other in others)


@pytest.mark.parametrize("stops_on", range(5))
def test_a_formula_that_stops_on_one_network_does_not_shift_the_others(stops_on: int) -> None:
    plain = room("A tanh, sigmoid, mean")
    m = plain.bench.trials[stops_on].problem.m

    def stopping(at: Layer, _: Flow) -> Array:
        if at.m == m:
            raise ValueError("operands do not fit together")
        return np.cos(at.A)

    added = Mistake("stops-somewhere", "T", "M", "H", output=(stopping,))
    with np.errstate(all="ignore"):
        here = Room(plain.part, prepare(plain.bench.trials, build((added, *BUILT_IN))))
    for id in ("output-extra-gprime", "label-forgotten"):
        [variant, *_] = [v for v in here.bench.catalogue.variants["output"] if v.id == id]
        found = here.explain(Program({("output", 2): variant}, {}, {}))
        assert [cause.id for cause in found.causes] == [id]
