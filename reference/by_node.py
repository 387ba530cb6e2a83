"""The numerical gradient by node: one perturbed pre-activation for all examples at once.

Examples do not interact, so perturbing unit j of layer l in every example, and reading the loss of
each example apart, gives a whole row of delta = dloss/dZ_l for one pass through the layers behind
it. ``dW_l = delta A_{l-1}^T`` then turns sum(widths) passes into all the gradients, where the
parameter by parameter form needs two for each weight.

What is graded is certified by "complex"; the other methods are here to be measured against it, in
``benchmarks/numerical.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import Arrays, Problem, drop

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

NodeMethod = Literal["complex", "tangent", "central2", "central4"]

# A power of two, so that dividing by it is exact, and its square vanishes beside any real part.
COMPLEX_STEP = 2.0**-100
CENTRAL_STEPS = {"central2": 1e-5, "central4": 1e-3}

# Values in one scratch array: enough to hide the cost of a call, few enough to stay in a cache.
_CHUNK = 2**16


class Workspace:
    """Scratch arrays that are kept between calls, so that a derivative allocates nothing large."""

    def __init__(self) -> None:
        self._buffers: dict[tuple[str, np.dtype[Any]], Array] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """Return an array of this shape, its values left over from the last use of ``name``."""
        key, size = (name, np.dtype(dtype)), math.prod(shape)
        buffer = self._buffers.get(key)
        if buffer is None or buffer.size < size:
            buffer = self._buffers[key] = np.empty(size, dtype=dtype)
        return buffer[:size].reshape(shape)


def node_gradient(
    problem: Problem,
    cache: Arrays,
    method: NodeMethod = "complex",
    *,
    step: float | None = None,
    workspace: Workspace | None = None,
) -> dict[str, Array]:
    """Return the numerical gradient of the loss by every parameter.

    Parameters
    ----------
    problem : Problem
        Parameters, labels and masks.
    cache : mapping
        What ``forward`` returned.
    method : {"complex", "tangent", "central2", "central4"}
        "complex", the authority: ``Im f(z + ih) / h``; accurate to rounding, about 1e-16 normwise,
        and blind to kinks, for the real part never moves. "tangent": the same numbers several
        times faster, the imaginary part carried as a real array of its own and the activations'
        derivatives measured once by complex step. "central2" and "central4": the real central
        differences of order 2 and 4, about 1e-10 and 1e-12 away from kinks.
    step : float, optional
        Of the central differences; 1e-5 for order 2, 1e-3 for order 4.
    workspace : Workspace, optional
        Scratch arrays to use again; give one when you call often.

    Returns
    -------
    dict
        dW_l of the shape of W_l and db_l (n_l, 1), float64.

    References
    ----------
    Squire and Trapp, Using complex variables to estimate derivatives of real functions, SIAM
    Review 40, 1998. Fornberg, Generation of finite difference formulas on arbitrarily spaced
    grids, Mathematics of Computation 51, 1988.
    """
    point = _Point(problem, cache, workspace or Workspace())
    if method == "tangent":
        return _gradients(point, _tangent_deltas(point))
    rule = _rule(method, step)
    layers = problem.network.layers
    return _gradients(point, {layer: _node_deltas(point, layer, rule) for layer in layers})


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Where to differentiate, and the scratch arrays to do it in."""

    problem: Problem
    cache: Arrays
    workspace: Workspace


def _gradients(point: _Point, deltas: dict[int, Array]) -> dict[str, Array]:
    """Return the gradients from dloss_i/dZ_l by the chain rule of Z_l = W_l A_{l-1} + b_l."""
    problem = point.problem
    network, m = problem.network, problem.m
    scale, decay = network.example_weight(m), network.penalty_slope(m)
    gradients: dict[str, Array] = {}
    for layer, delta in deltas.items():
        delta = scale * delta
        weight = delta @ point.cache[f"A{layer - 1}"].T
        if decay:
            weight += decay * problem.parameters[f"W{layer}"]
        gradients[f"dW{layer}"] = weight
        gradients[f"db{layer}"] = delta.sum(axis=1, keepdims=True)
    return gradients


# A rule turns a function of the perturbation, whose values are arrays of losses, into its
# derivative at zero.
Rule = Callable[[Callable[[complex], Array]], Array]


def _rule(method: str, step: float | None) -> Rule:
    h = CENTRAL_STEPS.get(method, COMPLEX_STEP) if step is None else step
    if method == "complex":
        return lambda f: np.asarray(f(1j * h).imag / h)
    if method == "central2":
        return lambda f: np.asarray((f(h) - f(-h)) / (2.0 * h))
    if method == "central4":
        return lambda f: np.asarray((8.0 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12.0 * h))
    raise ValueError(f"unknown method {method!r}; known: complex, tangent, central2, central4")


