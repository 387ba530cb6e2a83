"""A fully connected network: its forward pass, its loss, and reference backpropagation.

Goodfellow, Bengio and Courville, Deep Learning, sections 6.5.6 and 7.1.1; inverted dropout as in
Srivastava et al., JMLR 15, 2014. Values are dicts of arrays under the field's names: parameters
``W1 b1 ... WL bL``, masks ``D1 ...``, cache ``A0 Z1 A1 ... ZL AL``, gradients ``dW1 db1 ...``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradcheck_grader.reference.activations import ACTIVATIONS, Activation, Array
from gradcheck_grader.reference.losses import LOSSES, Loss, allowed

Arrays = Mapping[str, Array]
Reduction = Literal["mean", "sum", "none"]
ErrorForm = Literal["half", "whole", "mean"]
PenaltyForm = Literal["half_mean", "half", "whole"]


@dataclass(frozen=True, slots=True)
class Network:
    """The shape of a network and of its objective; no numbers.

    Attributes
    ----------
    widths : tuple of int
        (n_0, n_1, ..., n_L): inputs, then units of each layer.
    activations : tuple of str
        Names of g_1 ... g_L. Softmax stands in the last layer only.
    loss : str
        A key of ``LOSSES``.
    reduction : {"mean", "sum", "none"}
        How the examples' losses combine; "none" is a single example, m = 1.
    l2 : float
        The penalty's lambda, 0 for none. Weights are penalised, biases never.
    penalty_form : {"half_mean", "half", "whole"}
        lambda/(2m), lambda/2 or lambda, times the sum of the squared weights.
    keep_prob : tuple of float
        Probability of keeping a unit of hidden layer 1 ... L-1 (inverted dropout); empty: none.
    error_form : {"half", "whole", "mean"}
        Of the squared error: half the sum over the output units, the sum, or its mean.
    one_class : bool
        Whether each example belongs to one of several classes, whatever the loss: one-hot labels.

    Raises
    ------
    ValueError
        If the parts do not fit together.
    """

    widths: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    reduction: Reduction = "mean"
    l2: float = 0.0
    penalty_form: PenaltyForm = "half_mean"
    keep_prob: tuple[float, ...] = ()
    error_form: ErrorForm = "half"
    one_class: bool = False

    def __post_init__(self) -> None:
        if len(self.widths) != len(self.activations) + 1 or not self.activations:
            raise ValueError("a network has one activation per layer and one more width")
        if unknown := [name for name in self.activations if name not in ACTIVATIONS]:
            raise ValueError(f"unknown activation {unknown[0]!r}; known: {', '.join(ACTIVATIONS)}")
        if self.loss not in LOSSES:
            raise ValueError(f"unknown loss {self.loss!r}; known: {', '.join(LOSSES)}")
        if not allowed(self.loss, self.activations[-1]):
            raise ValueError(f"{self.loss} needs a {LOSSES[self.loss].output} output")
        if self.error_form != "half" and self.loss != "squared_error":
            raise ValueError("error_form is about the squared error")
        if "softmax" in self.activations[:-1]:
            raise ValueError("softmax stands in the last layer only")
        if self.keep_prob and len(self.keep_prob) != self.depth - 1:
            raise ValueError("keep_prob has one number per hidden layer")

    @property
    def depth(self) -> int:
        """Number of layers L, the output layer included."""
        return len(self.activations)

    @property
    def layers(self) -> range:
        """Layer numbers 1 ... L."""
        return range(1, self.depth + 1)

    def activation(self, layer: int) -> Activation:
        """Return g_l of layer 1 ... L."""
        return ACTIVATIONS[self.activations[layer - 1]]

    @property
    def objective(self) -> Loss:
        """The loss function."""
        return LOSSES[self.loss]

    def example_weight(self, m: int) -> float:
        """Return the factor of each example's loss in the whole loss; 1/m or 1, but for squares."""
        return self.error_scale / m if self.reduction == "mean" else self.error_scale

    @property
    def error_scale(self) -> float:
        """The factor that turns half the squared error into its form; 1 for other losses."""
        return {"half": 1.0, "whole": 2.0, "mean": 2.0 / self.widths[-1]}[self.error_form]

    def penalty_slope(self, m: int) -> float:
        """Return k in dpenalty/dW = k W."""
        return self.l2 * {"half_mean": 1.0 / m, "half": 1.0, "whole": 2.0}[self.penalty_form]

    def gradient_names(self) -> tuple[str, ...]:
        """Return dWL dbL ... dW1 db1: backward order, nearest to the loss first."""
        return tuple(f"d{kind}{layer}" for layer in reversed(self.layers) for kind in "Wb")


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A network with numbers: everything that the loss depends on.

    ``parameters`` W_l (n_l, n_{l-1}) and b_l (n_l, 1), ``X`` (n_0, m), ``Y`` (n_L, m), ``masks``
    D_l (n_l, m) of zeros and ones for every dropped layer; float64.
    """

    network: Network
    parameters: Arrays
    X: Array
    Y: Array
    masks: Arrays

    @property
    def m(self) -> int:
        """Number of examples."""
        return int(self.X.shape[1])


def drop(network: Network, masks: Arrays, layer: int, a: Array) -> Array:
    """Return the activation of a hidden layer after inverted dropout with its given mask.

    Its own adjoint: the same product carries dloss/da back through the dropout.
    """
    if not network.keep_prob or layer == network.depth:
        return a
    return np.asarray(a * masks[f"D{layer}"] / network.keep_prob[layer - 1])


def forward(problem: Problem) -> dict[str, Array]:
    """Return the cache A0 Z1 A1 ... ZL AL; A_l of a dropped layer is what the next layer saw."""
    network, parameters = problem.network, problem.parameters
    cache = {"A0": problem.X}
    for layer in network.layers:
        z = parameters[f"W{layer}"] @ cache[f"A{layer - 1}"] + parameters[f"b{layer}"]
        cache[f"Z{layer}"] = z
        a = network.activation(layer).function(z)
        cache[f"A{layer}"] = drop(network, problem.masks, layer, a)
    return cache


def example_losses(problem: Problem, z_out: Array) -> Array:
    """Return each example's loss, shape (m,), from Z_L of shape (n_L, m), real or complex."""
    network = problem.network
    return network.objective.per_example(z_out, problem.Y, network.activation(network.depth))


