"""In which layers a mistake can be made."""

from __future__ import annotations

from collections.abc import Callable

from gradcheck_grader.diagnosis.chain import Flow, Formula, Layer
from gradcheck_grader.reference.activations import Array


def everywhere(_: Layer) -> bool:
    """Return True: the mistake can be made in any layer."""
    return True


def named(*names: str) -> Callable[[Layer], bool]:
    """Return a condition: the layer has one of these activations."""
    return lambda at: at.name in names


def but(*names: str) -> Callable[[Layer], bool]:
    """Return a condition: the layer has none of these activations."""
    return lambda at: at.name not in names


def where(when: Callable[[Layer], bool], formula: Formula) -> Formula:
    """Return a formula that belongs to its mistake in some layers alone; it fits no other one."""

    def applied(at: Layer, flow: Flow) -> Array:
        if not when(at):
            raise ValueError("in this layer the formula is no case of the mistake")
        return formula(at, flow)

    return applied


smooth = named("sigmoid", "tanh")


def kinked(at: Layer) -> bool:
    """Return whether the layer is a ReLU of some kind."""
    return at.activation.kinked


def dropped(at: Layer) -> bool:
    """Return whether this layer has dropout."""
    return at.mask is not None


def batch(at: Layer) -> bool:
    """Return whether there are several examples."""
    return at.m > 1


def not_first(at: Layer) -> bool:
    """Return whether a hidden layer lies below."""
    return at.number > 1


def not_last(at: Layer) -> bool:
    """Return whether a layer lies above."""
    return not at.is_last


def has_more_hidden_layers(at: Layer) -> bool:
    """Return whether there is a layer for which the output layer's delta is not the next one."""
    return at.network.depth > 2


def cross_entropy(at: Layer) -> bool:
    """Return whether the loss is one that cancels the slope of its output activation."""
    return at.loss != "squared_error"


def binary(at: Layer) -> bool:
    """Return whether the loss is the binary cross-entropy."""
    return at.loss == "binary_cross_entropy"


def squared(at: Layer) -> bool:
    """Return whether the loss is the squared error."""
    return at.loss == "squared_error"


def softmax_output(at: Layer) -> bool:
    """Return whether the output layer is a softmax."""
    return at.last.name == "softmax"


def one_hot(at: Layer) -> bool:
    """Return whether the output layer is a softmax, and each example belongs to one class."""
    return softmax_output(at) and (cross_entropy(at) or at.network.one_class)
