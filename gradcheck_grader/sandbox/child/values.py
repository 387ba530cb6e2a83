"""Two kinds of value that a student's function may return and that are not plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """No number, array, list, tuple, dict, str or None; only its type is known."""

    type_name: str


@dataclass(frozen=True, slots=True, eq=False)
class Subclass:
    """A kind of array such as ``np.matrix``: its type's name, and its numbers as an ndarray."""

    type_name: str
    base: Any