def _chunks(problem: Problem, layer: int) -> Iterator[slice]:
    """Yield slices of the units of a layer, of which one pass fits into the cache."""
    widths = problem.network.widths
    size = max(1, _CHUNK // (max(widths[layer + 1 :] or widths[-1:]) * problem.m))
    for start in range(0, widths[layer], size):
        yield slice(start, min(start + size, widths[layer]))


def _node_deltas(point: _Point, layer: int, rule: Rule) -> Array:
    """Return dloss_i/dZ_l of shape (n_l, m), a slice of units at a time."""
    deltas = np.empty(point.cache[f"Z{layer}"].shape)
    for units in _chunks(point.problem, layer):
        deltas[units] = rule(partial(_shifted_losses, point, layer, units))
    return deltas


def _shifted_losses(point: _Point, layer: int, units: slice, shift: complex) -> Array:
    """Return each example's loss, shape (k, m), with one of k units of Z_l shifted."""
    problem, network = point.problem, point.problem.network
    z = point.cache[f"Z{layer}"]
    if layer == network.depth:
        z = z[:, None, :] + shift * np.eye(len(z))[:, units, None]
    else:
        change = _activation_change(point, layer, units, shift)
        # Only unit j moved, so the next pre-activations move by a multiple of one column of W.
        columns = problem.parameters[f"W{layer + 1}"][:, units, None]
        z = point.workspace.take(f"z{layer + 1}", (len(columns), *change.shape), change.dtype)
        np.multiply(columns, change, out=z)
        z += point.cache[f"Z{layer + 1}"][:, None, :]
    masks = {name: mask[:, None, :] for name, mask in problem.masks.items()}
    for following in range(layer + 1, network.depth):
        a = drop(network, masks, following, network.activation(following).function(z))
        z = _affine(point, following + 1, a)
    last = network.activation(network.depth)
    return network.objective.per_example(z, problem.Y[:, None, :], last)


def _activation_change(point: _Point, layer: int, units: slice, shift: complex) -> Array:
    """Return by how much A_l of the shifted units moves, shape (k, m)."""
    network, masks = point.problem.network, point.problem.masks
    z, function = point.cache[f"Z{layer}"][units], network.activation(layer).function
    change = function(z + shift)
    # A complex step leaves the real part where it is; only reals must be taken from each other.
    change = 1j * change.imag if isinstance(shift, complex) else change - function(z)
    own = {name: mask[units] for name, mask in masks.items() if name == f"D{layer}"}
    return drop(network, own, layer, change)


def _affine(point: _Point, layer: int, a: Array) -> Array:
    """Return W_l a + b_l for ``a`` of shape (n_{l-1}, k, m), real or complex."""
    weight = point.problem.parameters[f"W{layer}"]
    z = point.workspace.take(f"z{layer}", (len(weight), *a.shape[1:]), a.dtype)
    # Complex numbers lie in memory as pairs of reals: W, being real, multiplies them as reals.
    columns = a.reshape(len(a), -1).view(np.float64)
    np.matmul(weight, columns, out=z.reshape(len(weight), -1).view(np.float64))
    z += point.problem.parameters[f"b{layer}"][:, :, None]
    return z


def _tangent_deltas(point: _Point) -> dict[int, Array]:
    """Return dloss_i/dZ_l by layer, pushing the tangent of every A_l forward to the output."""
    problem, last = point.problem, point.problem.network.depth
    slopes: dict[int, Array] = {}
    for layer in range(1, last):
        function, z = problem.network.activation(layer).function, point.cache[f"Z{layer}"]
        measured = function(z + 1j * COMPLEX_STEP).imag / COMPLEX_STEP
        slopes[layer] = drop(problem.network, problem.masks, layer, measured)
    deltas = {last: _node_deltas(point, last, _rule("complex", None))}
    for layer in range(last - 1, 0, -1):
        deltas[layer] = slopes[layer] * _pushed(point, layer, slopes, deltas[last])
    return deltas


def _pushed(point: _Point, layer: int, slopes: dict[int, Array], output: Array) -> Array:
    """Return dloss_i/dA_l of shape (n_l, m): each unit's tangent pushed forward to the loss."""
    problem, take = point.problem, point.workspace.take
    last = problem.network.depth
    if layer + 1 == last:
        return np.asarray(problem.parameters[f"W{last}"].T @ output)
    derivatives = np.empty(slopes[layer].shape)
    for units in _chunks(problem, layer):
        seeds = problem.parameters[f"W{layer + 1}"][:, units]
        shape = (seeds.shape[1], problem.m)
        tangent = take(f"t{layer + 1}", (len(seeds), *shape), np.float64)
        # The product of two columns for each unit; einsum is twice as fast at it as multiply.
        np.einsum("qj,qi->qji", seeds, slopes[layer + 1], out=tangent)
        for following in range(layer + 2, last + 1):
            weight, columns = problem.parameters[f"W{following}"], tangent.reshape(len(tangent), -1)
            tangent = take(f"t{following}", (len(weight), *shape), np.float64)
            np.matmul(weight, columns, out=tangent.reshape(len(weight), -1))
            if following < last:
                tangent *= slopes[following][:, None, :]
        np.einsum("pji,pi->ji", tangent, output, out=derivatives[units])
    return derivatives
