"""The derivative of a function of one real number, with an error estimate and a watch for kinks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from gradcheck_grader.reference.rounding import UNIT_ROUNDOFF

# The first step, as a share of the size of what is moved: near the 7th root of the unit roundoff,
# where rounding and the truncation of an extrapolated difference of order 6 are alike.
FIRST_STEP = 2.0**-8

_SHRINK = 8.0
_TRIES = 9


@dataclass(frozen=True, slots=True)
class LineDerivative:
    """The derivative at zero.

    Attributes
    ----------
    value : float
        NaN if no step gave finite values.
    error : float
        Estimate of its absolute error, on the safe side; half the jump at a kink.
    kinked : bool
        Whether the slopes left and right stay apart down to the smallest step.
    """

    value: float
    error: float
    kinked: bool


class _Attempt(NamedTuple):
    value: float
    error: float
    noise: float
    kinked: bool


def line_derivative(
    f: Callable[[float], float], at_zero: float, step: float = FIRST_STEP
) -> LineDerivative:
    """Return the derivative of f at 0 from central differences extrapolated to order 6.

    The difference at h, h/2 and h/4 is extrapolated (Richardson, Philosophical Transactions A 210,
    1911). A step that straddles a kink, or is too coarse for the function, shows in steps that
    disagree; a kink at 0 itself shows in one-sided slopes whose distance does not shrink with the
    step. In both cases the step is made smaller, until rounding drowns the gain.

    Parameters
    ----------
    f : callable
        float -> float, in a unit in which what is moved has size 1; NaN or infinity is allowed
        away from 0.
    at_zero : float
        f(0).
    step : float
        The first and largest move, in that unit.

    Returns
    -------
    LineDerivative
        About 1e-12 relative to max(|f|, |f'|) where f is smooth; the best attempt elsewhere.
    """
    best = _Attempt(math.nan, math.inf, 0.0, False)
    for attempt in _attempts(f, at_zero, step):
        # At a kink the jump is the error whatever the step, and the first has the least noise.
        share = 0.5 if best.kinked and attempt.kinked else 1.0
        if attempt.error < share * best.error:
            best = attempt
        if best.error <= 1e-10 * abs(best.value) + 4.0 * best.noise and not best.kinked:
            break
        if attempt.noise > best.error:
            break
    return LineDerivative(best.value, best.error, best.kinked)


def _attempts(f: Callable[[float], float], at_zero: float, step: float) -> Iterator[_Attempt]:
    for turn in range(_TRIES):
        yield _attempt(f, at_zero, step / _SHRINK**turn)


def _attempt(f: Callable[[float], float], at_zero: float, step: float) -> _Attempt:
    steps = (step, step / 2.0, step / 4.0)
    pairs = [(f(h), f(-h), h) for h in steps]
    size = max(abs(at_zero), *(max(abs(above), abs(below)) for above, below, _ in pairs))
    if not math.isfinite(size):
        return _Attempt(math.nan, math.inf, 0.0, False)
    d0, d1, d2 = ((above - below) / (2.0 * h) for above, below, h in pairs)
    coarse, fine = (4.0 * d1 - d0) / 3.0, (4.0 * d2 - d1) / 3.0
    value = (16.0 * fine - coarse) / 15.0
    # Of the values of f, and of the argument that the step is added to, which is of size 1.
    noise = 2.0 * UNIT_ROUNDOFF * (size + abs(value)) / steps[-1]
    # Slope to the right minus slope to the left: proportional to h, but for a kink.
    wide, _, narrow = (abs(above - 2.0 * at_zero + below) / h for above, below, h in pairs)
    kinked = narrow > max(0.5 * wide, 8.0 * noise + 1e-7 * abs(value))
    error = abs(fine - coarse) + noise
    return _Attempt(value, max(error, 0.5 * narrow) if kinked else error, noise, kinked)
