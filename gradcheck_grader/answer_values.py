"""One value that came back: as numbers, in the shape that is expected, and in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck_grader.reference.activations import Array
from gradcheck_grader.sandbox.job import Opaque, Subclass, Value
from gradcheck_grader.sandbox.text import clean_line

LONGEST_NAME = 80  # as much of a type's name is told


def as_numbers(value: Value) -> Array | str:
    """Return real numbers as an array, or words for what came instead of them."""
    if type(value) is np.ndarray and value.dtype == np.float64:
        return value  # nearly always
    if isinstance(value, Subclass):
        value = value.base
    if isinstance(value, list | tuple):
        value = _from_nested(value)
    if isinstance(value, bool | int | float):
        value = np.asarray(value, dtype=np.float64)
    if not isinstance(value, np.ndarray):
        return f"{describe(value)}, not numbers"
    if value.dtype.kind == "c":
        return "complex numbers"
    if value.dtype.kind not in "fiub":
        return f"an array of {value.dtype}, not numbers"
    return value if value.dtype in (np.float32, np.float16) else value.astype(np.float64)


def _from_nested(value: list[Any] | tuple[Any, ...]) -> Value:
    plain = [item.base if isinstance(item, Subclass) else item for item in value]
    rows = [_from_nested(item) if isinstance(item, list | tuple) else item for item in plain]
    if any(isinstance(item, str) for item in rows):
        # NumPy would make texts of all that stands beside it, each with room for the longest.
        return Opaque("list that holds something else")
    try:
        array = np.array(rows)
    except (ValueError, TypeError):
        return Opaque("list of unequal rows")
    return array if array.dtype.kind in "fiubc" else Opaque("list that holds something else")


def fitted(
    array: Array, expected: tuple[int, ...], *, bias: bool
) -> tuple[Array | None, tuple[str, ...]]:
    """Return the array in the expected shape, where that is unambiguous, and notes."""
    if array.shape == expected or (array.size == 1 and expected == (1, 1)):
        return array.reshape(expected), ()
    if 1 not in expected or array.size != max(expected):
        return None, ()
    if array.ndim == 1:
        return array.reshape(expected), ("shape-flat",)
    if bias and array.shape == expected[::-1]:
        return array.reshape(expected), ("shape-transposed",)
    return None, ()


def describe(value: Value) -> str:
    """Return what a value is, in a student's words."""
    if value is None:
        return "None"
    if isinstance(value, Opaque | Subclass):
        type_name = clean_line(value.type_name, LONGEST_NAME)
        name = type_name.removeprefix("ndarray of ")
        return f"an array of {name}s" if name != type_name else _with_article(name)
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "text" if isinstance(value, str) else _with_article(type(value).__name__)


def _with_article(name: str) -> str:
    return f"{'an' if name[:1].lower() in tuple('aeiou') else 'a'} {name}"
