"""One slip costs once: in the first layer, walking back from the loss, in which it appears."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from gradcheck_grader.diagnosis.chain import Layer
from gradcheck_grader.diagnosis.mistakes.catalogue import build
from gradcheck_grader.diagnosis.mistakes.mistake import Step, Variant
from gradcheck_grader.diagnosis.search.explanation import Charge
from gradcheck_grader.diagnosis.search.programs import Program
from gradcheck_grader.reference.activations import Array

from .conventions import Room, room

DEEP, SHALLOW = "F deep relu", "A tanh, sigmoid, mean"


def variant(here: Room, step: Step, id: str, number: int = 0) -> Variant:
    return [v for v in here.bench.catalogue.variants[step] if v.id == id][number]


def standings(here: Room, program: Program) -> dict[str, tuple[str, str]]:
    found = here.explain(program)
    return {name: (charge.standing, charge.of) for name, charge in found.gradients.items()}


def test_what_follows_from_a_wrong_output_delta_costs_nothing() -> None:
    here = room(DEEP)
    slip = variant(here, "output", "output-extra-gprime")
    found = standings(here, Program({("output", 3): slip}, {}, {}))
    assert found["dW3"] == found["db3"] == ("charged", "output-extra-gprime")
    for name in ("dW2", "db2", "dW1", "db1"):
        assert found[name] == ("consequence", "dZ3")


def test_what_follows_from_a_wrong_hidden_delta_names_its_step() -> None:
    here = room(DEEP)
    slip = variant(here, "gate", "relu-mask-inverted")
    found = standings(here, Program({("gate", 2): slip}, {}, {}))
    assert found["dW3"] == found["db3"] == ("correct", "")
    assert found["dW2"] == found["db2"] == ("charged", "relu-mask-inverted")
    assert found["dW1"] == found["db1"] == ("consequence", "dZ2")


def test_the_same_slip_in_the_next_layer_is_a_repeat() -> None:
    here = room(DEEP)
    slip = variant(here, "gate", "hidden-missing-gprime")
    found = standings(here, Program({("gate", 2): slip, ("gate", 1): slip}, {}, {}))
    assert found["dW2"] == ("charged", "hidden-missing-gprime")
    assert found["dW1"] == found["db1"] == ("repeat", "hidden-missing-gprime")


def test_gradients_from_dA_leave_the_layers_below_right_and_cost_once() -> None:
    """The same numbers as a delta without its slope, until the layer below tells."""
    here = room(DEEP)
    pair = [variant(here, kind, "gradients-use-dA") for kind in ("dW", "db")]
    found = standings(here, Program({(one.step, 2): one for one in pair}, {}, {}))
    assert found["dW2"] == found["db2"] == ("charged", "gradients-use-dA")
    assert found["dW1"] == found["db1"] == ("correct", "")
    everywhere = {(one.step, n): one for one in pair for n in (2, 1)}
    found = standings(here, Program(everywhere, {}, {}))
    assert found["dW2"] == ("charged", "gradients-use-dA")
    assert found["dW1"] == found["db1"] == ("repeat", "gradients-use-dA")


def test_one_gradient_from_dA_keeps_its_name() -> None:
    here = room(DEEP)
    one = variant(here, "dW", "dW-uses-dA")
    found = here.explain(Program({("dW", 2): one, ("dW", 1): one}, {}, {}))
    assert [(cause.id, cause.rivals) for cause in found.causes] == [("dW-uses-dA", ())]


def test_two_penalties_of_different_wrong_sizes_are_two_slips() -> None:
    here = room("H penalty")
    decay = here.bench.decay
    m = np.array([trial.problem.m for trial in here.bench.trials], dtype=float)
    program = Program({}, {}, {"dW3": decay, "dW2": decay, "dW1": (m - 1) * decay})
    found = standings(here, program)
    assert found["dW3"] == found["dW1"] == ("charged", "l2-wrong-scale")
    assert found["dW2"] == ("repeat", "l2-wrong-scale")
    causes = here.explain(program).causes
    assert [cause.gradients for cause in causes] == [("dW3", "dW2"), ("dW1",)]


def of_weights(layer: Layer) -> Array:
    """Return the right penalty's gradient, times m."""
    return layer.network.l2 * layer.W


