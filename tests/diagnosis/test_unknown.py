"""Slips that nobody catalogued: located by the student's own deltas, and never given a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from gradcheck_grader.diagnosis.chain import Flow, Layer, turn
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake, Step, Variant
from gradcheck_grader.diagnosis.search.programs import Program
from gradcheck_grader.reference.activations import Array

from .conventions import CONVENTIONS, Room, is_finite, is_right, room

FOREIGN = Mistake("foreign", "", "", "")
FORMULAS: dict[Step, tuple[Callable[[Layer, Flow], Array], ...]] = {
    "output": (
        lambda at, _: at.right * (1 + 0.3 * at.A),
        lambda at, _: np.sin(3 * at.right),
        lambda at, _: at.right + 0.1 * at.Z,
        lambda at, _: np.sqrt(at.A) - at.Y,
        lambda at, _: at.right * np.cos(at.Z),
        lambda at, _: at.right * at.b,  # db alone could be named: it is multiplied by b
    ),
    "propagate": (
        lambda at, flow: turn(at.above.W**2) @ flow.above,
        lambda at, flow: turn(at.above.W) @ flow.above**3,
        lambda at, flow: turn(at.above.W + 0.1) @ flow.above,
        lambda at, flow: turn(np.tanh(at.above.W)) @ flow.above,
        lambda at, flow: (turn(at.above.W) @ flow.above)[::-1],
    ),
    "gate": (
        lambda at, flow: flow.da * np.cos(at.Z),
        lambda at, flow: flow.da * np.exp(-(at.Z**2)),
        lambda at, flow: flow.da * np.sqrt(np.abs(at.Z)),
        lambda at, flow: flow.da * (1 - at.A**4),
        lambda at, flow: np.tanh(flow.da),
        lambda at, flow: np.abs(flow.da * at.slope),  # db alone: its signs are lost
        lambda at, flow: flow.da * at.slope * at.b,
    ),
    "dW": (
        lambda at, flow: flow.delta @ turn(at.A_below**2),
        lambda at, flow: flow.delta**2 @ turn(at.A_below),
        lambda at, flow: (flow.delta @ turn(at.A_below))[:, ::-1],
        lambda at, flow: np.tanh(flow.delta @ turn(at.A_below)),
    ),
    "db": (
        lambda at, flow: np.square(flow.delta).sum(axis=-1, keepdims=True),
        lambda at, flow: np.tanh(flow.delta.sum(axis=-1, keepdims=True)),
        lambda at, flow: flow.delta.sum(axis=-1, keepdims=True)[::-1] + 0.1,
    ),
}


def programs(here: Room) -> Iterator[tuple[str, Program]]:
    """Yield foreign programs with the step that is wrong."""
    depth = here.bench.depth
    for step, formulas in FORMULAS.items():
        own = "dZ" if step in ("output", "propagate", "gate") else step
        last = depth if step in ("dW", "db") else depth - 1
        for layer in [depth] if step == "output" else range(1, last + 1):
            for formula in formulas:
                variant = Variant(step, formula, FOREIGN)
                yield f"{own}{layer}", Program({(step, layer): variant}, {}, {})


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_foreign_slip_is_located_and_not_named(convention: str) -> None:
    here = room(convention)
    count = located = 0
    for step, program in programs(here):
        cases = here.cases(program)
        if not is_finite(cases) or is_right(here, cases):
            continue
        found = here.explain(program)
        assert not found.causes, step
        assert found.unexplained is not None
        assert found.unexplained.steps in ((step,), ())
        assert step in found.unexplained.pattern or not found.unexplained.steps
        count, located = count + 1, located + (found.unexplained.steps == (step,))
    assert located >= 0.95 * count


@pytest.mark.parametrize(
    ("step", "number", "formula"),
    [
        ("gate", 0, "dZ1 = dA1 * cos(Z1)"),
        ("gate", 1, "dZ1 = dA1 * exp(-Z1**2)"),
        ("gate", 4, "dZ1 = tanh(dA1)"),
        ("dW", 0, "dW1 = dZ1 @ (X**2).T"),
        ("db", 0, "db1 = sum(dZ1**2)"),
    ],
)
def test_the_formula_of_a_foreign_step_is_told(step: Step, number: int, formula: str) -> None:
    here = room("A tanh, sigmoid, mean")
    variant = Variant(step, FORMULAS[step][number], FOREIGN)
    found = here.explain(Program({(step, 1): variant}, {}, {})).unexplained
    assert found is not None
    assert found.formulas == (formula,)
    assert found.pattern.endswith(f"Your numbers are those of {formula}.")


def test_the_formula_of_a_foreign_output_delta_is_told() -> None:
    here = room("A tanh, sigmoid, mean")
    variant = Variant("output", FORMULAS["output"][4], FOREIGN)
    found = here.explain(Program({("output", 2): variant}, {}, {})).unexplained
    assert found is not None
    assert found.formulas == ("dZ2 = (A2 - Y) * cos(Z2)",)


def test_what_follows_from_a_foreign_delta_keeps_its_points() -> None:
    here = room("F deep relu")
    foreign = Variant("gate", FORMULAS["gate"][0], FOREIGN)
    explanation = here.explain(Program({("gate", 2): foreign}, {}, {}))
    assert explanation.unexplained is not None
    assert "; dW1 and db1 are right for your dZ2." in explanation.unexplained.pattern
    charges = explanation.gradients
    assert charges["dW3"].standing == charges["db3"].standing == "correct"
    assert (charges["dW2"].standing, charges["dW2"].of) == ("unknown", "dZ2")
    assert (charges["dW1"].standing, charges["dW1"].of) == ("consequence", "dZ2")
    assert (charges["db1"].standing, charges["db1"].of) == ("consequence", "dZ2")


def test_random_numbers_earn_nothing() -> None:
    here, rng = room("A tanh, sigmoid, mean"), np.random.default_rng(0)
    results = [
        {name: rng.standard_normal(value.shape) for name, value in trial.truth.items()}
        for trial in here.bench.trials
    ]
    found = here.explain_results(results)
    assert not found.causes
    assert {charge.standing for charge in found.gradients.values()} == {"unknown"}


def test_a_slip_that_the_verifying_trial_denies_is_not_told() -> None:
    """Four trials agree with a missing 1/m, the fifth does not."""
    here = room("A tanh, sigmoid, mean")
    results = here.truth()
    for trial, found in zip(here.bench.trials, results, strict=True):
        factor = trial.problem.m if trial is not here.bench.trials[-1] else 3.7
        found["dW1"] = found["dW1"] * factor
    found_ = here.explain_results(results)
    assert not found_.causes
    assert found_.gradients["dW1"].standing == "unknown"


def test_no_step_is_the_first_one_below_a_layer_that_cannot_be_read() -> None:
    """Nothing tells the delta of layer 2 from its gradients, so it may be the first wrong step."""
    here = room("A tanh, sigmoid, mean")
    steps: tuple[tuple[Step, int], ...] = (("output", 2), ("dW", 2), ("gate", 1))
    variants = {place: Variant(place[0], FORMULAS[place[0]][0], FOREIGN) for place in steps}
    found = here.explain(Program(variants, {}, {})).unexplained
    assert found is not None
    assert found.steps == ()
    assert "first step" not in found.pattern


@pytest.mark.parametrize("convention", ["A tanh, sigmoid, mean", "D relu, sigmoid, softmax"])
def test_one_number_a_network_is_told_as_such(convention: str) -> None:
    """A division by something that is no size has no name, and no step is wrong but by it."""
    here = room(convention)
    numbers = [1.0, 2.3, 0.7, 1.9, 0.4, 3.1][: len(here.bench.trials)]
    results = here.truth()
    for number, found in zip(numbers, results, strict=True):
        for name in found:
            found[name] = found[name] * number
    explanation = here.explain_results(results)
    assert not explanation.causes
    assert explanation.unexplained is not None
    assert explanation.unexplained.is_scaled
    assert explanation.unexplained.steps == ()
    last = f"dW{here.bench.depth}"
    assert explanation.gradients[last].standing == "unknown"
    assert explanation.gradients["dW1"].standing == "repeat"


def test_a_number_for_each_gradient_is_not_one_number_for_all() -> None:
    here = room("A tanh, sigmoid, mean")
    results = here.truth()
    for number, found in enumerate(results, start=2):
        for place, name in enumerate(found, start=1):
            found[name] = found[name] * (number**2 + place)
    explanation = here.explain_results(results)
    assert explanation.unexplained is not None
    assert not explanation.unexplained.is_scaled
