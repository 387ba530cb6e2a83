"""The conventions that mistakes are tried in, and programs run as if a student had written them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.diagnosis.mistakes.catalogue import build
from gradcheck_grader.diagnosis.search.bench import Bench, prepare
from gradcheck_grader.diagnosis.search.engine import explain
from gradcheck_grader.diagnosis.search.explanation import Case, Explanation
from gradcheck_grader.diagnosis.search.probes import draw_probes
from gradcheck_grader.diagnosis.search.programs import Program, run
from gradcheck_grader.reference.activations import Array
from tests.conftest import made_part

SEED = 20261123
CONVENTIONS: dict[str, dict[str, Any]] = {
    "A tanh, sigmoid, mean": {
        "hidden": "tanh", "output": "sigmoid", "loss": "binary_cross_entropy",
        "reduction": "mean",
    },
    "B one example": {
        "hidden": "sigmoid", "output": "sigmoid", "loss": "binary_cross_entropy",
        "reduction": "none", "examples": 1,
    },
    "C squared error, sum": {
        "hidden": "sigmoid", "output": "sigmoid", "loss": "squared_error", "reduction": "sum",
        "outputs": (2, 4),
    },
    "D relu, sigmoid, softmax": {
        "hidden": ("relu", "sigmoid"), "output": "softmax", "loss": "categorical_cross_entropy",
        "reduction": "mean", "depth": 3, "inputs": (3, 9), "width": (3, 9), "outputs": (3, 5),
        "examples": (6, 12),
    },
    "E sigmoid, sigmoid": {
        "hidden": "sigmoid", "output": "sigmoid", "loss": "binary_cross_entropy",
        "reduction": "mean",
    },
    "F deep relu": {
        "hidden": "relu", "output": "sigmoid", "loss": "binary_cross_entropy",
        "reduction": "mean", "depth": (3, 5), "inputs": (3, 10), "width": (3, 10),
        "examples": (6, 14),
    },
    "G dropout": {
        "hidden": "relu", "output": "sigmoid", "loss": "binary_cross_entropy",
        "reduction": "mean", "depth": 3, "inputs": (3, 9), "width": (3, 9),
        "keep_prob": (0.5, 0.9),
    },
    "H penalty": {
        "hidden": "tanh", "output": "sigmoid", "loss": "binary_cross_entropy",
        "reduction": "mean", "depth": 3, "inputs": (3, 9), "width": (3, 9), "l2": (0.2, 0.9),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """One convention, made ready."""

    part: Part
    bench: Bench

    def cases(self, program: Program) -> list[Case]:
        """Return what a program gives, as if a student had handed it in."""
        with np.errstate(all="ignore"):
            results = [run(program, self.bench, t) for t in range(len(self.bench.trials))]
        return self.cases_of(results)

    def cases_of(self, results: Iterable[Mapping[str, Array]]) -> list[Case]:
        """Return cases of gradients of any shape, one mapping a trial."""
        pairs = zip(self.bench.trials, results, strict=True)
        return [
            Case(
                trial,
                {k: v if v.shape == trial.truth[k].shape else None for k, v in found.items()},
                {k: v for k, v in found.items() if v.shape != trial.truth[k].shape},
            )
            for trial, found in pairs
        ]

    def explain(self, program: Program) -> Explanation:
        """Return the diagnosis of a program."""
        return explain(self.part, self.cases(program), self.bench)

    def explain_results(self, results: Iterable[Mapping[str, Array]]) -> Explanation:
        """Return the diagnosis of gradients, one mapping a trial."""
        return explain(self.part, self.cases_of(results), self.bench)

    def truth(self) -> list[dict[str, Array]]:
        """Return the right gradients of every trial."""
        return [{k: v.copy() for k, v in trial.truth.items()} for trial in self.bench.trials]


@cache
def part_of(convention: str) -> Part:
    """Return the part of an assignment in this convention."""
    network = dict(CONVENTIONS[convention])
    depth = network.get("depth", 2)
    deepest = depth if isinstance(depth, int) else depth[1]
    return made_part(
        {
            "name": "part",
            "interface": {
                "function": "f",
                "arguments": ("parameters", "cache", "X", "Y", "lambd", "keep_prob"),
                "cache": ("A0", "Z{l}", "A{l}", "D{l}?"),
            },
            "network": network,
            "points": {f"d{k}{n}": 1 for n in range(1, deepest + 1) for k in "Wb"},
        }
    )


@cache
def room(convention: str, seed: int = SEED) -> Room:
    """Return a convention with its diagnosis trials."""
    part = part_of(convention)
    trials = draw_probes(part, seed, part.network.depth[0])
    with np.errstate(all="ignore"):
        return Room(part, prepare(trials, build()))


def is_right(room: Room, cases: Iterable[Case]) -> bool:
    """Return whether the numbers are the right ones after all: the mistake cannot be seen."""
    return all(
        case.values[name] is not None
        and np.allclose(case.values[name], truth, rtol=1e-9, atol=1e-13)  # type: ignore[arg-type]
        for case in cases
        for name, truth in case.trial.truth.items()
    )


def is_finite(cases: Iterable[Case]) -> bool:
    """Return whether all that came back is numbers."""
    return all(
        np.isfinite(array).all()
        for case in cases
        for array in (*case.values.values(), *case.raw.values())
        if array is not None
    )
