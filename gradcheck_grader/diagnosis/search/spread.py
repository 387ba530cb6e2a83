"""New parameters that NumPy spread to a matrix, because what was taken off had another shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.models import Finding
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import is_bias
from gradcheck_grader.reference.rounding import UNIT_ROUNDOFF


def taken_off(before: Array, after: Array) -> Array | None:
    """Return what NumPy spread over a parameter, in the shape that it had, or None."""
    if after.ndim != before.ndim or not after.size:
        return None
    if any(a not in (1, b) for a, b in zip(before.shape, after.shape, strict=True)):
        return None
    taken = before - after
    lost = 4.0 * UNIT_ROUNDOFF * float((np.abs(before) + np.abs(after)).max(initial=0.0))
    for axis in range(taken.ndim):
        first = taken.take([0], axis)
        if before.shape[axis] == after.shape[axis] and np.abs(taken - first).max() <= lost:
            taken = first
    return taken


def spread(part: Part, comparisons: Sequence[Comparison]) -> Iterator[Finding]:
    """Yield the parameters that a row was taken off where they are a column, or a column off a row.

    Such a difference is a matrix; what the values are is another matter.
    """
    misshapen = [item for item in comparisons if item.verdict == "wrong shape"]
    met = {item.name for item in misshapen}
    other = {item.name for item in misshapen if not _is_turned(item)}
    names = part.in_order(met - other)
    if not names:
        return
    rows = part.interface.layout == "rows"
    one, lying = ("row", "column") if rows else ("column", "row")
    flat = "" if rows else ", or has one dimension only"
    yield Finding(
        id="shape-transposed" if rows else "shape-flat",
        severity="mistake",
        part=part.name,
        gradients=names,
        title=f"A {lying} is taken off a {one}",
        message=f"The parameter is a {one}, and what is taken off it is a {lying}{flat}. NumPy "
        "makes a matrix of the two.",
        hint="Print the shapes of the parameter and of its gradient. Where does the one lose what "
        "the other has?",
    )


def _is_turned(item: Comparison) -> bool:
    before = item.trial.problem.parameters.get(item.name)
    if before is None or item.raw is None or not is_bias(item.name):
        return False
    taken = taken_off(before, item.raw)
    return taken is not None and taken.shape == before.shape[::-1]
