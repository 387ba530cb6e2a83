"""One array, or a dict, tuple or list of arrays, as one flat vector and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck_grader.reference.activations import Array


class DerivativeError(ValueError):
    """A function, a point or a gradient that the derivative of this point cannot be had from."""


# What a function may take: an array or number, or a dict, tuple or list of them.
Structure = Any


@dataclass(frozen=True, slots=True)
class Layout:
    """How a flat vector is cut into arrays.

    Attributes
    ----------
    container : type or None
        dict, tuple or list; None for a single array.
    keys : tuple
        The dict's keys, or positions; a single array has none.
    shapes : tuple of tuple of int
        Shape of each array, in the order of the vector.
    """

    container: type | None
    keys: tuple[Any, ...]
    shapes: tuple[tuple[int, ...], ...]

    def rebuild(self, vector: Array) -> Structure:
        """Return the arrays that the vector holds, as views into it, in their container."""
        arrays, start = [], 0
        for shape in self.shapes:
            stop = start + math.prod(shape)
            arrays.append(vector[start:stop].reshape(shape))
            start = stop
        if self.container is None:
            return arrays[0]
        if self.container is dict:
            return dict(zip(self.keys, arrays, strict=True))
        return self.container(arrays)

    def entry(self, position: int) -> str:
        """Return the name of one entry of the vector, such as ``W1[2, 0]``."""
        which = next(k for k, part in enumerate(self.slices()) if position < part.stop)
        shape, start = self.shapes[which], self.slices()[which].start
        name = "x" if self.container is None else str(self.keys[which])
        if self.container in (tuple, list):
            name = f"x[{name}]"
        index = ", ".join(str(int(i)) for i in np.unravel_index(position - start, shape))
        return f"{name}[{index}]" if index else name

    def slices(self) -> list[slice]:
        """Return where each array lies in the vector."""
        stops = np.cumsum([math.prod(shape) for shape in self.shapes]).tolist()
        return [slice(a, b) for a, b in zip([0, *stops[:-1]], stops, strict=True)]


def flatten(x: Structure) -> tuple[Array, Layout]:
    """Return a float64 copy of all entries as one vector, and the layout that undoes it.

    Raises
    ------
    DerivativeError
        If an array holds anything but real numbers, or there is no entry at all.
    """
    container, keys, values = _opened(x)
    arrays = [_real(value, key) for key, value in zip(keys or ("x",), values, strict=True)]
    layout = Layout(container, keys, tuple(array.shape for array in arrays))
    if not sum(array.size for array in arrays):
        raise DerivativeError("there is nothing to differentiate by: no array has an entry")
    return np.concatenate([array.ravel() for array in arrays]), layout


def _opened(x: Structure) -> tuple[type | None, tuple[Any, ...], list[Any]]:
    if isinstance(x, Mapping):
        return dict, tuple(x), list(x.values())
    if isinstance(x, tuple) or (isinstance(x, list) and any(np.ndim(v) for v in x)):
        # A tuple of arrays, and a list of them; a list of numbers is one array.
        return (tuple if isinstance(x, tuple) else list), tuple(range(len(x))), list(x)
    return None, (), [x]


def _real(value: Any, key: Any) -> Array:
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise DerivativeError(f"{key} is an array of {array.dtype}, not of real numbers")
    return array.astype(np.float64)
