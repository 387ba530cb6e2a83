"""A mistake worked out on a tiny network: what is given, what is measured, what the mistake gives.

The numbers come from the mistake's own formulas, so a page cannot say what the diagnosis does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from gradcheck_grader.diagnosis import chain
from gradcheck_grader.diagnosis.chain import Flow, Formula, Layer
from gradcheck_grader.diagnosis.lessons.lesson import WIDTH, Lines
from gradcheck_grader.diagnosis.lessons.scene import NUDGE, Scene, scenes
from gradcheck_grader.diagnosis.mistakes.mistake import STEPS, Mistake, Step
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import backward, forward, gradient_of, kind_of, layer_of

SEEN = 0.005  # of two numbers that are printed with three decimals
MEASURED: dict[Step, str] = {"output": "Z", "propagate": "A", "gate": "Z", "dW": "W", "db": "b"}
# Where the first network that shows a mistake is not the one that shows it best.
BEST_SCENE = {
    "leaky-slope": "relu",
    "relu-mask-on-gradient": "relu",
    "thresholded-prediction": "agreed",
    "gprime-factor-lost": "sigmoid",
    "sigmoid-prime-plus": "sigmoid",
    "gprime-of-wrong-layer": "deep",
    "output-precedence-slip": "squared",
    "output-gprime-twice": "squared",
    "softmax-over-batch-axis": "classes",
    "binary-ce-on-softmax": "classes",
    "labels-pick-whole-examples": "same-class",
    "prop-skips-a-layer": "deep",
    "prop-output-dA-everywhere": "deep",
    "db-of-wrong-layer": "deep",
    "delta-of-wrong-layer": "deep",
    "dW-skips-a-layer": "deep",
    "dW-uses-x-everywhere": "deep",
}


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A mistake on a scene.

    Attributes
    ----------
    name : str
        What the slope is taken by: ``Z1``, ``W2`` ...
    given : tuple of (str, ndarray)
        What the step starts from.
    slip : ndarray
        What the mistake gives for it.
    """

    scene: Scene
    name: str
    given: tuple[tuple[str, Array], ...]
    slip: Array

    @property
    def measured(self) -> Array:
        """The slope of the loss, measured."""
        return self.scene.measured(self.name)

    def lines(self) -> Lines:
        """Return the example as text."""
        measured = self.measured
        up, down = self.scene.nudged(self.name, (0, 0))
        result: list[tuple[str, Array]] = [
            (f"d{self.name} measured", measured),
            ("with this mistake", self.slip),
        ]
        if self.slip.shape == measured.shape and np.abs(measured).min() > 1e-3:
            result.append(("mistake : measured", self.slip / measured))
        how = (
            f"Add {NUDGE} to {self.name}[0, 0]: the loss is {up:.6f}. Take {NUDGE} away instead: "
            f"it is {down:.6f}. The difference over {2 * NUDGE} is "
            f"{_number((up - down) / (2 * NUDGE))}, the slope by {self.name}[0, 0]. All of them, "
            "and what the mistake gives:"
        )
        columns = "a row is a unit, a column an example; weights have a column for each input"
        return (
            *wrap(f"{self.scene.words} Below, {columns}.", WIDTH), "", *_table(self.given), "",
            *wrap(how, WIDTH), "", *_table(result),
        )  # fmt: skip


def _number(value: float) -> str:
    return f"{value + 0.0:.3f}".replace("-0.000", "0.000")


def _table(rows: Sequence[tuple[str, Array]]) -> Iterator[str]:
    """Yield a line for every row of every array, with the array's name before its first."""
    for label, array in rows:
        for index, row in enumerate(np.atleast_2d(array)):
            cells = "".join(f"{_number(float(value)):>9}" for value in row)
            yield f"{label if index == 0 else '':<20}{cells}"


def example_of(mistake: Mistake) -> Example | None:
    """Return the mistake worked out, or None where no tiny network shows it."""
    if mistake.id in SLIPS:
        return _slipped(SLIPS[mistake.id])
    known = scenes()
    best = BEST_SCENE.get(mistake.id)
    for scene in [known[best]] if best else known.values():
        for step in STEPS:
            for number in range(1, scene.problem.network.depth + 1):
                example = _at(scene, mistake, step, number)
                if example is not None:
                    return example
    return None


