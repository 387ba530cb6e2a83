"""Weights with their bias as first column, Theta_l = [b_l W_l], one by one or unrolled.

The convention of courses that come from Octave: ``nnCostFunction(nn_params, ..., X, y, lambda)``
gets all Thetas as one vector and returns the cost and the gradient as another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import Arrays
from gradcheck_grader.sandbox.job import Subclass, Value

Order = Literal["C", "F"]


def thetas(parameters: Arrays) -> dict[str, Array]:
    """Return Theta1 ... ThetaL of shape (n_l, n_{l-1} + 1)."""
    layers = range(1, len(parameters) // 2 + 1)
    return {
        f"Theta{layer}": np.hstack((parameters[f"b{layer}"], parameters[f"W{layer}"]))
        for layer in layers
    }


def unrolled(parameters: Arrays, order: Order) -> Array:
    """Return all Thetas as one vector: row by row (C) or column by column (F)."""
    return np.concatenate([theta.ravel(order) for theta in thetas(parameters).values()])


def gradients_of(answer: Value, parameters: Arrays, order: Order) -> dict[str, Array] | str:
    """Return dW_l and db_l of an answer in Thetas, or words for why it is none.

    It may be a vector, Thetas in order, or a dict of them; a cost beside them is passed over.
    """
    shapes = {name: theta.shape for name, theta in thetas(parameters).items()}
    size = sum(rows * columns for rows, columns in shapes.values())
    arrays = list(_arrays(answer))
    vectors = [array for array in arrays if array.size == size]
    if vectors:
        ends = np.cumsum([rows * columns for rows, columns in shapes.values()])[:-1]
        pieces = np.split(vectors[-1].ravel(), ends)
        arrays = [
            piece.reshape(shape, order=order)
            for piece, shape in zip(pieces, shapes.values(), strict=True)
        ]
    else:
        arrays = [array for array in arrays if array.ndim == 2 and array.shape in shapes.values()]
    if [array.shape for array in arrays] != list(shapes.values()):
        return f"no gradient of {size} values was returned"
    found: dict[str, Array] = {}
    for layer, array in enumerate(arrays, start=1):
        found |= {f"db{layer}": array[:, :1], f"dW{layer}": array[:, 1:]}
    return found


def _arrays(value: Value) -> Iterator[Array]:
    """Yield the arrays of an answer, in order; those of a dict by its keys' order."""
    if isinstance(value, Subclass):
        value = value.base
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from _arrays(value[key])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _arrays(item)
