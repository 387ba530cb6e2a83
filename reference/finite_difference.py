"""Numerical gradients of any function: the textbook loop, and one that knows its own error."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.black_box import BlackBox, ComplexRefusedError
from gradcheck_grader.reference.complex_step import checked_complex_gradient, complex_gradient
from gradcheck_grader.reference.flat import DerivativeError, Layout, Structure, flatten
from gradcheck_grader.reference.line import FIRST_STEP
from gradcheck_grader.reference.rounding import UNIT_ROUNDOFF

Method = Literal["auto", "complex", "central"]

TEXTBOOK_STEP = 1e-6

# An entry is marked unreliable when its error estimate exceeds this share of the largest entry.
UNRELIABLE = 1e-5

# Of a complex step, as a share of the largest entry.
COMPLEX_ERROR = 2.0**-48


class UnreliableGradientWarning(UserWarning):
    """Some entries of a numerical gradient could not be determined."""


@dataclass(frozen=True, slots=True, eq=False)
class Derivative:
    """A numerical gradient, and how far to trust it.

    Attributes
    ----------
    layout : Layout
        How the flat arrays below make up the structure of x.
    start : ndarray of float64, shape (P,)
        x itself.
    values, errors : ndarray of float64, shape (P,)
        df/dx, and an estimate of the absolute error of each entry.
    doubtful : ndarray of bool, shape (P,)
        The entries at a kink, or without a step that works.
    method : {"complex", "central"}
        What was used.
    reason : str
        Why, in words.
    evaluations : int
        How often the function was called.
    """

    layout: Layout
    start: Array
    values: Array
    errors: Array
    doubtful: Array
    method: Literal["complex", "central"]
    reason: str
    evaluations: int

    @property
    def at(self) -> Structure:
        """A copy of x, float64."""
        return self.layout.rebuild(self.start.copy())

    @property
    def gradient(self) -> Structure:
        """The gradient in the structure of x."""
        return self.layout.rebuild(self.values)

    @property
    def error(self) -> Structure:
        """The error estimates in the structure of x."""
        return self.layout.rebuild(self.errors)

    @property
    def unreliable(self) -> Structure:
        """The doubtful entries in the structure of x, arrays of bool."""
        return self.layout.rebuild(self.doubtful)


def central_difference(
    f: Callable[[Structure], float], x: Structure, step: float = TEXTBOOK_STEP
) -> Structure:
    """Return the gradient of f by the textbook double loop: move each entry, call f twice.

    Parameters
    ----------
    f : callable
        x -> one real number.
    x : array, or dict, tuple or list of arrays
        Where; read, never written.
    step : float
        The absolute move of every entry. The error is about ``step**2`` from truncation and
        ``1e-16 |f| / step`` from rounding, and of the order of 1 at a kink.

    Returns
    -------
    array or container of arrays
        In the structure of x, float64.
    """
    vector, layout = flatten(x)
    gradient = np.empty_like(vector)
    for entry in range(vector.size):
        values = []
        for move in (step, -step):
            moved = vector.copy()
            moved[entry] += move
            values.append(f(layout.rebuild(moved)))
        gradient[entry] = (values[0] - values[1]) / (2.0 * step)
    return layout.rebuild(gradient)


def numerical_gradient(
    f: Callable[[Structure], float],
    x: Structure,
    *,
    step: float | None = None,
    method: Method = "auto",
) -> Structure:
    """Return the gradient of a real function of arrays.

    Parameters
    ----------
    f : callable
        x -> one real number (a float, or an array with one entry). Gets float64 or complex128
        copies in the structure of x; must give the same number when called again.
    x : array, or dict, tuple or list of arrays
        Where.
    step : float, optional
        The largest absolute move of central differences; giving one asks for them. Default: a
        share of the size of each entry and of its array.
    method : {"auto", "complex", "central"}
        "auto" takes the complex step, accurate to rounding, if f is seen to bear it: its
        derivatives along random directions are held against real differences, so that
        ``abs``, ``conj``, ``norm`` and the like are not taken for constants. Otherwise extrapolated
        central differences, about 1e-11. "complex" forgoes the check.

    Returns
    -------
    array or container of arrays
        In the structure of x, float64.

    Warns
    -----
    UnreliableGradientWarning
        If entries lie at a kink. ``differentiate`` says which, and gives error estimates.

    Raises
    ------
    DerivativeError
        If f gives no real finite number at x, or not the same one twice.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x ** 2).sum(), np.array([1.0, -3.0]))
    array([ 2., -6.])
    """
    result = differentiate(f, x, step=step, method=method)
    entries = np.flatnonzero(result.doubtful)
    if entries.size:
        names = ", ".join(result.layout.entry(int(entry)) for entry in entries[:3])
        warnings.warn(
            f"{entries.size} of {result.values.size} entries are unreliable, at a kink or too "
            f"noisy: {names}{', ...' if entries.size > 3 else ''}",
            UnreliableGradientWarning,
            stacklevel=2,
        )
    return result.gradient


def differentiate(
    f: Callable[[Structure], float],
    x: Structure,
    *,
    step: float | None = None,
    method: Method = "auto",
) -> Derivative:
    """Return the gradient of a real function with an error estimate for each entry.

    Arguments are those of ``numerical_gradient``. An entry whose steps disagree, as they do across
    a kink, is repeated with smaller ones; if that does not help it is marked doubtful, its error
    half the jump of the slope.

    Raises
    ------
    DerivativeError
        If f gives no real finite number at x, or not the same one twice; if ``method`` is
        "complex" and f fails at complex arguments.
    """
    if method not in ("auto", "complex", "central"):
        raise ValueError(f"unknown method {method!r}; known: auto, complex, central")
    if step is not None and not step > 0.0:
        raise ValueError(f"step must be above zero, not {step}")
    box = BlackBox(f, x)
    if method == "central" or (method == "auto" and step is not None):
        return _by_central(box, step, "central differences were asked for")
    try:
        checked = method == "auto"
        values = checked_complex_gradient(box) if checked else complex_gradient(box)
    except ComplexRefusedError as refusal:
        if method == "complex":
            raise DerivativeError(f"the complex step fails: {refusal}") from refusal
        return _by_central(box, None, f"no complex step: {refusal}")
    reason = "complex step, confirmed by real differences" if checked else "complex step, unchecked"
    # Not a bound: what rounding usually leaves, next to the largest term of the sum.
    doubtful = ~np.isfinite(values)
    largest = np.abs(values[~doubtful]).max(initial=0.0)
    errors = COMPLEX_ERROR * np.maximum(np.abs(values), largest)
    return Derivative(
        box.layout, box.start, values, errors, doubtful, "complex", reason, box.evaluations
    )


def _by_central(box: BlackBox, step: float | None, reason: str) -> Derivative:
    values, errors = np.empty_like(box.start), np.empty_like(box.start)
    doubtful = np.zeros(box.start.shape, dtype=bool)
    move = np.zeros_like(box.start)
    for entry, size in enumerate(box.size):
        move[entry] = size
        slope = box.real_slope(move, FIRST_STEP if step is None else step / size)
        move[entry] = 0.0
        values[entry], errors[entry] = slope.value / size, slope.error / size
        doubtful[entry] = slope.kinked
    finite = np.isfinite(values)
    largest = float(np.abs(values[finite]).max(initial=0.0))
    noise = 16.0 / FIRST_STEP * UNIT_ROUNDOFF * abs(box.value) / box.size
    doubtful |= ~finite | (errors > UNRELIABLE * largest + noise)
    return Derivative(
        box.layout, box.start, values, errors, doubtful, "central", reason, box.evaluations
    )