def _at(scene: Scene, mistake: Mistake, step: Step, number: int) -> Example | None:
    """Return the mistake at one step of one layer, None where it cannot be made or not be seen."""
    rows = scene.layers()
    at, last = rows[number], scene.problem.network.depth
    if (step == "output") != (number == last) and step in ("output", "propagate", "gate"):
        return None
    formulas = mistake.formulas(step)
    if not formulas or not mistake.when(at):
        return None
    flow = flow_into(rows, step, number)
    name = f"{MEASURED[step]}{number}"
    for formula in formulas:
        slip = _value(formula, at, flow)
        if slip is not None and _is_seen(slip, scene.measured(name)):
            return Example(scene, name, _given(scene, step, at, flow), slip)
    return None


def _value(formula: Formula, at: Layer, flow: Flow) -> Array | None:
    with np.errstate(all="ignore"):
        value = chain.apply(formula, at, flow)
    return value if value is not None and np.isfinite(value).all() else None


def _is_seen(slip: Array, measured: Array) -> bool:
    return slip.shape != measured.shape or float(np.abs(slip - measured).max()) > SEEN


def flow_into(rows: dict[int, Layer], step: Step, number: int) -> Flow:
    """Return what right steps hand down to this step of this layer."""
    last = rows[1].network.depth
    flow = chain.start(rows[last], rows[last].right)
    for layer in range(last - 1, number - 1, -1):
        at, wanted = rows[layer], layer == number
        flow = chain.descend(flow, chain.right_dW(rows[layer + 1], flow))
        if wanted and step == "propagate":
            return flow
        flow = chain.propagated(at, flow, chain.right_propagate(at, flow))
        if wanted and step == "gate":
            return flow
        flow = chain.gated(flow, chain.right_gate(at, flow))
    return flow


def _given(scene: Scene, step: Step, at: Layer, flow: Flow) -> tuple[tuple[str, Array], ...]:
    """Return what a step starts from, under the names that a student knows."""
    n = at.number
    if step == "output":
        return (f"Z{n}", at.Z), (f"A{n}", at.A), ("Y", at.Y)
    if step == "propagate":
        return (f"W{n + 1}", at.above.W), (f"dZ{n + 1}", flow.above)
    if step == "gate":
        mask = ((f"D{n}", scene.array(f"D{n}")),) if at.mask is not None else ()
        return (f"Z{n}", at.Z), (f"A{n}", at.A), *mask, (f"dA{n}", flow.undropped)
    delta = (f"dZ{n}", flow.delta)
    if step == "db":
        return (delta,)
    if n == 1:
        return delta, ("X", at.X)
    before = () if at.below.mask is None else ((f"A{n - 1} before dropout", at.below.g),)
    return delta, *before, (f"A{n - 1}", at.A_below)


@dataclass(frozen=True, slots=True, eq=False)
class Slip:
    """A mistake that is no formula of a step: what becomes of one right gradient."""

    scene: str
    name: str
    wrong: Callable[[Scene, Array], Array]
    given: tuple[str, ...] = ()


def _slipped(slip: Slip) -> Example:
    scene = scenes()[slip.scene]
    right = _right(scene, slip.name)
    given = tuple((name, scene.array(name)) for name in slip.given) or tuple(_alone(scene, slip))
    return Example(scene, slip.name, given, slip.wrong(scene, right))


def _right(scene: Scene, name: str) -> Array:
    if name == "A1":
        rows = scene.layers()
        return chain.right_propagate(rows[1], flow_into(rows, "propagate", 1))
    return backward(scene.problem, forward(scene.problem))[0][gradient_of(name)]


def _alone(scene: Scene, slip: Slip) -> Iterator[tuple[str, Array]]:
    """Yield the slope of each example's own loss."""
    rows, number = scene.layers(), layer_of(slip.name)
    delta = flow_into(rows, "dW", number).delta
    for i in range(scene.problem.m):
        own = delta[:, i : i + 1]
        value = own @ rows[number].A_below[:, i : i + 1].T if kind_of(slip.name) == "W" else own
        yield f"example {i + 1} alone", value


def _times(factor: Callable[[int], float]) -> Callable[[Scene, Array], Array]:
    """Return a slip: the right gradient times a factor that m gives."""
    return lambda scene, right: factor(scene.problem.m) * right


def _penalty_of(shape: Callable[[Array], Array]) -> Callable[[Scene, Array], Array]:
    """Return a slip: what stands for the weights in the penalty."""
    return lambda scene, right: right + 0.2 * (shape(scene.array("W2")) - scene.array("W2"))


def _with_updated_weights(scene: Scene, right: Array) -> Array:
    """Return dA1 through weights that have taken a step of rate 0.5."""
    weight, delta = scene.array("W2"), scene.layers()[2].right
    moved: Array = (weight - 0.5 * _right(scene, "W2")).T @ delta
    return moved