@pytest.mark.parametrize(
    ("id", "note", "made"),
    [
        ("l2-wrong-scale", "the penalty times m^2/2", lambda at: of_weights(at) * at.m / 2),
        ("l2-wrong-scale", "the penalty times 0.3 m", lambda at: of_weights(at) * 0.3),
        ("l2-wrong-scale", "0.7/m times the parameter", lambda at: 0.7 / at.m * at.W),
        ("l2-wrong-scale", "0.7 times the parameter", lambda at: 0.7 * at.W),
        (
            "l2-wrong-scale",
            "divided by the number of weights instead of m",
            lambda at: of_weights(at) / at.W.size,
        ),
        (
            "l2-wrong-scale",
            "1 less the penalty's factor, as in a step that shrinks the weights",
            lambda at: at.W - of_weights(at) / at.m,
        ),
        ("l2-wrong-scale", "", lambda at: of_weights(at) / np.linalg.norm(at.W)),
        ("l2-one-number", "", lambda at: of_weights(at).sum() / at.m * np.ones_like(at.W)),
        ("l2-one-number", "", lambda at: (at.W**2).sum() / at.m * np.ones_like(at.W)),
        ("l2-squared-weights", "", lambda at: of_weights(at) * at.W / at.m),
        ("l2-sign-of-weights", "", lambda at: np.sign(of_weights(at)) / at.m),
    ],
)
def test_one_wrong_penalty_in_all_layers_is_one_slip(
    id: str, note: str, made: Callable[[Layer], Array]
) -> None:
    here = room("H penalty")
    results = here.truth()
    for gradients, decay, rows in zip(results, here.bench.decay, here.bench.rows, strict=True):
        for n, at in rows.items():
            gradients[f"dW{n}"] += made(at) - decay * at.W
    found = here.explain_results(results)
    assert [(cause.id, set(cause.notes)) for cause in found.causes] == [(id, {note})]
    assert found.gradients["dW3"] == Charge("charged", id)
    assert found.gradients["dW2"] == found.gradients["dW1"] == Charge("repeat", id)
    assert found.gradients["db3"] == Charge("correct")


@pytest.mark.parametrize(
    ("note", "number"),
    [
        ("1 times the penalty's factor", lambda _: 1.0),
        ("0.5 times the penalty's factor", lambda _: 0.5),
        ("1 times the penalty's factor and the sum of the weights", lambda at: at.W.sum()),
        (
            "0.5 times the penalty's factor and the sum of the squared weights",
            lambda at: 0.5 * (at.W**2).sum(),
        ),
    ],
)
def test_one_number_of_the_penalty_in_all_bias_gradients_is_one_slip(
    note: str, number: Callable[[Layer], float]
) -> None:
    here = room("H penalty")
    results = here.truth()
    for gradients, decay, rows in zip(results, here.bench.decay, here.bench.rows, strict=True):
        for n, at in rows.items():
            gradients[f"db{n}"] += decay * number(at)
    found = here.explain_results(results)
    assert [(cause.id, set(cause.notes)) for cause in found.causes] == [
        ("l2-one-number-on-biases", {note})
    ]
    assert found.gradients["db3"] == Charge("charged", "l2-one-number-on-biases")
    assert found.gradients["dW3"] == Charge("correct")


def test_a_wrong_scale_of_the_penalty_is_told_in_words_that_hold_without_a_constant() -> None:
    told = build()["l2-wrong-scale"]
    assert not re.search(r"\b(2|twice|half|factor|divide)", told.message + told.hint)


def test_a_penalty_that_is_subtracted_is_no_matter_of_its_size() -> None:
    here = room("H penalty")
    decay = here.bench.decay
    found = standings(here, Program({}, {}, {"dW2": -2 * decay, "dW1": decay}))
    assert found["dW2"] == ("charged", "l2-sign-flipped")
    assert found["dW1"] == ("charged", "l2-wrong-scale")


