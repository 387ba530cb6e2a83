"""Hold a gradient against the numerical one, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.finite_difference import Derivative, Method, differentiate
from gradcheck_grader.reference.flat import DerivativeError, Layout, Structure, flatten

# What rounding may leave in a gradient: as a share of the entry, for 64 and for 32 bits.
RELATIVE_TOLERANCE = 1e-7
RELATIVE_TOLERANCE_SINGLE = 1e-3

# The same as a share of the array's largest entry, for entries that cancel: 1e-11 and 1e-7.
_FLOOR = 1e-4

# The numerical error estimate is taken this many times.
_ERROR_FACTOR = 8.0


class MismatchError(DerivativeError):
    """A gradient that does not have the arrays, or the shapes, of what it is by."""


@dataclass(frozen=True, slots=True, eq=False)
class GradientCheck:
    """A gradient held against the numerical one.

    Attributes
    ----------
    derivative : Derivative
        The numerical gradient with its error estimates.
    values : ndarray of float64, shape (P,)
        The gradient that was checked, flat.
    tolerances : ndarray of float64, shape (P,)
        How far each entry may lie from the numerical one.
    """

    derivative: Derivative
    values: Array
    tolerances: Array

    def __bool__(self) -> bool:
        """Return whether every entry that can be checked agrees."""
        return not self.wrong.any()

    @property
    def wrong(self) -> Array:
        """Which entries disagree, shape (P,); doubtful numerical ones never do."""
        distance = np.abs(self.values - self.derivative.values)
        # Not "distance > tolerance": a NaN must not pass.
        return np.asarray(~(distance <= self.tolerances) & ~self.derivative.doubtful)

    @property
    def disagreeing(self) -> tuple[str, ...]:
        """Names of the entries that disagree, such as ``W1[2, 0]``."""
        entry = self.derivative.layout.entry
        return tuple(entry(int(position)) for position in np.flatnonzero(self.wrong))

    @property
    def relative_error(self) -> float:
        """||gradient - numerical|| / (||gradient|| + ||numerical||) of the entries checked."""
        return self._relative_error(slice(None))

    @property
    def worst(self) -> int | None:
        """Position of the entry that exceeds its tolerance most; None if all agree."""
        if not self.wrong.any():
            return None
        distance = np.abs(self.values - self.derivative.values)
        excess = np.where(np.isnan(distance), np.inf, distance) / self.tolerances
        return int(np.argmax(np.where(self.wrong, excess, -1.0)))

    def __str__(self) -> str:
        """Return a line for each array, then the worst entry in words."""
        layout = self.derivative.layout
        names = [str(key) for key in layout.keys] or ["x"]
        width = max(len(name) for name in names)
        parts = zip(names, layout.slices(), strict=True)
        lines = [f"{name:{width}}  {self._words(part)}" for name, part in parts]
        if (worst := self.worst) is not None:
            lines.append(
                f"worst: {layout.entry(worst)} is {self.values[worst]:.10g}, "
                f"numerically {self.derivative.values[worst]:.10g} "
                f"(within {self.derivative.errors[worst]:.1g})"
            )
        return "\n".join(lines)

    def _words(self, part: slice) -> str:
        count, wrong = self.values[part].size, int(self.wrong[part].sum())
        doubtful = int(self.derivative.doubtful[part].sum())
        words = f"{wrong} of {count} wrong" if wrong else f"{count - doubtful} of {count} agree"
        words += f", relative error {self._relative_error(part):.1e}"
        if doubtful:
            words += f", {doubtful} at a kink or too noisy to check"
        if wrong and (ratio := self._ratio(part)) is not None:
            words += f"; every entry is {ratio:.4g} times the numerical one"
        return words

    def _relative_error(self, part: slice) -> float:
        checked = ~self.derivative.doubtful[part]
        ours, theirs = self.derivative.values[part][checked], self.values[part][checked]
        size = float(np.linalg.norm(ours) + np.linalg.norm(theirs))
        return float(np.linalg.norm(ours - theirs)) / size if size else 0.0

    def _ratio(self, part: slice) -> float | None:
        """Return the one factor between the two gradients, or None if there is no such factor."""
        checked = ~self.derivative.doubtful[part]
        ours, theirs = self.derivative.values[part][checked], self.values[part][checked]
        square = float(ours @ ours)
        if ours.size < 2 or not square or not np.isfinite(theirs).all():
            return None
        ratio = float(ours @ theirs) / square
        allowed = max(1.0, abs(ratio)) * self.tolerances[part][checked]
        return ratio if bool(np.all(np.abs(theirs - ratio * ours) <= allowed)) else None


def check_gradient(
    f: Callable[[Structure], float],
    gradient: Structure | Callable[[Structure], Structure],
    x: Structure,
    *,
    step: float | None = None,
    method: Method = "auto",
    rtol: float | None = None,
) -> GradientCheck:
    """Hold a gradient of f at x against the numerical one.

    Parameters
    ----------
    f : callable
        x -> one real number.
    gradient : array or container of arrays, or callable
        In the structure of x; or a function that gives it at x.
    x : array, or dict, tuple or list of arrays
        Where.
    step, method
        As in ``numerical_gradient``.
    rtol : float, optional
        What rounding may leave in an entry, relative to it; 1e-7, or 1e-3 if a gradient array is
        float32. The numerical error estimate comes on top.

    Returns
    -------
    GradientCheck
        True in a condition if all entries agree; ``print`` it for the words.

    Raises
    ------
    DerivativeError
        If the gradient has not the structure of x, or f cannot be differentiated.

    Examples
    --------
    >>> check = check_gradient(lambda x: (x**2).sum(), lambda x: x, np.array([1.0, -3.0]))
    >>> bool(check)
    False
    >>> print(check)
    x  2 of 2 wrong, relative error 3.3e-01; every entry is 0.5 times the numerical one
    worst: x[1] is -3, numerically -6 (within 2e-14)
    """
    derivative = differentiate(f, x, step=step, method=method)
    given = gradient(derivative.at) if callable(gradient) else gradient
    values, single = _matched(given, derivative.layout)
    relative = RELATIVE_TOLERANCE_SINGLE if single else RELATIVE_TOLERANCE
    if rtol is not None:
        relative = rtol
    size = np.abs(derivative.values)
    tolerances = _ERROR_FACTOR * derivative.errors + relative * size
    for part in derivative.layout.slices():
        checked = size[part][~derivative.doubtful[part]]  # a doubtful one may be NaN
        tolerances[part] += _FLOOR * relative * checked.max(initial=0.0)
    tolerances += np.finfo(np.float64).tiny
    return GradientCheck(derivative, values, tolerances)


def _matched(gradient: Structure, layout: Layout) -> tuple[Array, bool]:
    """Return the gradient flat in the order of the layout, and whether any of it is float32."""
    ordered = gradient
    if layout.container is dict:
        ordered = _picked(gradient, layout)
    values, theirs = flatten(ordered)
    if theirs.shapes != layout.shapes:
        raise MismatchError(
            f"the gradient has shapes {_shapes(theirs)}, what it belongs to {_shapes(layout)}"
        )
    arrays = list(ordered.values()) if isinstance(ordered, dict) else [ordered]
    arrays = list(ordered) if isinstance(ordered, tuple | list) else arrays
    return values, any(np.asarray(array).dtype == np.float32 for array in arrays)


def _picked(gradient: Any, layout: Layout) -> dict[Any, Any]:
    """Return the gradients under the names of the arrays; ``dW1`` serves for ``W1``."""
    if not isinstance(gradient, Mapping):
        if len(layout.keys) == 1 and not isinstance(gradient, tuple | list):
            return {layout.keys[0]: gradient}
        if isinstance(gradient, tuple | list) and len(gradient) == len(layout.keys):
            return dict(zip(layout.keys, gradient, strict=True))
        raise MismatchError(f"the gradient must hold an array for each of {list(layout.keys)}")
    names = {key: key if key in gradient else f"d{key}" for key in layout.keys}
    if missing := [key for key, name in names.items() if name not in gradient]:
        raise MismatchError(f"the gradient holds no {missing[0]}; it holds {list(gradient)}")
    return {key: gradient[name] for key, name in names.items()}


def _shapes(layout: Layout) -> str:
    names = layout.keys or ("x",)
    return ", ".join(f"{name} {shape}" for name, shape in zip(names, layout.shapes, strict=True))
