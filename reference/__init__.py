"""Reference backpropagation, numerical derivatives and rounding bounds, in NumPy alone.

Nothing in this package knows of grading. Arrays are features x examples throughout: ``W1`` has
shape (n_1, n_0), ``b1`` (n_1, 1), ``Z1`` and ``A1`` (n_1, m).
"""

from gradcheck_grader.reference.check import GradientCheck, check_gradient
from gradcheck_grader.reference.finite_difference import (
    Derivative,
    UnreliableGradientWarning,
    central_difference,
    differentiate,
    numerical_gradient,
)
from gradcheck_grader.reference.flat import DerivativeError

__all__ = [
    "Derivative",
    "DerivativeError",
    "GradientCheck",
    "UnreliableGradientWarning",
    "central_difference",
    "check_gradient",
    "differentiate",
    "numerical_gradient",
]
