"""Two kinds of value that a student's function may return and that are not plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_NAME = type.__dict__["__name__"]


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """No number, array, list, tuple, dict, str or None; only its type is known."""

    type_name: str


@dataclass(frozen=True, slots=True, eq=False)
class Subclass:
    """A kind of array such as ``np.matrix``: its type's name, and its numbers as an ndarray."""

    type_name: str
    base: Any


def type_name(value: Any) -> str:
    """Return the name of a value's type without asking its metaclass, which may be hostile."""
    return str(_NAME.__get__(type(value)))