SLIPS: dict[str, Slip] = {
    "missing-mean": Slip("averaged", "W2", _times(lambda m: m)),
    "double-mean": Slip("averaged", "W2", _times(lambda m: 1 / m)),
    "mean-instead-of-sum": Slip("summed", "W2", _times(lambda m: 1 / m)),
    "multiplied-by-m": Slip("summed", "W2", _times(lambda m: m)),
    "m-above-the-line": Slip("averaged", "W2", _times(lambda m: m * m / 2)),
    "sign-flipped": Slip("plain", "b2", _times(lambda _: -1.0), ("A2", "Y", "b2")),
    "factor-two": Slip("squared", "W2", _times(lambda _: 2.0), ("A2", "Y")),
    "factor-half": Slip("squared", "W2", _times(lambda _: 0.5), ("A2", "Y")),
    "constant-factor": Slip("plain", "W2", _times(lambda _: 0.1), ("A2", "Y")),
    "divided-by-wrong-size": Slip("averaged", "W2", _times(lambda m: m / 2), ("X", "Y")),
    "fixed-batch-size": Slip("averaged", "W2", _times(lambda m: m / 5)),
    "divided-by-m-minus-one": Slip("averaged", "W2", _times(lambda m: m / (m - 1))),
    "mean-over-units": Slip("averaged", "b1", _times(lambda _: 0.5)),
    "units-added-up": Slip("entries", "W2", _times(lambda _: 3.0), ("A2", "Y")),
    "odd-factor": Slip("averaged", "W2", _times(lambda m: -1 / m)),
    "dropout-scale-twice": Slip("dropout", "W1", _times(lambda _: 2.0), ("D1", "A1")),
    "dropout-scale-missing": Slip("dropout", "W1", _times(lambda _: 0.5), ("D1", "A1")),
    "dropout-scale-inverted": Slip("dropout", "W1", _times(lambda _: 0.25), ("D1", "A1")),
    "dropout-scale-by-drop-rate": Slip("deep-dropout", "W2", _times(lambda _: 4.0), ("D2", "A2")),
    "dropout-scale-fixed": Slip("dropout", "W1", _times(lambda _: 0.625), ("D1", "A1")),
    "dropout-other-keep-prob": Slip("deep-dropout", "W1", _times(lambda _: 0.625), ("D1", "D2")),
    "regularisation-added": Slip(
        "averaged", "W2", lambda scene, right: right + 0.2 * scene.array("W2"), ("W2",)
    ),
    "l2-missing": Slip(
        "penalty", "W2", lambda scene, right: right - 0.2 * scene.array("W2"), ("W2",)
    ),
    "l2-wrong-scale": Slip(
        "penalty", "W2", lambda scene, right: right + 0.2 * scene.array("W2"), ("W2",)
    ),
    "l2-one-number": Slip(
        "penalty", "W2", _penalty_of(lambda W: np.full_like(W, W.sum())), ("W2",)
    ),
    "l2-squared-weights": Slip("penalty", "W2", _penalty_of(np.square), ("W2",)),
    "l2-sign-of-weights": Slip("penalty", "W2", _penalty_of(np.sign), ("W2",)),
    "l2-sign-flipped": Slip(
        "penalty", "W2", lambda scene, right: right - 0.4 * scene.array("W2"), ("W2",)
    ),
    "l2-on-biases": Slip(
        "penalty", "b1", lambda scene, right: right + 0.2 * scene.array("b1"), ("b1",)
    ),
    "l2-one-number-on-biases": Slip("penalty", "b1", lambda _, right: right + 0.2, ("b1",)),
    "returned-updated-parameter": Slip(
        "plain", "W2", lambda scene, right: scene.array("W2") - 0.1 * right, ("W2",)
    ),
    "parameter-returned": Slip("plain", "W2", lambda scene, _: scene.array("W2"), ("W2",)),
    "constant-returned": Slip("plain", "W1", lambda _, right: np.ones_like(right), ("X",)),
    "zero-gradient": Slip("plain", "W1", lambda _, right: 0.0 * right, ("X",)),
    "old-parameter-missing": Slip("plain", "W2", lambda _, right: -0.1 * right, ("W2",)),
    "wrong-key": Slip("plain", "b2", lambda scene, _: _right(scene, "b1"), ("b2",)),
    "keys-swapped": Slip("plain", "W2", lambda scene, _: _right(scene, "W1"), ("W2",)),
    "prop-uses-updated-weights": Slip("plain", "A1", _with_updated_weights, ("W2",)),
}
