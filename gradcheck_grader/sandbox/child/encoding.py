"""One value as bytes: a tag byte, then what the tag says; `decoding` is the way back.

Nothing here is ever evaluated, unpickled or parsed as text.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .values import Opaque, Subclass, type_name

MAX_AXES = 4
MAX_NAME = 200

_CODES = ("|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8")
DTYPES = tuple(np.dtype(code) for code in (*_CODES, "<c8", "<c16"))
_CODE_OF = {dtype: code for code, dtype in enumerate(DTYPES)}

U32 = struct.Struct("<I")
I64 = struct.Struct("<q")
F64 = struct.Struct("<d")
C128 = struct.Struct("<dd")
_HEADS = [[bytes((ord("a"), code, n)) for n in range(MAX_AXES + 1)] for code in range(len(DTYPES))]
SHAPES = tuple(struct.Struct(f"<{axes}I") for axes in range(MAX_AXES + 1))


class Bounds(NamedTuple):
    """How large one value tree may be: bytes, values in it, levels of nesting."""

    size: int
    items: int
    depth: int


TRUSTED = Bounds(1 << 30, 1_000_000, 16)
"""Bounds for what the grader itself sends."""


class TooLargeError(Exception):
    """A value that exceeds its bounds; the text says which, for a student."""


def encode(value: Any, bounds: Bounds = TRUSTED) -> bytearray:
    """Return ``value`` as bytes; raise `TooLargeError` beyond ``bounds``."""
    writer = _Writer(bounds)
    writer.write(value, 0)
    return writer.out


def join(bodies: Sequence[bytes | bytearray]) -> bytes:
    """Return the bytes of a tuple whose items are encoded already."""
    return b"".join((b"t", U32.pack(len(bodies)), *bodies))


class _Writer:
    """Turns Python values into bytes, whatever their classes pretend to be."""

    __slots__ = ("bounds", "items", "out")

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.items = 0
        self.out = bytearray()

    def write(self, value: Any, depth: int) -> None:
        """Append one value: exact types first, then what merely derives from them."""
        self.items += 1
        if self.items > self.bounds.items:
            raise TooLargeError(f"it holds more than {self.bounds.items} values")
        kind = type(value)
        if kind is np.ndarray:
            self._array(value, depth)  # nearly always; it has asked for its size before
            return
        if kind in _SIMPLE:
            self.out += _SIMPLE[kind](value)
        elif kind is dict or kind is list or kind is tuple:
            self._container(value, kind, depth)
        elif kind is Subclass:
            self.out += b"S" + _text(value.type_name)
            self.write(value.base, depth)
        elif kind is Opaque:
            self.out += b"u" + _text(value.type_name)
        else:
            self._odd(value, depth)
        if len(self.out) > self.bounds.size:
            raise TooLargeError(f"it has more than {self.bounds.size:,} bytes")

    def _odd(self, value: Any, depth: int) -> None:
        """Append a value of a class that we do not know by what it derives from, or by its name."""
        if isinstance(value, np.generic):
            self.write(np.asarray(value), depth)
        elif isinstance(value, np.ndarray):
            array = np.ndarray.view(value, np.ndarray)
            if _has_code(array):  # else its numbers do not cross, and what they are says more
                self.out += b"S" + _text(type_name(value)[:MAX_NAME])
            self._array(array, depth)
        else:
            for base, plain in _PLAIN:
                if isinstance(value, base):
                    self.write(plain(value), depth)
                    return
            self.out += b"u" + _text(type_name(value)[:MAX_NAME])

    def _container(self, value: Any, kind: type, depth: int) -> None:
        if depth >= self.bounds.depth:
            raise TooLargeError(f"it nests deeper than {self.bounds.depth} levels")
        if len(value) > self.bounds.items:
            raise TooLargeError(f"it holds more than {self.bounds.items} values")
        self.out += _TAGS[kind] + U32.pack(len(value))
        if kind is not dict:
            for item in value:
                self.write(item, depth + 1)
            return
        for key, item in value.items():
            self.out += _text(key if type(key) is str else _key(key))
            self.write(item, depth + 1)

    def _array(self, array: Any, depth: int) -> None:
        code = _CODE_OF.get(array.dtype)
        if code is None or array.ndim > MAX_AXES:
            self._odd_array(array, depth)
            return
        # A broadcast view can claim terabytes: ask before the bytes are made.
        if array.nbytes > self.bounds.size - len(self.out):
            raise TooLargeError(f"it has more than {self.bounds.size:,} bytes")
        try:
            shape = SHAPES[array.ndim].pack(*array.shape)
        except struct.error:
            raise TooLargeError("an axis of it is longer than 4,294,967,295") from None
        self.out += _HEADS[code][array.ndim] + shape
        self.out += array.tobytes()

    def _odd_array(self, array: Any, depth: int) -> None:
        """Append an array that has no code: as the nearest one that has, or by its name."""
        little = array.dtype.newbyteorder("<")
        if array.ndim > MAX_AXES:
            self.out += b"u" + _text(f"ndarray with {array.ndim} axes")
        elif _has_code(array):
            self._array(array.astype(little), depth)
        elif array.dtype.kind in "fc":  # long double: wider than what the wire carries
            self.out += b"S" + _text(f"ndarray of {array.dtype}")
            self._array(array.astype("<c16" if array.dtype.kind == "c" else "<f8"), depth)
        elif array.dtype == object and array.size <= self.bounds.items and _holds_numbers(array):
            self._array(array.astype("<f8"), depth)
        elif array.dtype == object and array.ndim == 1 and _holds_arrays(array):
            self._container(array.tolist(), list, depth)
        else:
            self.out += b"u" + _text(f"ndarray of {array.dtype}")


def _has_code(array: Any) -> bool:
    return array.ndim <= MAX_AXES and array.dtype.newbyteorder("<") in _CODE_OF


def _holds_numbers(array: Any) -> bool:
    """Return whether an array of objects, as ``np.frompyfunc`` makes them, holds plain floats.

    Exact types only: a class of the student's own would be asked to convert itself.
    """
    return array.size > 0 and all(type(item) in (float, np.float64) for item in array.ravel())


def _holds_arrays(array: Any) -> bool:
    """Return whether an array of objects is a list of arrays: ``np.array([dW1, dW2], object)``.

    Of numbers only: one of objects could hold itself.
    """
    return array.size > 0 and all(type(item) is np.ndarray and _has_code(item) for item in array)


def _text(text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return U32.pack(len(data)) + data


def _key(key: Any) -> str:
    """Return a dict's key as text, without calling a method that the student may have written."""
    if isinstance(key, str):
        return str.__str__(key)
    if type(key) is tuple and [type(part) for part in key] == [str, int]:
        return f"{key[0]}{key[1]}"  # ("dW", 1)
    return (
        repr(key)
        if type(key) in (int, bool, float, type(None))
        else f"<{type_name(key)[:MAX_NAME]}>"
    )


def _integer(value: int) -> bytes:
    if -(1 << 63) <= value < 1 << 63:
        return b"i" + I64.pack(value)
    return b"u" + _text("int beyond 64 bits")


_TAGS: dict[type, bytes] = {dict: b"m", list: b"l", tuple: b"t"}

_SIMPLE: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda value: b"N",
    bool: lambda value: b"T" if value else b"F",
    int: _integer,
    float: lambda value: b"d" + F64.pack(value),
    complex: lambda value: b"c" + C128.pack(value.real, value.imag),
    str: lambda value: b"s" + _text(value),
}

# How to get the plain value out of a subclass by the base's own method, never an overriding one.
_PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, int.__int__),
    (float, float.__float__),
    (complex, complex.__complex__),
    (str, str.__str__),
    (dict, lambda value: dict(dict.items(value))),
    (list, lambda value: list.__getitem__(value, slice(None))),
    (tuple, lambda value: tuple.__getitem__(value, slice(None))),
)
