"""Activation functions and their derivatives, on real and on complex arguments.

Complex arguments serve the complex step: ``Im g(z + ih) / h`` is the derivative of ``g`` at ``z``
(Squire and Trapp, SIAM Review 40, 1998). A function with a kink therefore branches on the real
part alone, and no function takes an absolute value of its argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:  # to import it takes a tenth of the time that NumPy takes
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    Array = np.ndarray

LEAKY_SLOPE = 0.01


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function ``a = g(z)``.

    Attributes
    ----------
    name : str
        Its name in an assignment.
    function : callable
        ``z -> a``, of the shape and dtype of ``z``, float64 or complex128.
    derivative : callable
        ``z -> g'(z)``, float64. For softmax, which couples the units of an example, the diagonal
        of the Jacobian.
    curvature : callable
        ``z -> |g''(z)|``, or a bound of it: how a rounding error in ``z`` moves ``g'(z)``.
    kinked : bool
        Whether ``g'`` jumps at zero.
    noise : float
        Absolute rounding error, in units of u, that a well written ``g`` may carry on top of its
        relative one: 1 where usual forms compute ``1 - x`` or ``1 + x`` with a small ``x``.
    elementwise : bool
        False for softmax alone.
    """

    name: str
    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]
    curvature: Callable[[Array], Array]
    kinked: bool = False
    noise: float = 0.0
    elementwise: bool = True

    def pull_back(self, z: Array, da: Array) -> Array:
        """Return dloss/dz of shape (n, m) from dloss/da of the same shape."""
        if self.elementwise:
            return np.asarray(da * self.derivative(z))
        a = self.function(z)
        return np.asarray(a * (da - np.sum(a * da, axis=0, keepdims=True)))


def sigmoid(z: Array) -> Array:
    """Return ``1 / (1 + exp(-z))`` without overflow, to full relative accuracy."""
    positive = z.real >= 0
    e = np.exp(np.where(positive, -z, z))
    return np.asarray(np.where(positive, 1.0, e) / (1.0 + e))


def softmax(z: Array) -> Array:
    """Return ``exp(z) / sum(exp(z))`` over the units, axis 0, of each example."""
    e = np.exp(z - z.real.max(axis=0, keepdims=True))
    return np.asarray(e / e.sum(axis=0, keepdims=True))


def _tanh(z: Array) -> Array:
    if not np.iscomplexobj(z):
        return np.asarray(np.tanh(z))
    # tanh(x + iy) by its addition theorem: complex np.tanh is ten times dearer, and this form is
    # exact to rounding for the tiny y of a complex step.
    t, s = np.tanh(z.real), np.tan(z.imag)
    return np.asarray((t + 1j * s) / (1.0 + 1j * (t * s)))


def _sigmoid_derivative(z: Array) -> Array:
    # e / (1 + e)^2 keeps full relative accuracy where a * (1 - a) would cancel.
    e = np.exp(-np.abs(z))
    return np.asarray(e / np.square(1.0 + e))


def _sigmoid_curvature(z: Array) -> Array:
    return np.asarray(_sigmoid_derivative(z) * np.abs(np.tanh(0.5 * z)))


def _tanh_derivative(z: Array) -> Array:
    # 4e / (1 + e)^2 with e = exp(-2|z|) is sech(z)^2 without cancellation or overflow.
    e = np.exp(-2.0 * np.abs(z))
    return np.asarray(4.0 * e / np.square(1.0 + e))


def _tanh_curvature(z: Array) -> Array:
    return np.asarray(2.0 * np.abs(np.tanh(z)) * _tanh_derivative(z))


def _softmax_derivative(z: Array) -> Array:
    a = softmax(z)
    return np.asarray(a * (1.0 - a))


def _identity(z: Array) -> Array:
    return z


def _relu(z: Array) -> Array:
    return np.asarray(np.where(z.real > 0, z, 0.0))


def _leaky_relu(z: Array) -> Array:
    return np.asarray(np.where(z.real > 0, z, LEAKY_SLOPE * z))


def _ones(z: Array) -> Array:
    return np.ones(z.shape)


def _zeros(z: Array) -> Array:
    return np.zeros(z.shape)


def _relu_derivative(z: Array) -> Array:
    return np.asarray(np.where(z > 0, 1.0, 0.0))


def _leaky_relu_derivative(z: Array) -> Array:
    return np.asarray(np.where(z > 0, 1.0, LEAKY_SLOPE))


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("identity", _identity, _ones, _zeros),
        Activation("relu", _relu, _relu_derivative, _zeros, kinked=True),
        Activation("leaky_relu", _leaky_relu, _leaky_relu_derivative, _zeros, kinked=True),
        Activation("sigmoid", sigmoid, _sigmoid_derivative, _sigmoid_curvature, noise=1.0),
        Activation("tanh", _tanh, _tanh_derivative, _tanh_curvature, noise=1.0),
        Activation(
            "softmax", softmax, _softmax_derivative, _softmax_derivative, noise=1.0,
            elementwise=False,
        ),
    )
}  # fmt: skip
