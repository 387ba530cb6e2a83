"""One value out of bytes that may have been made to mislead; `encoding` says how they are laid out.

Every size is checked against the bytes that are there before memory is taken for it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from .encoding import C128, DTYPES, F64, I64, MAX_AXES, MAX_NAME, SHAPES, TRUSTED, U32, Bounds
from .values import Opaque, Subclass

_ARRAY = ord("a")
_SIZES = tuple(dtype.itemsize for dtype in DTYPES)


class MalformedError(Exception):
    """Bytes that no honest worker sends."""


def decode(data: bytearray, bounds: Bounds = TRUSTED) -> Any:
    """Return the value that ``data`` holds, its arrays fresh and writable.

    Raises
    ------
    MalformedError
        For anything but exactly one well-formed value within ``bounds``.
    """
    reader = _Reader(data, bounds)
    try:
        value = reader.read(0)
    except (struct.error, IndexError, ValueError, RecursionError) as error:
        # ValueError: text that is no UTF-8, or an empty array with axes beyond what NumPy counts.
        raise MalformedError(f"the reply is garbled: {error}") from error
    if reader.at != len(data):
        raise MalformedError("the reply holds more bytes than its value")
    return value


class _Reader:
    """Reads one value tree out of bytes that may have been made to mislead."""

    __slots__ = ("at", "bounds", "data", "items")

    def __init__(self, data: bytearray, bounds: Bounds) -> None:
        self.data = data
        self.bounds = bounds
        self.at = 0
        self.items = 0

    def read(self, depth: int) -> Any:
        """Return the value that starts here."""
        self.items += 1
        if self.items > self.bounds.items or depth > self.bounds.depth:
            raise MalformedError("the reply holds too many values")
        tag = self.data[self.at]
        self.at += 1
        if tag == _ARRAY:
            return self.array()  # nearly always
        reader = _READERS.get(tag)
        if reader is None:
            raise MalformedError(f"the reply holds an unknown tag, {tag}")
        return reader(self, depth)

    def unpack(self, form: struct.Struct) -> tuple[Any, ...]:
        """Return the numbers of a fixed form, and step over them."""
        values = form.unpack_from(self.data, self.at)
        self.at += form.size
        return values

    def text(self) -> str:
        """Return a string that starts with its length."""
        (length,) = U32.unpack_from(self.data, self.at)
        self.at += 4
        return self._take(length).decode("utf-8")

    def array(self) -> Any:
        """Return an array; its size is checked before a byte is read as numbers."""
        code, axes = self.data[self.at], self.data[self.at + 1]
        if code >= len(DTYPES) or axes > MAX_AXES:
            raise MalformedError("the reply holds an array of an unknown type")
        shape, dtype = SHAPES[axes].unpack_from(self.data, self.at + 2), DTYPES[code]
        self.at += 2 + 4 * axes
        data = self._take(math.prod(shape) * _SIZES[code])
        # A byte other than 0 and 1 would be a boolean that no array operation makes.
        if code == 0 and data.strip(b"\0\1"):
            raise MalformedError("the reply holds a boolean that is neither true nor false")
        # The slice is a copy: the array has memory of its own, aligned and writable.
        return np.ndarray(shape, dtype, data)

    def count(self) -> int:
        """Return how many items follow; each has at least one byte, so more is a lie."""
        (count,) = self.unpack(U32)
        if count > len(self.data) - self.at:
            raise MalformedError("the reply holds fewer values than it says")
        return int(count)

    def sequence(self, depth: int) -> list[Any]:
        """Return the items of a list or tuple."""
        return [self.read(depth + 1) for _ in range(self.count())]

    def mapping(self, depth: int) -> dict[str, Any]:
        """Return a dict; its keys are strings."""
        return {self.text(): self.read(depth + 1) for _ in range(self.count())}

    def subclass(self, depth: int) -> Subclass:
        """Return a kind of array with the array that must follow, and nothing else may."""
        name = self.text()[:MAX_NAME]
        if self.data[self.at] != _ARRAY:
            raise MalformedError("the reply holds a kind of array without an array")
        self.at += 1
        return Subclass(name, self.array())

    def _take(self, length: int) -> bytearray:
        start, self.at = self.at, self.at + length
        if self.at > len(self.data):
            raise MalformedError("the reply is shorter than it says")
        return self.data[start : self.at]


_READERS: dict[int, Callable[[_Reader, int], Any]] = {
    ord("N"): lambda reader, depth: None,
    ord("T"): lambda reader, depth: True,
    ord("F"): lambda reader, depth: False,
    ord("i"): lambda reader, depth: reader.unpack(I64)[0],
    ord("d"): lambda reader, depth: reader.unpack(F64)[0],
    ord("c"): lambda reader, depth: complex(*reader.unpack(C128)),
    ord("s"): lambda reader, depth: reader.text(),
    ord("l"): _Reader.sequence,
    ord("t"): lambda reader, depth: tuple(reader.sequence(depth)),
    ord("m"): _Reader.mapping,
    ord("u"): lambda reader, depth: Opaque(reader.text()[:MAX_NAME]),
    ord("S"): _Reader.subclass,
}
