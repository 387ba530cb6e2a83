"""Loss functions: the loss of each example, and its derivative by the last pre-activation.

The cross-entropies are computed from the pre-activation ``z`` (the logit) and not from the
probability ``a``: ``log(a)`` of a saturated unit is inaccurate from abs(z) = 30 and
infinite from 700. See Blanchard, Higham and Higham, Accurately computing the log-sum-exp and
softmax functions, IMA Journal of Numerical Analysis 41, 2021.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.reference.activations import ACTIVATIONS, Activation, Array, sigmoid, softmax


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss function.

    Attributes
    ----------
    name : str
        Its name in an assignment.
    per_example : callable
        ``(z, y, activation) -> loss`` of shape (m,), summed over the output units; ``z`` and ``y``
        have shape (n_L, m), ``z`` may be complex.
    delta : callable
        ``(z, y, activation) -> dloss/dz`` of shape (n_L, m), not yet averaged over the examples.
    output : str or None
        The one output activation that this loss is defined for; None: any.
    """

    name: str
    per_example: Callable[[Array, Array, Activation], Array]
    delta: Callable[[Array, Array, Activation], Array]
    output: str | None = None


def _softplus(z: Array) -> Array:
    """Return ``log(1 + exp(z))`` without overflow."""
    positive = z.real > 0
    return np.asarray(np.where(positive, z, 0.0) + np.log1p(np.exp(np.where(positive, -z, z))))


def _binary_cross_entropy(z: Array, y: Array, _: Activation) -> Array:
    # -y log(a) - (1 - y) log(1 - a) with a = sigmoid(z) is softplus(z) - y z.
    return np.asarray(np.sum(_softplus(z) - y * z, axis=0))


def _binary_cross_entropy_delta(z: Array, y: Array, _: Activation) -> Array:
    return np.asarray(sigmoid(z) - y)


def _categorical_cross_entropy(z: Array, y: Array, _: Activation) -> Array:
    # -sum(y log softmax(z)) is logsumexp(z) sum(y) - sum(y z).
    top = z.real.max(axis=0, keepdims=True)
    logsumexp = top[0] + np.log(np.sum(np.exp(z - top), axis=0))
    return np.asarray(logsumexp * y.sum(axis=0) - np.sum(y * z, axis=0))


def _categorical_cross_entropy_delta(z: Array, y: Array, _: Activation) -> Array:
    return np.asarray(softmax(z) * y.sum(axis=0, keepdims=True) - y)


def _squared_error(z: Array, y: Array, activation: Activation) -> Array:
    return np.asarray(0.5 * np.sum(np.square(activation.function(z) - y), axis=0))


def _squared_error_delta(z: Array, y: Array, activation: Activation) -> Array:
    return activation.pull_back(z, activation.function(z) - y)


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "binary_cross_entropy",
            _binary_cross_entropy,
            _binary_cross_entropy_delta,
            output="sigmoid",
        ),
        Loss(
            "categorical_cross_entropy",
            _categorical_cross_entropy,
            _categorical_cross_entropy_delta,
            output="softmax",
        ),
        Loss("squared_error", _squared_error, _squared_error_delta),
    )
}


def allowed(loss: str, output: str) -> bool:
    """Return whether the loss is defined on the values of this output activation."""
    return output in ACTIVATIONS and LOSSES[loss].output in (None, output)
