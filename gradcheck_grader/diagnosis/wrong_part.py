"""Which row, column or entry of a gradient is wrong, where it is the same one on every network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.diagnosis.search.explanation import Case
from gradcheck_grader.diagnosis.wording import listed
from gradcheck_grader.interface import in_layout
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.rounding import tolerance

# Which of so many are wrong, in words for one row or column.
PLACES: tuple[tuple[str, Callable[[int], Array]], ...] = (
    ("only the last {} is wrong", lambda size: np.arange(size) == size - 1),
    ("only the first {} is wrong", lambda size: np.arange(size) == 0),
    ("only the last {} is right", lambda size: np.arange(size) < size - 1),
    ("only the first {} is right", lambda size: np.arange(size) > 0),
)


UNSET = ", and zero there"


def wrong_parts(part: Part, cases: Sequence[Case], names: Sequence[str]) -> str:
    """Return sentences about the gradients of which one row, column or entry tells."""
    if part.kind != "gradients":
        return ""
    groups: dict[str, list[str]] = {}
    for name in names:
        if words := _place(part, cases, name):
            groups.setdefault(words, []).append(name)
    return "".join(f" Of your {listed(own)} {words}." for words, own in groups.items())


def are_unset(part: Part, cases: Sequence[Case], names: Sequence[str]) -> bool:
    """Return whether each gradient is wrong in one row, column or entry, or but one, and zero."""
    return bool(wrong_parts(part, cases, names)) and all(
        _place(part, cases, name).endswith(UNSET) for name in names
    )


def _place(part: Part, cases: Sequence[Case], name: str) -> str:
    masks = [_wrong(part, case, name) for case in cases]
    known = [mask for mask in masks if mask is not None]
    if len(known) < len(masks):
        return ""
    for axis, along in _axes(name):
        lines = [mask.any(axis=1 - axis) for mask in known]
        whole = all(_is_whole(mask, axis) for mask in known)
        for words, chosen in PLACES:
            fits = all(np.array_equal(line, chosen(line.size)) for line in lines)
            if whole and fits and max(line.size for line in lines) > 1:
                unset = all(_is_zero(case, name) for case in cases)
                return words.format(along) + (UNSET if unset else "")
    return ""


def _axes(name: str) -> Iterator[tuple[int, str]]:
    """Yield the axes of a gradient, with what one place along it is called."""
    is_bias = name.startswith("db")
    yield 1, "entry" if is_bias else "column"
    yield 0, "entry" if is_bias else "row"


def _is_whole(mask: Array, axis: int) -> bool:
    """Return whether each place along an axis is wrong in most of its entries, or in none.

    A slip may be right by luck somewhere: where a ReLU was off, or an input zero.
    """
    share = mask.mean(axis=1 - axis)
    return bool(((share == 0.0) | (share > 0.5)).all())


def _is_zero(case: Case, name: str) -> bool:
    """Return whether all wrong entries are zero, as in an array that was not filled."""
    values = case.values[name]
    assert values is not None  # there is a mask of what is wrong
    allowed = tolerance(case.trial.bound[name])
    return not values[np.abs(values - case.trial.truth[name]) > allowed].any()


def _wrong(part: Part, case: Case, name: str) -> Array | None:
    """Return which entries are wrong, as the student lays them out; None without numbers."""
    values = case.values.get(name)
    if values is None:
        return None
    truth, allowed = case.trial.truth[name], tolerance(case.trial.bound[name])
    wrong = ~(np.abs(values - truth) <= allowed)  # what is no number is wrong
    laid_out = in_layout(part.interface, name, wrong)
    return laid_out.reshape(1, -1) if laid_out.ndim == 1 else laid_out
