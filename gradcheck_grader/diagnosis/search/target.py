"""What the student returned for one gradient on all trials, and whether a formula gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.rounding import FACTOR, UNIT_ROUNDOFF


@dataclass(frozen=True, slots=True)
class Precision:
    """How exactly numbers must be reproduced, relative to their largest entry.

    A formula evaluated in another order differs by some 1e-13 of the largest term. ``EXACT`` leaves
    room for cancellation and is still far below any slip; ``ROUGH`` serves what was computed in
    single precision or with a guard such as 1e-8, and is said as such.
    """

    rtol: float

    @property
    def ratio(self) -> float:
        """How far a factor may lie from its name; it inherits the errors of two gradients."""
        return 4.0 * self.rtol


EXACT = Precision(1e-9)
ROUGH = Precision(3e-5)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """One gradient on all trials.

    Attributes
    ----------
    name : str
        ``dW2``, ``db1`` ...
    arrays : tuple of ndarray
        What came back, features x examples where it has two dimensions, of any shape.
    floors : tuple of float
        Size below which a number is rounding error: 64 u S, S the largest bound of the truth.
    """

    name: str
    arrays: tuple[Array, ...]
    floors: tuple[float, ...]
    flat: tuple[Array, ...]
    shapes: tuple[tuple[int, ...], ...]
    peaks: tuple[float, ...]

    def less(self, terms: Sequence[Array]) -> Target:
        """Return the target with a term taken off; its shape must be that of the term."""
        pairs = zip(self.arrays, terms, strict=True)
        return target(
            self.name, [a - b if a.shape == b.shape else a for a, b in pairs], self.floors
        )

    def has_shape(self, trial: int, array: Array) -> bool:
        """Return whether an array has the very shape that came back."""
        return self.arrays[trial].shape == array.shape

    @property
    def is_noise(self) -> bool:
        """Whether every entry on every trial is rounding error at most."""
        return all(peak <= floor for peak, floor in zip(self.peaks, self.floors, strict=True))

    def factor(self, trial: int, array: Array, rtol: float) -> float:
        """Return c where the student's numbers are c times the array, nan where they are not.

        Infinity stands for any c: both are zero, or rounding error alone as the sum of a softmax
        layer's deltas is.
        """
        if not self.has_shape(trial, array) and _shape(array) != self.shapes[trial]:
            return np.nan
        flat, values = array.ravel(), self.flat[trial]
        size = float(flat @ flat)
        floor, peak = self.floors[trial], self.peaks[trial]
        if size == 0.0 or peak <= floor:
            both = peak <= floor and np.abs(flat).max(initial=0.0) <= floor
            return np.inf if both else np.nan
        c = float(flat @ values) / size
        residual = float(np.abs(values - c * flat).max())
        return c if residual <= rtol * peak + floor else np.nan


def target(name: str, arrays: Sequence[Array], floors: Sequence[float]) -> Target:
    """Return the target of a gradient."""
    flat = tuple(np.ascontiguousarray(array).ravel() for array in arrays)
    return Target(
        name, tuple(arrays), tuple(floors), flat,
        tuple(_shape(array) for array in arrays),
        tuple(float(np.abs(values).max(initial=0.0)) for values in flat),
    )  # fmt: skip


def same(a: Array, b: Array, rtol: float) -> bool:
    """Return whether two arrays of factors are the same; np.allclose takes ten times as long."""
    return bool((np.abs(a - b) <= rtol * np.abs(b)).all())


def floor_of(bound: Array) -> float:
    """Return the size of what may be rounding error alone."""
    return FACTOR * UNIT_ROUNDOFF * float(bound.max(initial=0.0))


def _shape(array: Array) -> tuple[int, ...]:
    """Return a shape without its ones: (n, 1), (1, n) and (n,) hold the same numbers."""
    return tuple(size for size in array.shape if size != 1)
