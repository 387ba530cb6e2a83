"""How far rounding alone may move each gradient entry: a running error estimate, and the rule.

A first-order running error analysis (Higham, Accuracy and Stability of Numerical Algorithms, 2nd
ed., section 3.3) carries one error for each value, in units of the unit roundoff u, through the
forward and the backward pass. What is rounded in one step adds up in the worst way; what a sum
inherits from its terms, being independent, adds up in quadrature (Higham and Mary, A new approach
to probabilistic rounding error analysis, SIAM Journal on Scientific Computing 41, 2019). In a wide
network that is a thousand times sharper than the worst case, and correct work stays as near.

The estimate covers every usual way of writing each step, not one of them: fused and unfused output
deltas, ``1 - A**2`` and ``A * (1 - A)``, the factor 1/m early or late, sums in any order,
activations taken from the cache or computed again. Where no rounding can happen, because every term
of an entry is an exact zero, it is exactly zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck_grader.reference.activations import Activation, Array
from gradcheck_grader.reference.network import Arrays, Problem, drop

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

UNIT_ROUNDOFF = 2.0**-53
UNIT_ROUNDOFF_SINGLE = 2.0**-24

# Correct gradients were seen up to 4 u S away from the truth. 64 leaves room for sums of many
# terms in a bad order, and still sees 1e-6 relative in all but the entries that cancel deepest.
FACTOR = 64.0
FACTOR_SINGLE = 16.0

# Beyond it 1 - a is no number that a gradient could be graded by.
_LARGEST_LOGIT = 30.0


def tolerance(bound: Array, dtype: DTypeLike = np.float64) -> Array:
    """Return how far a correct gradient may lie from the true one.

    Parameters
    ----------
    bound : ndarray of float64
        S of each entry, from ``error_bound``.
    dtype : dtype
        Of the gradient to be judged: float32 results may be 16 * 2**-24 * S away, all others
        64 * 2**-53 * S. Half precision has no rule of its own.

    Returns
    -------
    ndarray of float64
        Of the shape of ``bound``; 0 where the entry must be exactly 0.
    """
    if np.dtype(dtype) == np.float32:
        return np.asarray((FACTOR_SINGLE * UNIT_ROUNDOFF_SINGLE) * bound)
    return np.asarray((FACTOR * UNIT_ROUNDOFF) * bound)


def error_bound(problem: Problem, cache: Arrays, deltas: Arrays) -> dict[str, Array]:
    """Return S, the rounding error of every gradient entry in units of u, as far as it may go.

    Parameters
    ----------
    problem : Problem
        Parameters, labels and masks.
    cache : mapping
        What ``forward`` returned.
    deltas : mapping
        dZ_l of shape (n_l, m), not averaged, as ``backward`` returned them.

    Returns
    -------
    dict
        dW_l of the shape of W_l and db_l (n_l, 1), float64, no entry negative. First order: right
        while S u is small against the entry's largest terms.
    """
    network, parameters = problem.network, problem.parameters
    scale, decay = network.example_weight(problem.m), network.penalty_slope(problem.m)
    z_errors, a_errors = _forward_errors(problem, cache)
    error = _output_error(problem, cache, z_errors, a_errors)
    bounds: dict[str, Array] = {}
    for layer in reversed(network.layers):
        if layer < network.depth:
            weight, above = parameters[f"W{layer + 1}"], deltas[f"dZ{layer + 1}"]
            # One rounding for each product W * delta, on top of the error that delta brings.
            da_error = _inherited(weight.T, error) + np.abs(weight).T @ np.abs(above)
            da_error = drop(network, problem.masks, layer, da_error)
            da = drop(network, problem.masks, layer, weight.T @ above)
            activation, z = network.activation(layer), cache[f"Z{layer}"]
            error = _pull_back_error(activation, z, z_errors[layer], da, da_error)
        delta = deltas[f"dZ{layer}"]
        a, ones = cache[f"A{layer - 1}"], np.ones((problem.m, 1))
        inherited = _inherited(error, a.T) + _inherited(delta, a_errors[layer - 1].T)
        terms = np.abs(delta) @ np.abs(a).T + inherited
        bounds[f"dW{layer}"] = scale * terms + decay * np.abs(parameters[f"W{layer}"])
        bounds[f"db{layer}"] = scale * (np.abs(delta) @ ones + _inherited(error, ones))
    return bounds


def _inherited(left: Array, right: Array) -> Array:
    """Return the error of a matrix product of which one factor is errors, independent ones."""
    return np.asarray(np.sqrt(np.square(left) @ np.square(right)))


def _forward_errors(problem: Problem, cache: Arrays) -> tuple[dict[int, Array], dict[int, Array]]:
    """Return the errors of Z_l and of A_l by layer number; that of A_0, which is given, is zero."""
    network, parameters = problem.network, problem.parameters
    z_errors: dict[int, Array] = {}
    a_errors: dict[int, Array] = {0: np.zeros_like(cache["A0"])}
    for layer in network.layers:
        weight, bias = parameters[f"W{layer}"], parameters[f"b{layer}"]
        ez = np.abs(weight) @ np.abs(cache[f"A{layer - 1}"]) + np.abs(bias)
        ez = ez + _inherited(weight, a_errors[layer - 1])
        activation, z = network.activation(layer), cache[f"Z{layer}"]
        a = np.abs(activation.function(z))
        carried = np.abs(activation.derivative(z)) * ez
        if not activation.elementwise:
            carried = a * (ez + np.sum(a * ez, axis=0, keepdims=True))
        z_errors[layer] = ez
        a_errors[layer] = drop(network, problem.masks, layer, carried + a + activation.noise)
    return z_errors, a_errors


def _pull_back_error(
    activation: Activation, z: Array, z_error: Array, da: Array, da_error: Array
) -> Array:
    """Return the error of delta = da * g'(z): of da, of z inside g', and of how g' is written."""
    slope = np.abs(activation.derivative(z))
    slope_error = activation.curvature(z) * z_error + slope + activation.noise
    return np.asarray(slope * da_error + slope_error * np.abs(da))


