"""Backpropagation as a chain of named steps, so that a mistake is one step replaced.

    output      delta_L                 from the loss, the labels and the last activation
    propagate   dloss/dA_l              from delta of the layer above
    gate        delta_l                 from dloss/dA_l and the slope of the layer's activation
    dW, db      gradients of a layer    from its delta and what came into the layer

Every formula takes two values: ``at``, the facts of one layer in one trial, and ``flow``, what the
steps before it handed down. Formulas broadcast over leading axes, so that a stack of candidates
costs little more than one. Deltas and gradients are sums over the examples here; the factor 1/m of
a mean, and every other factor, is ``factors.py``'s subject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gradcheck_grader.reference.activations import Activation, Array
from gradcheck_grader.reference.network import Network, output_delta
from gradcheck_grader.trials import Trial


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The facts of one layer in one trial; features x examples.

    Attributes
    ----------
    W, b, Z, A
        Of this layer. ``A`` is what the next layer saw, after dropout; ``g`` is before it.
    slope
        g'(Z); of softmax the diagonal of its Jacobian.
    mask
        What dropout multiplied ``g`` by, or None.
    below, above
        The neighbouring layers; below the first layer stands the input, whose ``A`` is X.
    last
        The output layer.
    right
        Of the output layer: the right delta.
    dA
        Of the output layer: the derivative of each example's loss by A.
    """

    number: int
    network: Network
    activation: Activation
    m: int
    X: Array
    Y: Array
    W: Array
    b: Array
    Z: Array
    A: Array
    g: Array
    slope: Array
    mask: Array | None
    right: Array
    dA: Array
    rows: dict[int, Layer]

    @property
    def units(self) -> int:
        """Number of units of this layer."""
        return int(self.Z.shape[0])

    @property
    def is_last(self) -> bool:
        """Whether this is the output layer."""
        return self.number == self.network.depth

    @property
    def name(self) -> str:
        """The name of this layer's activation."""
        return self.activation.name

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return self.network.loss

    @property
    def above(self) -> Layer:
        """The layer that reads this one."""
        return self.rows[self.number + 1]

    @property
    def below(self) -> Layer:
        """The layer that this one reads; KeyError in the first one."""
        return self.rows[self.number - 1]

    @property
    def last(self) -> Layer:
        """The output layer."""
        return self.rows[self.network.depth]

    @property
    def A_below(self) -> Array:
        """What came into this layer."""
        return self.X if self.number == 1 else self.below.A


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """What the steps before hand down, as the hypothesis has it and not as it should be.

    Attributes
    ----------
    above
        Delta of the layer above.
    da_above
        dloss/dA of the layer above.
    output
        Delta of the output layer.
    dW_above
        The gradient that the student returned for the weights of the layer above.
    undropped, da, delta
        dloss/dA of this layer before and after dropout, and its delta.
    """

    above: Array
    da_above: Array
    output: Array
    dW_above: Array | None
    undropped: Array
    da: Array
    delta: Array


Formula = Callable[[Layer, Flow], Array]
BLANK = np.zeros((0, 0))
STOPS = (ValueError, KeyError, TypeError)  # as the same formula would stop a student's code


def turn(array: Array) -> Array:
    """Return the transpose of the last two axes."""
    return np.swapaxes(array, -1, -2)


def layers_of(trial: Trial) -> dict[int, Layer]:
    """Return the facts of every layer of a trial, by layer number."""
    problem = trial.problem
    network, parameters = problem.network, problem.parameters
    rows: dict[int, Layer] = {}
    right = output_delta(problem, trial.cache)
    dA = loss_slope(network.loss, trial.cache[f"A{network.depth}"], problem.Y)
    for number in network.layers:
        activation, z = network.activation(number), trial.cache[f"Z{number}"]
        mask = None
        if network.keep_prob and number < network.depth:
            mask = problem.masks[f"D{number}"] / network.keep_prob[number - 1]
        rows[number] = Layer(
            number, network, activation, problem.m, problem.X, problem.Y,
            parameters[f"W{number}"], parameters[f"b{number}"], z, trial.cache[f"A{number}"],
            activation.function(z), activation.derivative(z), mask, right, dA, rows,
        )  # fmt: skip
    return rows


def loss_slope(loss: str, a: Array, y: Array) -> Array:
    """Return the derivative of each example's loss by the last activation."""
    if loss == "binary_cross_entropy":
        return np.asarray((a - y) / (a * (1.0 - a)))
    return np.asarray(-y / a if loss == "categorical_cross_entropy" else a - y)


def right_output(at: Layer, _: Flow) -> Array:
    """Return delta of the output layer."""
    return at.right


def right_propagate(at: Layer, flow: Flow) -> Array:
    """Return dloss/dA: blame travels back along the weights that carried the activation."""
    return turn(at.above.W) @ flow.above


def right_gate(at: Layer, flow: Flow) -> Array:
    """Return delta: dloss/dA times the slope of the activation."""
    return np.asarray(flow.da * at.slope)


def right_dW(at: Layer, flow: Flow) -> Array:
    """Return the gradient of the weights, summed over the examples."""
    return flow.delta @ turn(at.A_below)


def right_db(_: Layer, flow: Flow) -> Array:
    """Return the gradient of the biases, summed over the examples."""
    return np.asarray(flow.delta.sum(axis=-1, keepdims=True))


def start(at: Layer, delta: Array) -> Flow:
    """Return the flow at the output layer."""
    return Flow(BLANK, BLANK, delta, None, at.dA, at.dA, delta)


def descend(flow: Flow, dW_above: Array | None) -> Flow:
    """Return the flow that enters the layer below."""
    return replace(flow, above=flow.delta, da_above=flow.da, dW_above=dW_above)


def propagated(at: Layer, flow: Flow, undropped: Array) -> Flow:
    """Return the flow with dloss/dA of this layer, before and after dropout."""
    da = undropped if at.mask is None else undropped * at.mask
    return replace(flow, undropped=undropped, da=da)


def gated(flow: Flow, delta: Array) -> Flow:
    """Return the flow with delta of this layer."""
    return replace(flow, delta=delta)


def apply(formula: Formula, at: Layer, flow: Flow) -> Array | None:
    """Return what a formula gives, or None where its operands do not fit together.

    A formula that reads a layer which is not there, or arrays whose shapes clash, does not apply
    to this layer, just as the same line of a student's code would stop.
    """
    try:
        return formula(at, flow)
    except STOPS:
        return None
