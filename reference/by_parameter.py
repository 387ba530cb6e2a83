"""The numerical gradient by parameter: W and b themselves are perturbed, the loss is read.

A witness for small networks. It shares the functions of a layer and of the loss with the other
derivatives and nothing else: no delta, no ``dW = delta A^T``, no averaging over the examples or
slope of the penalty by formula. All weights that enter one unit are perturbed in one pass, which
starts at that unit's layer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import Problem, drop, forward

ParameterMethod = Literal["complex", "central"]

COMPLEX_STEP = 2.0**-100
CENTRAL_STEP = 1e-6


def parameter_gradient(
    problem: Problem, method: ParameterMethod = "complex", *, step: float | None = None
) -> dict[str, Array]:
    """Return the numerical gradient of the loss by every parameter.

    Parameters
    ----------
    problem : Problem
        Parameters, labels and masks.
    method : {"complex", "central"}
        Complex step, accurate to rounding; or the real central difference of order 2.
    step : float, optional
        Of the method; 2**-100 and 1e-6.

    Returns
    -------
    dict
        dW_l of the shape of W_l and db_l (n_l, 1), float64.
    """
    if method not in ("complex", "central"):
        raise ValueError(f"unknown method {method!r}; known: complex, central")
    h = COMPLEX_STEP if method == "complex" else CENTRAL_STEP
    if step is not None:
        h = step
    cache = forward(problem)
    gradients: dict[str, Array] = {}
    for layer in problem.network.layers:
        units, inputs = problem.parameters[f"W{layer}"].shape
        rows = np.empty((units, inputs + 1))
        for unit in range(units):
            rows[unit] = _derivative(_row_loss(problem, cache, layer, unit), method, h)
        gradients[f"dW{layer}"], gradients[f"db{layer}"] = rows[:, :-1], rows[:, -1:]
    return gradients


def _derivative(f: Callable[[complex], Array], method: ParameterMethod, h: float) -> Array:
    if method == "complex":
        return np.asarray(f(1j * h).imag / h)
    return np.asarray((f(h) - f(-h)) / (2.0 * h))


def _row_loss(
    problem: Problem, cache: dict[str, Array], layer: int, unit: int
) -> Callable[[complex], Array]:
    """Return the function from a step to the losses, one for each weight of the unit and its bias.

    Copy k of the network has W_l[unit, k] moved by the step, the last copy has b_l[unit] moved.
    """

    def losses(step: complex) -> Array:
        weight, bias = problem.parameters[f"W{layer}"], problem.parameters[f"b{layer}"]
        row = np.concatenate([weight[unit], bias[unit]])
        rows = row + step * np.eye(len(row))
        below = np.concatenate([cache[f"A{layer - 1}"], np.ones((1, problem.m))])
        z = np.repeat(cache[f"Z{layer}"][:, None, :].astype(rows.dtype), len(rows), axis=1)
        z[unit] = rows @ below
        unmoved = float(np.sum(weight**2)) - float(np.sum(weight[unit] ** 2))
        squares = unmoved + np.sum(rows[:, :-1] ** 2, axis=1)
        return _whole_loss(problem, layer, z, squares)

    return losses


def _whole_loss(problem: Problem, layer: int, z: Array, squares: Array) -> Array:
    """Return the losses, shape (k,), of k copies from Z_l of shape (n_l, k, m).

    ``squares`` of shape (k,) is the sum of the squared weights of layer l in each copy; other
    layers add the same to all, and a difference does not see it.
    """
    network = problem.network
    masks = {name: mask[:, None, :] for name, mask in problem.masks.items()}
    for following in range(layer + 1, network.depth + 1):
        a = drop(network, masks, following - 1, network.activation(following - 1).function(z))
        weight, bias = problem.parameters[f"W{following}"], problem.parameters[f"b{following}"]
        z = np.tensordot(weight, a, axes=1) + bias[:, :, None]
    last = network.activation(network.depth)
    examples = network.objective.per_example(z, problem.Y[:, None, :], last)
    data = examples.mean(axis=-1) if network.reduction == "mean" else examples.sum(axis=-1)
    return np.asarray(network.error_scale * data + 0.5 * network.penalty_slope(problem.m) * squares)
