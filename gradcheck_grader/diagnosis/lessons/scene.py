"""Networks of two units and two examples, small enough to follow by hand, and their slopes.

The slopes are measured as a person would: nudge one number up and down, and watch the loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gradcheck_grader.diagnosis.chain import Layer, layers_of
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import (
    Network,
    Problem,
    drop,
    example_losses,
    forward,
    kind_of,
    layer_of,
    loss,
)
from gradcheck_grader.trials import Trial

NUDGE = 0.01
LOSSES = {
    "binary_cross_entropy": "cross-entropy",
    "categorical_cross_entropy": "cross-entropy",
    "squared_error": "half the squared error",
}
X = np.array([[1.0, -0.5, 0.5], [0.5, 1.5, -1.0]])
W1, B1 = np.array([[1.0, 0.5], [-0.5, 1.0]]), np.array([[0.2], [-0.4]])
MIDDLE, B_MIDDLE = np.array([[0.6, -0.8], [0.5, 0.7]]), np.array([[-0.1], [0.3]])
LAST, B_LAST = np.array([[0.8, -0.6]]), np.array([[0.1]])
CLASSES = np.array([[0.8, -0.6], [-0.4, 0.9], [0.5, 0.3]])
B_CLASSES = np.array([[0.1], [-0.2], [0.0]])
ONE_HOT = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
LABELS = np.array([[0.0, 1.0, 1.0]])
TWO_ALIKE = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
MASKS = {"D1": np.array([[1.0, 0.0], [1.0, 1.0]]), "D2": np.array([[1.0, 1.0], [0.0, 1.0]])}


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A tiny network with round numbers."""

    problem: Problem

    @property
    def words(self) -> str:
        """What a reader needs to know of it."""
        network, m = self.problem.network, self.problem.m
        sizes = zip(network.widths[1:], network.activations, strict=True)
        units = ", then ".join(
            f"{n} {name.replace('_', ' ')} {'unit' if n == 1 else 'units'}" for n, name in sizes
        )
        over = "averaged" if network.reduction == "mean" else "summed"
        words = f"A network: {network.widths[0]} inputs, then {units}. The loss: "
        entries = "the squared error, averaged over the output units"
        error = entries if network.error_form == "mean" else LOSSES[network.loss]
        words += f"{error}, {over} over {m} examples."
        if network.l2:
            words += f" Its penalty: lambda/(2m) times the squared weights, lambda = {network.l2}."
        if network.keep_prob:
            kept = " and ".join(f"{p:g}" for p in network.keep_prob)
            words += f" Dropout keeps a hidden unit with probability {kept}, and A1 is what is left"
            words += " after it."
        return words

    def layers(self) -> dict[int, Layer]:
        """Return the facts of every layer."""
        none: Mapping[str, Array] = {}
        cache = forward(self.problem)
        trial = Trial("lesson", 0, self.problem, cache, none, none, none, none, none)
        return layers_of(trial)

    def array(self, name: str) -> Array:
        """Return a parameter, X, Y, a mask, or an array of the forward pass."""
        problem = self.problem
        known = {"X": problem.X, "Y": problem.Y, **problem.parameters, **problem.masks}
        return {**forward(problem), **known}[name]

    def loss_with(self, name: str, value: Array) -> float:
        """Return the loss if this parameter, Z or A had another value."""
        problem = self.problem
        if name in problem.parameters:
            return loss(replace(problem, parameters={**problem.parameters, name: value}))
        network, first = problem.network, layer_of(name)
        a = value if kind_of(name) == "A" else None
        z = value
        for layer in range(first, network.depth + 1):
            if layer > first:
                z = problem.parameters[f"W{layer}"] @ a + problem.parameters[f"b{layer}"]
            if layer > first or a is None:
                a = drop(network, problem.masks, layer, network.activation(layer).function(z))
        weight = network.example_weight(problem.m)
        return weight * float(np.sum(example_losses(problem, z)))

    def nudged(self, name: str, entry: tuple[int, ...]) -> tuple[float, float]:
        """Return the loss with one number a nudge higher, and a nudge lower."""
        up, down = (np.array(self.array(name)) for _ in range(2))
        up[entry] += NUDGE
        down[entry] -= NUDGE
        return self.loss_with(name, up), self.loss_with(name, down)

    def measured(self, name: str) -> Array:
        """Return the slope of the loss by every entry of a parameter, Z or A."""
        slopes = np.zeros(self.array(name).shape)
        for entry in np.ndindex(slopes.shape):
            up, down = self.nudged(name, entry)
            slopes[entry] = (up - down) / (2 * NUDGE)
        return slopes


def _scene(network: Network, last: tuple[Array, Array], Y: Array, m: int = 2) -> Scene:
    """Return the scene of a network; its first layers are those that fit its widths."""
    layers = [*((W1, B1), (MIDDLE, B_MIDDLE))[: network.depth - 1], last]
    parameters = {f"W{k}": weight for k, (weight, _) in enumerate(layers, start=1)}
    parameters |= {f"b{k}": bias for k, (_, bias) in enumerate(layers, start=1)}
    masks = {f"D{k}": MASKS[f"D{k}"] for k in range(1, network.depth)} if network.keep_prob else {}
    return Scene(Problem(network, parameters, X[:, :m], Y[:, :m], masks))


def scenes() -> dict[str, Scene]:
    """Return every scene by name, the plainest first."""
    one = (LAST, B_LAST)
    plain = Network((2, 2, 1), ("tanh", "sigmoid"), "binary_cross_entropy", "sum")
    deep = replace(plain, widths=(2, 2, 2, 1), activations=("tanh", "tanh", "sigmoid"))
    classes = Network((2, 2, 3), ("tanh", "softmax"), "categorical_cross_entropy", "sum")
    averaged = replace(plain, reduction="mean")
    entries = Network((2, 2, 3), ("tanh", "identity"), "squared_error", "mean", error_form="mean")
    return {
        "plain": _scene(plain, one, LABELS),
        "sigmoid": _scene(replace(plain, activations=("sigmoid", "sigmoid")), one, LABELS),
        "relu": _scene(replace(plain, activations=("relu", "sigmoid")), one, LABELS),
        "squared": _scene(replace(plain, loss="squared_error"), one, LABELS),
        "classes": _scene(classes, (CLASSES, B_CLASSES), ONE_HOT),
        "deep": _scene(deep, one, LABELS),
        "dropout": _scene(replace(plain, keep_prob=(0.5,)), one, LABELS),
        "deep-dropout": _scene(replace(deep, keep_prob=(0.5, 0.8)), one, LABELS),
        "agreed": _scene(plain, one, 1.0 - LABELS),
        "averaged": _scene(averaged, one, LABELS, m=3),
        "summed": _scene(plain, one, LABELS, m=3),
        "entries": _scene(entries, (CLASSES, B_CLASSES), ONE_HOT, m=3),
        "penalty": _scene(replace(averaged, l2=0.6), one, LABELS, m=3),
        "same-class": _scene(classes, (CLASSES, B_CLASSES), TWO_ALIKE, m=3),
        "leaky": _scene(replace(plain, activations=("leaky_relu", "sigmoid")), one, LABELS),
    }
