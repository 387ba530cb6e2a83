"""A function that we know nothing about, at one point: its value, and its slopes in directions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.flat import DerivativeError, Structure, flatten
from gradcheck_grader.reference.line import FIRST_STEP, LineDerivative, line_derivative

COMPLEX_STEP = 2.0**-100


class ComplexRefusedError(Exception):
    """The function cannot be evaluated at complex arguments; the message says why."""


class BlackBox:
    """A real function of arrays at one point x, seen as a function of one flat vector.

    Attributes
    ----------
    start : ndarray of float64, shape (P,)
        The entries of x.
    layout : Layout
        How they make up x.
    value : float
        f(x).
    size : ndarray of float64, shape (P,)
        What a move of each entry is measured by: the larger of its own absolute value and its
        array's root mean square; 1 in an array of zeros.
    evaluations : int
        Calls of f so far.

    Raises
    ------
    DerivativeError
        If f(x) is not one finite real number, or another one when called again.
    """

    def __init__(self, f: Callable[[Structure], float], x: Structure) -> None:
        self._f = f
        self.evaluations = 0
        self.start, self.layout = flatten(x)
        self.value = self(self.start)
        if not math.isfinite(self.value):
            raise DerivativeError(f"the function gives {self.value} at this point")
        if (again := self(self.start)) != self.value:
            raise DerivativeError(
                f"the function gives {self.value!r}, then {again!r} for the same arguments: "
                "fix the seed of whatever is random in it"
            )
        self.size = self._size()

    def __call__(self, vector: Array) -> float:
        """Return f as a float; NaN where it is complex at real arguments."""
        value = _one_number(self._evaluate(vector))
        return float(value.real) if value.imag == 0 else math.nan

    def complex_slope(self, direction: Array) -> float:
        """Return the slope along a direction by complex step, right for analytic functions.

        Raises
        ------
        ComplexRefusedError
            If f fails at complex arguments or says that it drops imaginary parts.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            try:
                value = self._evaluate(self.start + (1j * COMPLEX_STEP) * direction)
            except Exception as error:  # Whatever a stranger's code makes of complex numbers.
                text = str(error).strip().split("\n")[0]
                raise ComplexRefusedError(f"{type(error).__name__}: {text}") from error
        return float(_one_number(value).imag) / COMPLEX_STEP

    def real_slope(self, direction: Array, step: float = FIRST_STEP) -> LineDerivative:
        """Return the slope along a direction as long as x itself, ``step`` its first multiple."""
        return line_derivative(lambda t: self(self.start + t * direction), self.value, step)

    def _evaluate(self, vector: Array) -> Any:
        self.evaluations += 1
        # A copy of its own for each call: the function may write into its arguments.
        return self._f(self.layout.rebuild(vector.copy()))

    def _size(self) -> Array:
        size = np.abs(self.start)
        for part in self.layout.slices():
            typical = math.sqrt(float(np.mean(size[part] ** 2))) if size[part].size else 0.0
            size[part] = np.maximum(size[part], typical or 1.0)
        return size


def _one_number(value: Any) -> np.complex128:
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiucb":
        what = f"an array of shape {array.shape}" if array.size != 1 else type(value).__name__
        raise DerivativeError(f"the function must return one number, not {what}")
    return np.complex128(array.reshape(()))
