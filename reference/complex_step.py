"""The complex step for functions that we know nothing about, with a watch for silent failure.

``Im f(x + ih) / h`` is exact to rounding for analytic functions. ``abs``, ``conj``, ``round``,
``numpy.linalg.norm`` and others keep a function from being analytic without any error: the complex
step then gives a wrong number. So its slopes are held against real differences, before and after.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.black_box import BlackBox, ComplexRefusedError

_DIRECTIONS = 3
_ATTEMPTS = 8

# A real slope whose own error is above this share of it cannot confirm anything.
_CONCLUSIVE = 1e-6


def complex_gradient(box: BlackBox) -> Array:
    """Return the gradient by complex step, shape (P,).

    Raises
    ------
    ComplexRefusedError
        If the function fails at complex arguments.
    """
    unit = np.zeros_like(box.start)
    gradient = np.empty_like(box.start)
    for entry in range(unit.size):
        unit[entry] = 1.0
        gradient[entry] = box.complex_slope(unit)
        unit[entry] = 0.0
    return gradient


def checked_complex_gradient(box: BlackBox) -> Array:
    """Return the gradient by complex step if real differences confirm it.

    Random directions are tried first, so that a function that bears no complex numbers costs
    little. The finished gradient is then tried along directions in which its entries weigh
    alike: an entry that is small beside the others, or zero by mistake, shows there.

    Raises
    ------
    ComplexRefusedError
        If it is not confirmed; the message says why.
    """
    rng = np.random.default_rng(0)
    _confirm(box, None, _random_directions(box, rng))
    gradient = complex_gradient(box)
    _confirm(box, gradient, _balanced_directions(box, gradient, rng))
    return gradient


def _random_directions(box: BlackBox, rng: np.random.Generator) -> Iterator[Array]:
    for _ in range(_ATTEMPTS):
        yield _signed(box, rng)


def _balanced_directions(
    box: BlackBox, gradient: Array, rng: np.random.Generator
) -> Iterator[Array]:
    weight = np.abs(gradient) * box.size
    floor = 1e-10 * float(weight.max()) + np.finfo(np.float64).tiny
    for attempt in range(_ATTEMPTS):
        # In turn: all entries alike; the smaller half at full length, the larger ones shortened.
        level = max(float(np.quantile(weight, (0.0, 0.5)[attempt % 2])), floor)
        yield _signed(box, rng) * np.minimum(1.0, level / np.maximum(weight, floor))


def _signed(box: BlackBox, rng: np.random.Generator) -> Array:
    """Return a direction of random signs and lengths between a half and one, in units of size."""
    length = rng.uniform(0.5, 1.0, box.size.shape)
    return np.asarray(box.size * length * rng.choice((-1.0, 1.0), box.size.shape))


def _confirm(box: BlackBox, gradient: Array | None, directions: Iterator[Array]) -> None:
    """Hold complex slopes against real ones until enough directions agree, or raise."""
    agreed = 0
    for direction in directions:
        ours = box.complex_slope(direction) if gradient is None else float(gradient @ direction)
        real = box.real_slope(direction)
        if not np.isfinite(ours):
            raise ComplexRefusedError("a complex argument gives no finite value")
        if abs(ours - real.value) > 4.0 * real.error + 1e-9 * abs(ours):
            raise ComplexRefusedError(
                "its complex slope differs from the real one, as abs, conj, round or norm make it"
            )
        conclusive = real.error <= _CONCLUSIVE * max(abs(real.value), abs(box.value))
        agreed += conclusive and not real.kinked
        if agreed == _DIRECTIONS:
            return
    raise ComplexRefusedError("real differences are too rough here to confirm the complex step")