def loss(problem: Problem) -> float:
    """Return the whole loss: examples reduced, penalty added."""
    network, m = problem.network, problem.m
    z_out = forward(problem)[f"Z{network.depth}"]
    data = network.example_weight(m) * float(np.sum(example_losses(problem, z_out)))
    squares = sum(float(np.sum(problem.parameters[f"W{k}"] ** 2)) for k in network.layers)
    return data + 0.5 * network.penalty_slope(m) * squares


def output_delta(problem: Problem, cache: Arrays) -> Array:
    """Return dloss_i/dZ_L of every example i, shape (n_L, m), not yet averaged."""
    network = problem.network
    last = network.activation(network.depth)
    return network.objective.delta(cache[f"Z{network.depth}"], problem.Y, last)


def backward(
    problem: Problem, cache: Arrays, delta: Array | None = None
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the gradients and the deltas of backpropagation.

    Parameters
    ----------
    problem : Problem
        Parameters, labels and masks; its ``X`` is read from the cache.
    cache : mapping
        What ``forward`` returned.
    delta : ndarray of shape (n_L, m), optional
        dloss_i/dZ_L to start from instead of the right one, not averaged.

    Returns
    -------
    gradients : dict
        dW_l of the shape of W_l and db_l (n_l, 1).
    deltas : dict
        dZ_l of shape (n_l, m), dloss_i/dZ_l of every example, not averaged.
    """
    network, parameters = problem.network, problem.parameters
    scale, decay = network.example_weight(problem.m), network.penalty_slope(problem.m)
    dz = output_delta(problem, cache) if delta is None else delta
    gradients: dict[str, Array] = {}
    deltas: dict[str, Array] = {}
    for layer in reversed(network.layers):
        if layer < network.depth:
            da = parameters[f"W{layer + 1}"].T @ dz
            da = drop(network, problem.masks, layer, da)
            dz = network.activation(layer).pull_back(cache[f"Z{layer}"], da)
        deltas[f"dZ{layer}"] = dz
        weight = parameters[f"W{layer}"]
        gradients[f"dW{layer}"] = scale * (dz @ cache[f"A{layer - 1}"].T) + decay * weight
        gradients[f"db{layer}"] = scale * dz.sum(axis=1, keepdims=True)
    return gradients, deltas


def kind_of(name: str) -> str:
    """Return what an array is, whatever its layer: ``dW`` of ``dW2``, ``b`` of ``b1``."""
    return name.rstrip("0123456789")


def layer_of(name: str) -> int:
    """Return the layer of an array: 2 of ``dW2``, of ``W2`` and of ``dZ2``."""
    return int(name.removeprefix(kind_of(name)))


def parameter_of(name: str) -> str:
    """Return the parameter that a gradient is by, ``W2`` of ``dW2``; a parameter as it is."""
    return name.removeprefix("d")


def gradient_of(name: str) -> str:
    """Return the gradient by a parameter, ``dW2`` of ``W2``; a gradient as it is."""
    return f"d{parameter_of(name)}"


def is_bias(name: str) -> bool:
    """Return whether a name is that of biases, or of their gradient."""
    return kind_of(name) in ("b", "db")
