"""What a diagnosis says of an activation is said of layers that have it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradcheck_grader.diagnosis.chain import Flow, Layer
from gradcheck_grader.diagnosis.mistakes.catalogue import build
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake, Step, Variant
from gradcheck_grader.diagnosis.search.bench import prepare
from gradcheck_grader.diagnosis.search.explanation import Explanation
from gradcheck_grader.diagnosis.search.probes import draw_probes
from gradcheck_grader.diagnosis.search.programs import Program
from gradcheck_grader.reference.activations import Array
from tests.conftest import made_part

from .conventions import Room

WRITTEN = Mistake("written", "", "", "")
ENTROPY, SQUARED = "binary_cross_entropy", "squared_error"


def explained(
    hidden: str, output: str, loss: str, step: Step, formula: Callable[[Layer, Flow], Array]
) -> Explanation:
    """Return the diagnosis of a two-layer network with one step written in another way."""
    outputs = 1 if output == "sigmoid" else (3, 5)
    part = made_part(
        {
            "name": "part",
            "interface": {"function": "f", "arguments": ("parameters", "cache", "X", "Y")},
            "network": {
                "hidden": hidden, "output": output, "loss": loss, "reduction": "mean",
                "outputs": outputs,
            },
            "points": {"dW1": 1, "db1": 1, "dW2": 1, "db2": 1},
        }
    )  # fmt: skip
    with np.errstate(all="ignore"):
        here = Room(part, prepare(draw_probes(part, 5, 2), build()))
    place = (step, 2 if step == "output" else 1)
    return here.explain(Program({place: Variant(step, formula, WRITTEN)}, {}, {}))


def told(found: Explanation) -> list[tuple[str, str, list[str]]]:
    return [(c.id, c.confidence, [rival.id for rival in c.rivals]) for c in found.causes]


@pytest.mark.parametrize(
    ("output", "loss"), [("sigmoid", ENTROPY), ("softmax", "categorical_cross_entropy")]
)
def test_the_own_slope_of_the_output_layer_is_not_that_of_another_activation(
    output: str, loss: str
) -> None:
    found = explained(
        "tanh", output, loss, "output", lambda at, _: (at.A - at.Y) * at.A * (1 - at.A)
    )
    assert told(found) == [("output-extra-gprime", "certain", [])]


@pytest.mark.parametrize(
    ("output", "slope"),
    [
        ("tanh", lambda at: at.A * (1 - at.A)),
        ("sigmoid", lambda at: 1 - at.A**2),
        ("identity", lambda at: at.Z > 0),
    ],
)
def test_the_slope_of_another_activation_in_the_output_layer_is_told(
    output: str, slope: Callable[[Layer], Array]
) -> None:
    found = explained("tanh", output, SQUARED, "output", lambda at, _: (at.A - at.Y) * slope(at))
    assert told(found) == [("output-wrong-activation-derivative", "certain", [])]


GATES: dict[str, Callable[[Layer], Array]] = {
    "leak of 0.1": lambda at: np.where(at.Z > 0, 1.0, 0.1),
    "leak of 0.01": lambda at: np.where(at.Z > 0, 1.0, 0.01),
    "leak on the other side": lambda at: np.where(at.Z > 0, 0.01, 1.0),
    "1 - z^2": lambda at: 1 - at.Z**2,
    "z(1 - z)": lambda at: at.Z * (1 - at.Z),
    "1 - a": lambda at: 1 - at.A,
    "(1 - a)^2": lambda at: (1 - at.A) ** 2,
    "a(1 + a)": lambda at: at.A * (1 + at.A),
    "1 - 2a": lambda at: 1 - 2 * at.A,
    "1 - 2^a": lambda at: 1 - np.power(2, at.A),
    "sigmoid of a": lambda at: 1 / (1 + np.exp(-at.A)),
    "tanh of a": lambda at: np.tanh(at.A),
    "s(z) s(1 - z)": lambda at: 1 / (1 + np.exp(-at.Z)) / (1 + np.exp(at.Z - 1)),
    "e / (1 + e^2)": lambda at: np.exp(-at.Z) / (1 + np.exp(-at.Z) ** 2),
    "1 - tanh(z^2)": lambda at: 1 - np.tanh(at.Z**2),
}


@pytest.mark.parametrize(
    ("hidden", "slope", "ids"),
    [
        ("relu", "leak of 0.1", ["leaky-slope"]),
        ("leaky_relu", "leak of 0.1", ["leak-of-another-size"]),
        ("leaky_relu", "leak of 0.01", []),
        ("tanh", "leak of 0.01", ["wrong-derivative-leaky-relu"]),
        ("identity", "leak of 0.1", ["wrong-derivative-leaky-relu"]),
        ("leaky_relu", "leak on the other side", ["leaky-slopes-swapped"]),
        ("leaky_relu", "1 - z^2", ["foreign-gprime-formula-on-z"]),
        ("relu", "z(1 - z)", ["foreign-gprime-formula-on-z"]),
        ("sigmoid", "1 - z^2", ["foreign-gprime-formula-on-z"]),
        ("sigmoid", "z(1 - z)", ["gprime-formula-on-z"]),
        ("tanh", "1 - z^2", ["gprime-formula-on-z"]),
        ("sigmoid", "1 - a", ["gprime-factor-lost"]),
        ("relu", "1 - a", []),
        ("tanh", "(1 - a)^2", ["tanh-prime-square-outside"]),
        ("sigmoid", "(1 - a)^2", []),
        ("sigmoid", "a(1 + a)", ["sigmoid-prime-plus"]),
        ("tanh", "a(1 + a)", []),
        ("sigmoid", "1 - 2a", ["gprime-differentiated-wrongly"]),
        ("tanh", "1 - 2a", ["tanh-prime-doubled"]),
        ("tanh", "1 - 2^a", ["tanh-prime-power-swapped"]),
        ("sigmoid", "1 - 2^a", []),
        ("sigmoid", "sigmoid of a", ["g-instead-of-gprime"]),
        ("tanh", "tanh of a", ["g-instead-of-gprime"]),
        ("tanh", "sigmoid of a", []),
        ("sigmoid", "s(z) s(1 - z)", ["gprime-bracket-misplaced"]),
        ("sigmoid", "e / (1 + e^2)", ["gprime-bracket-misplaced"]),
        ("tanh", "1 - tanh(z^2)", ["gprime-bracket-misplaced"]),
    ],
)
def test_a_slip_in_a_slope_is_told_of_the_activation_that_has_it(
    hidden: str, slope: str, ids: list[str]
) -> None:
    written = GATES[slope]
    found = explained(hidden, "sigmoid", ENTROPY, "gate", lambda at, flow: flow.da * written(at))
    assert [cause.id for cause in found.causes] == ids


@pytest.mark.parametrize("hidden", ["relu", "leaky_relu"])
def test_a_delta_that_is_overwritten_where_z_is_negative_is_told(hidden: str) -> None:
    def overwritten(at: Layer, flow: Flow) -> Array:
        delta = flow.da.copy()
        delta[at.Z <= 0] = 0.01
        return delta

    found = explained(hidden, "sigmoid", ENTROPY, "gate", overwritten)
    assert [cause.id for cause in found.causes] == ["leak-in-place-of-delta"]


@pytest.mark.parametrize("output", ["sigmoid", "tanh"])
@pytest.mark.parametrize("times", [True, False])
def test_a_slope_of_the_error_is_told_in_the_output_layer(output: str, times: bool) -> None:
    def slope_of_error(at: Layer, _: Flow) -> Array:
        e = at.A - at.Y
        slope = e * (1 - e) if output == "sigmoid" else 1 - e * e
        return e * slope if times else slope

    found = explained("tanh", output, SQUARED, "output", slope_of_error)
    assert told(found) == [("output-gprime-of-error", "certain", [])]