def _output_error(
    problem: Problem, cache: Arrays, z_errors: dict[int, Array], a_errors: dict[int, Array]
) -> Array:
    """Return the error of dloss_i/dZ_L, shape (n_L, m)."""
    network, y = problem.network, np.abs(problem.Y)
    last = network.depth
    activation, z = network.activation(last), cache[f"Z{last}"]
    a, a_error, z_error = np.abs(activation.function(z)), a_errors[last], z_errors[last]
    if network.loss == "binary_cross_entropy":
        # Fused, a - y. Unfused, (-y/a + (1-y)/(1-a)) a(1-a), where the two factors may come from
        # two roundings of a: that of a sure but wrong answer is then 1/(1-a) times as large.
        odds = np.exp(np.clip(z, -_LARGEST_LOGIT, _LARGEST_LOGIT))
        return np.asarray(a_error * (1.0 + y / odds + np.abs(1.0 - y) * odds) + a + y)
    if network.loss == "categorical_cross_entropy":
        # Fused, a sum(y) - y. Unfused, the y/a of one rounding meets the a of another.
        quotient = 1.0 + z_error + np.sum(a * z_error, axis=0, keepdims=True)
        return np.asarray((a_error + a) * y.sum(axis=0, keepdims=True) + y * quotient)
    residual = activation.function(z) - problem.Y
    residual_error = a_error + a + y
    if activation.elementwise:
        return _pull_back_error(activation, z, z_error, residual, residual_error)
    return _softmax_pull_back_error(a, a_error, np.abs(residual), residual_error)


def _softmax_pull_back_error(a: Array, a_error: Array, da: Array, da_error: Array) -> Array:
    """Return the error of delta = a * (da - sum(a * da)), also when written with the Jacobian."""

    def total(values: Array) -> Any:
        return np.sum(values, axis=0, keepdims=True)

    size = da + total(a * da)
    size_error = da_error + total(a_error * da + a * da_error)
    return np.asarray(a_error * size + a * (size_error + size))