def test_one_misuse_of_a_slope_in_the_output_layer_and_below_is_one_slip() -> None:
    here = room("C squared error, sum")
    variants: dict[tuple[Step, int], Variant] = {
        ("output", 2): variant(here, "output", "output-gprime-at-activation"),
        ("gate", 1): variant(here, "gate", "gprime-at-activation"),
    }
    program = Program(variants, {}, {})
    found = standings(here, program)
    assert found["dW2"] == found["db2"] == ("charged", "output-gprime-at-activation")
    assert found["dW1"] == found["db1"] == ("repeat", "output-gprime-at-activation")
    (cause,) = here.explain(program).causes
    assert cause.places == ("dZ2", "dZ1")


def test_a_missing_mean_in_every_bias_gradient_costs_the_first_one() -> None:
    here = room(DEEP)
    m = np.array([trial.problem.m for trial in here.bench.trials], dtype=float)
    found = standings(here, Program({}, {f"db{n}": m for n in (1, 2, 3)}, {}))
    assert found["db3"] == ("charged", "missing-mean")
    assert found["db2"] == found["db1"] == ("repeat", "missing-mean")
    assert all(found[f"dW{n}"] == ("correct", "") for n in (1, 2, 3))


def test_a_second_mistake_is_charged_beside_the_first() -> None:
    here = room(DEEP)
    slips = {
        ("output", 3): variant(here, "output", "label-forgotten"),
        ("dW", 1): variant(here, "dW", "dW-uses-dA"),
    }
    found = standings(here, Program(slips, {}, {}))
    assert found["dW3"] == ("charged", "label-forgotten")
    assert found["dW1"] == ("charged", "dW-uses-dA")
    assert found["db1"] == ("consequence", "dZ3")


@pytest.mark.parametrize("made", ["zeros", "ones", "copies", "nothing"])
def test_no_attempt_earns_nothing(made: str) -> None:
    """Zeros in every layer are the same mistake again, but not one that is paid for once."""
    here = room(DEEP)
    results = []
    for trial in here.bench.trials:
        parameters = trial.problem.parameters
        results.append(
            {
                "zeros": {f"d{k}": np.zeros_like(v) for k, v in parameters.items()},
                "ones": {f"d{k}": np.ones_like(v) for k, v in parameters.items()},
                "copies": {f"d{k}": 0.5 * v for k, v in parameters.items()},
                "nothing": {},
            }[made]
        )
    charges = here.explain_results(results).gradients
    assert {charge.standing for charge in charges.values()} == {"charged"}


def test_a_right_gradient_below_zeros_is_still_right() -> None:
    here = room(SHALLOW)
    results = here.truth()
    for found in results:
        found["dW2"] = np.zeros_like(found["dW2"])
    charges = here.explain_results(results).gradients
    assert charges["dW2"] == Charge("charged", "zero-gradient")
    assert charges["db2"] == charges["dW1"] == charges["db1"] == Charge("correct")


def test_gradients_of_a_delta_of_zeros_are_not_right_given_it() -> None:
    here = room(SHALLOW)
    results = here.truth()
    for found in results:
        for name in found:
            found[name] = np.zeros_like(found[name])
    charges = here.explain_results(results).gradients
    assert {charge.standing for charge in charges.values()} == {"charged"}


def test_every_charge_names_a_mistake_or_a_step() -> None:
    here, known = room(DEEP), build().mistakes
    slip = variant(here, "gate", "gprime-added")
    for charge in here.explain(Program({("gate", 2): slip}, {}, {})).gradients.values():
        if charge.standing in ("charged", "repeat"):
            assert charge.of in known
        if charge.standing == "consequence":
            assert charge.of.startswith("dZ")


def three_layers() -> Room:
    return room("D relu, sigmoid, softmax")


