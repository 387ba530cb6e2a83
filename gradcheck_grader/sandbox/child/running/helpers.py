"""The usual course helpers, for files whose helper module was not handed in.

Nothing that a student is asked to write is here. A derivative is taken at its argument,
``sigmoid_derivative(z)``, or made from it where that is known to be an A; a backward form takes
``(dA, cache)`` with Z in the cache, or A; softmax goes over the units of each example, unless the
call names another axis.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    Array = np.ndarray

Helper = Callable[..., Any]
IsActivation = Callable[[Any, Helper], bool]
Axis = Callable[[], int]

_DERIVATIVE_WORDS = (
    "derivative", "derivativeof", "deriv", "der", "prime", "grad", "gradient", "d",
)  # fmt: skip


def supply(
    name: str,
    *,
    as_pair: bool = False,
    is_activation: IsActivation | None = None,
    axis: Axis = lambda: 0,
) -> Helper | None:
    """Return the helper that a name stands for in whatever spelling, or None.

    With ``as_pair`` a forward helper returns ``(A, Z)``, as the course modules do whose callers
    unpack two values. ``is_activation`` tells of a value whether it is an A, which an activation
    has made: a slope is then made from it. ``axis`` tells the one along which units lie.
    """
    plain = name.lower().replace("_", "")
    for word in ("backward", "backwards"):
        if plain.endswith(word):
            return _backward(plain.removesuffix(word), is_activation, axis)
    base = plain.removesuffix("forward")
    forward = _softmax_along(axis) if base == "softmax" else _FORWARD.get(base)
    if forward is not None:
        return _paired(forward) if as_pair else forward
    for word in _DERIVATIVE_WORDS:
        base = plain.removeprefix(word) if plain.startswith(word) else plain.removesuffix(word)
        if base != plain and base in _DERIVATIVES:
            return _slope(base, is_activation)
    return None


def sigmoid(z: Any) -> Array:
    """Return 1 / (1 + exp(-z)), without overflow."""
    z = np.asarray(z)
    small = np.exp(-np.abs(z))
    return np.asarray(np.where(z >= 0, 1.0, small) / (1.0 + small))


def relu(z: Any) -> Array:
    """Return max(0, z)."""
    return np.asarray(np.maximum(0, z))


def tanh(z: Any) -> Array:
    """Return tanh z."""
    return np.asarray(np.tanh(z))


def leaky_relu(z: Any, alpha: float = 0.01) -> Array:
    """Return z where it is positive, alpha z elsewhere."""
    return np.where(np.asarray(z) > 0, z, alpha * np.asarray(z))


def softmax(z: Any, axis: int | None = 0) -> Array:
    """Return exp(z) divided by its sum along an axis."""
    exponents = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return np.asarray(exponents / np.sum(exponents, axis=axis, keepdims=True))


def logsumexp(z: Any, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the logarithm of the sum of exp(z), as SciPy does."""
    top = np.max(z, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    return np.asarray(total if keepdims else np.squeeze(total, axis=axis))


def _special_softmax(z: Any, axis: int | None = None) -> Array:
    return softmax(z, axis)


def _sigmoid_derivative(z: Any) -> Array:
    value = sigmoid(z)
    return np.asarray(value * (1 - value))


def _tanh_derivative(z: Any) -> Array:
    return np.asarray(1 - np.tanh(z) ** 2)


def _relu_derivative(z: Any) -> Array:
    return np.where(np.asarray(z) > 0, 1.0, 0.0)


def _leaky_relu_derivative(z: Any, alpha: float = 0.01) -> Array:
    return np.where(np.asarray(z) > 0, 1.0, alpha)


_FORWARD: dict[str, Helper] = {
    "sigmoid": sigmoid,
    "relu": relu,
    "tanh": tanh,
    "leakyrelu": leaky_relu,
}
_DERIVATIVES: dict[str, Helper] = {
    "sigmoid": _sigmoid_derivative,
    "relu": _relu_derivative,
    "tanh": _tanh_derivative,
    "leakyrelu": _leaky_relu_derivative,
}
SCIPY_SPECIAL: dict[str, Helper] = {
    "expit": sigmoid,
    "softmax": _special_softmax,
    "logsumexp": logsumexp,
}


_FROM_ACTIVATIONS: dict[str, Helper] = {
    "sigmoid": lambda a: np.asarray(a * (1 - a)),
    "tanh": lambda a: np.asarray(1 - np.square(a)),
}


def is_slope(name: str) -> bool:
    """Tell whether a helper is one that courses write of Z as well as of A."""
    plain = name.lower().replace("_", "")
    return plain not in _FORWARD and any(base in plain for base in _FROM_ACTIVATIONS)


def _slope(base: str, is_activation: IsActivation | None) -> Helper:
    """Return the derivative of an activation, of Z or of A, whichever it is given."""
    of_z, of_a = _DERIVATIVES[base], _FROM_ACTIVATIONS.get(base)
    if is_activation is None or of_a is None:
        return of_z

    def slope(value: Any) -> Any:
        return of_a(np.asarray(value)) if is_activation(value, _FORWARD[base]) else of_z(value)

    return slope


def _paired(forward: Helper) -> Helper:
    def with_cache(z: Any, *rest: Any, **named: Any) -> tuple[Array, Any]:
        return forward(z, *rest, **named), z

    return with_cache


def _softmax_along(units: Axis) -> Helper:
    """Return softmax along the axis of units, which a single example has alone."""

    def along(z: Any, axis: int | None = None) -> Array:
        return softmax(z, min(units(), np.ndim(z) - 1) if axis is None else axis)

    return along


def _backward(base: str, is_activation: IsActivation | None, axis: Axis) -> Helper | None:
    if base == "softmax":
        return _softmax_backward(axis)
    if base not in _DERIVATIVES:
        return None
    derivative = _slope(base, is_activation)

    def backward(dA: Any, cache: Any = None, **named: Any) -> Any:
        if cache is None and not named:
            return derivative(dA)  # called with one argument, it is the derivative
        z = _pre_activation(cache, named)
        # Where the derivative is 0, so is the product: also for an infinite dA.
        slope = derivative(z)
        with np.errstate(invalid="ignore"):
            return np.where(slope == 0, 0.0, np.multiply(dA, slope))

    return backward


def _softmax_backward(units: Axis) -> Helper:
    def backward(dA: Any, cache: Any = None, **named: Any) -> Array:
        z = _pre_activation(cache, named)
        axis = min(units(), np.ndim(z) - 1)
        value = softmax(z, axis)
        return np.asarray(value * (dA - np.sum(dA * value, axis=axis, keepdims=True)))

    return backward


def _pre_activation(cache: Any, named: dict[str, Any]) -> Any:
    """Return Z from a cache, whether it is Z itself, a tuple that starts with it, or a dict."""
    if cache is None and named:
        cache = next(iter(named.values()))
    if isinstance(cache, (tuple, list)):
        return cache[0]
    return cache["Z"] if isinstance(cache, dict) else cache