def factors_of(here: Room, **factors: float) -> Program:
    """Return a right program whose gradients, or deltas, are multiplied by numbers."""
    one = np.ones(len(here.bench.trials))
    return Program({}, {name: factor * one for name, factor in factors.items()}, {})


@pytest.mark.parametrize(("dW2", "below"), [(2, {"db1": 4}), (2, {"dW1": 4}), (0.5, {"db1": 0.25})])
def test_a_right_gradient_undoes_no_slip(dW2: float, below: dict[str, float]) -> None:
    """Twice dW2 and four times db1 are two slips, not one on dZ2 that db2 and dW1 take back."""
    here, (name,) = three_layers(), below
    found = standings(here, factors_of(here, dW2=dW2, **below))
    assert {one for one, (standing, _) in found.items() if standing == "charged"} == {"dW2", name}
    assert found[name] == ("charged", "constant-factor")


def test_another_constant_is_another_mistake() -> None:
    here = three_layers()
    found = here.explain(factors_of(here, dW2=3, db1=7))
    assert found.gradients["dW2"] == found.gradients["db1"] == Charge("charged", "constant-factor")
    assert [cause.gradients for cause in found.causes] == [("dW2",), ("db1",)]
    assert ["times 3)" in c.evidence for c in found.causes] == [True, False]


def test_half_of_m_for_one_over_m_is_one_mistake() -> None:
    """And not a factor 1/2 beside a factor m."""
    here = three_layers()
    m = np.array([trial.problem.m for trial in here.bench.trials], dtype=float)
    for places in (["dW1"], ["dZ2"], [*here.bench.trials[0].truth]):
        found = here.explain(Program({}, dict.fromkeys(places, m * m / 2), {}))
        assert [cause.id for cause in found.causes] == ["m-above-the-line"]
        assert set(found.causes[0].notes) == {"times m^2/2"}


def test_the_same_constant_in_another_place_is_the_same_mistake() -> None:
    here = three_layers()
    found = here.explain(factors_of(here, dW2=1 / 3, db1=1 / 3))
    assert found.gradients["dW2"] == Charge("charged", "constant-factor")
    assert found.gradients["db1"] == Charge("repeat", "constant-factor")
    assert len(found.causes) == 1


def test_words_of_two_factors_at_once_are_true_of_each() -> None:
    """Twice m squared is not twice the right one."""
    here = three_layers()
    m = np.array([trial.problem.m for trial in here.bench.trials], dtype=float)
    found = here.explain(Program({}, {"dW1": 2 * m * m}, {}))
    assert [cause.id for cause in found.causes] == ["factor-two", "multiplied-by-m"]
    for cause in found.causes:
        assert "exactly" not in cause.message
        assert "times too" not in cause.message
        assert "2 m^2" in cause.evidence


@pytest.mark.parametrize(("over_m", "words"), [(True, "0.3/m times"), (False, "0.3 times")])
def test_what_is_added_is_told_with_what_it_is_divided_by(over_m: bool, words: str) -> None:
    here = three_layers()
    m = np.array([trial.problem.m for trial in here.bench.trials], dtype=float)
    found = here.explain(Program({}, {}, {"dW1": 0.3 / m if over_m else 0.3 + 0.0 * m}))
    assert [cause.id for cause in found.causes] == ["regularisation-added"]
    assert f"({words} the parameter)" in found.causes[0].evidence


def test_a_delta_that_is_copied_from_the_layer_above_is_one_slip() -> None:
    here = three_layers()
    results = here.truth()
    for flow, trial, weight, found in zip(
        here.bench.flows[2], here.bench.trials, here.bench.weight, results, strict=True
    ):
        found["dW1"] = weight * flow.delta @ trial.problem.X.T
        found["db1"] = weight * flow.delta.sum(axis=1, keepdims=True)
    (cause,) = here.explain_results(results).causes
    assert cause.id == "delta-of-wrong-layer"
    assert (cause.places, cause.gradients) == (("dZ1",), ("dW1", "db1"))
