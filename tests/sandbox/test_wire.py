"""Frames and values: what goes in comes out, and nothing else is ever believed."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gradcheck_grader.sandbox.child import wire
from gradcheck_grader.sandbox.child.values import Opaque, Subclass

SMALL = wire.Bounds(size=10_000, items=50, depth=4)
DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]

arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(
        dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    )
)
integers = st.integers(-(2**63), 2**63 - 1)
leaves = (
    arrays
    | st.none()
    | st.booleans()
    | integers
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(exclude_categories=["Cs"]))
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


def same(first: Any, second: Any) -> bool:
    if type(first) is not type(second):
        return False
    if isinstance(first, np.ndarray):
        return (first.dtype, first.shape, first.tobytes()) == (
            second.dtype,
            second.shape,
            second.tobytes(),
        )
    if isinstance(first, dict):
        return list(first) == list(second) and all(same(first[k], second[k]) for k in first)
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    return repr(first) == repr(second)


@given(values)
def test_a_value_comes_back_as_it_went(value: Any) -> None:
    assert same(wire.decode(wire.encode(value)), value)


@given(values)
def test_equal_values_have_equal_bytes(value: Any) -> None:
    assert wire.encode(value) == wire.encode(wire.decode(wire.encode(value)))


@given(st.binary(max_size=200))
def test_noise_is_refused_or_is_a_value(data: bytes) -> None:
    try:
        value = wire.decode(bytearray(data), SMALL)
    except wire.MalformedError:
        return
    wire.encode(value)


@given(values, st.data())
def test_a_value_with_one_byte_changed_is_refused_or_is_a_value(value: Any, data: Any) -> None:
    encoded = wire.encode(value)
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] ^= data.draw(st.integers(1, 255))
    try:
        wire.decode(encoded, SMALL)
    except wire.MalformedError:
        return


@given(values)
def test_a_value_cut_short_is_refused(value: Any) -> None:
    with pytest.raises(wire.MalformedError):
        wire.decode(wire.encode(value)[:-1])


def test_a_value_with_bytes_after_it_is_refused() -> None:
    with pytest.raises(wire.MalformedError, match="more bytes than its value"):
        wire.decode(wire.encode(1) + b"N")


def test_arrays_are_fresh_writable_and_aligned() -> None:
    data = wire.encode([1, np.arange(3.0), np.arange(3.0)])
    _, first, second = wire.decode(data)
    first[:] = 7
    assert first.flags.writeable
    assert first.flags.aligned
    assert second.tolist() == [0, 1, 2]
    assert wire.decode(data)[1].tolist() == [0, 1, 2]


def objects(*items: Any) -> Any:
    """Return an array of these objects, with one axis."""
    array = np.empty(len(items), object)
    array[:] = items
    return array


def itself() -> Any:
    """Return an array that holds itself."""
    array = np.empty(1, object)
    array[0] = array
    return array


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float32(2), np.array(2, np.float32)),
        (objects(np.eye(2), np.ones((3, 1))), [np.eye(2), np.ones((3, 1))]),
        (np.arange(3, dtype=">i4"), np.arange(3, dtype="<i4")),
        (np.array([[0.5, np.float64(2)]], object), np.array([[0.5, 2.0]])),
        (np.arange(6).reshape(2, 3).T, np.array([[0, 3], [1, 4], [2, 5]])),
        ({1: 2, None: 3, (1,): 4, b"x": 5}, {"1": 2, "None": 3, "<tuple>": 4, "<bytes>": 5}),
        (type("Sum", (float,), {})(2.5), 2.5),
        (type("Pair", (tuple,), {})((1, 2)), (1, 2)),
        (type("Named", (dict,), {})(a=1), {"a": 1}),
    ],
)
def test_what_is_nearly_plain_becomes_plain(value: Any, expected: Any) -> None:
    assert same(wire.decode(wire.encode(value)), expected)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (object(), "object"),
        ({1, 2}, "set"),
        (len, "builtin_function_or_method"),
        (10**30, "int beyond 64 bits"),
        (np.array([object()]), "ndarray of object"),
        (itself(), "ndarray of object"),
        (np.array([0.5, None], object), "ndarray of object"),
        (np.array([type("Own", (float,), {})(1)], object), "ndarray of object"),
        (np.array(["a"]), "ndarray of <U1"),
        (np.zeros((1,) * 9), "ndarray with 9 axes"),
        (np.ma.masked_array([object()]), "ndarray of object"),
        (np.ma.zeros((1,) * 9), "ndarray with 9 axes"),
    ],
)
def test_of_anything_else_only_the_type_arrives(value: Any, name: str) -> None:
    arrived = wire.decode(wire.encode(value))
    assert isinstance(arrived, Opaque)
    assert arrived.type_name == name


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (np.ma.masked_array([1.0]), "MaskedArray"),
        (np.ma.masked_array([1.0], dtype=">f8"), "MaskedArray"),
        (np.ones(2, np.longdouble), f"ndarray of {np.dtype(np.longdouble)}"),
        (np.ma.ones(2, np.longdouble), f"ndarray of {np.dtype(np.longdouble)}"),
    ],
)
def test_a_kind_of_array_arrives_as_its_numbers_with_its_name(value: Any, name: str) -> None:
    arrived = wire.decode(wire.encode(value))
    assert isinstance(arrived, Subclass)
    assert arrived.type_name == name
    assert type(arrived.base) is np.ndarray


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.zeros(10_000), "it has more than 10,000 bytes"),
        (np.broadcast_to(1.0, (1 << 20, 1 << 20)), "it has more than 10,000 bytes"),
        (np.empty((1 << 33, 0)), "an axis of it is longer than 4,294,967,295"),
        ("x" * 20_000, "it has more than 10,000 bytes"),
        (list(range(100)), "it holds more than 50 values"),
        ([[[[[1]]]]], "it nests deeper than 4 levels"),
    ],
)
def test_a_value_beyond_its_bounds_is_not_sent(value: Any, message: str) -> None:
    with pytest.raises(wire.TooLargeError, match=message):
        wire.encode(value, SMALL)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "garbled"),
        (b"Z", "unknown tag, 90"),
        (b"a\x63\x00", "array of an unknown type"),
        (b"a\x0b\x09" + b"\0" * 36, "array of an unknown type"),
        (b"a\x0b\x02" + struct.pack("<2I", 1 << 31, 1 << 31), "shorter than it says"),
        (b"a\x0b\x04" + struct.pack("<4I", 0, *[0xFFFFFFFF] * 3), "garbled: .*too big"),
        (b"a\x00\x01" + struct.pack("<I", 1) + b"\2", "neither true nor false"),
        (b"l" + struct.pack("<I", 1 << 31), "fewer values than it says"),
        (b"l" + struct.pack("<I", 60) + b"N" * 60, "too many values"),
        ((b"l" + struct.pack("<I", 1)) * 6 + b"N", "too many values"),
        (b"s" + struct.pack("<I", 9) + b"x", "shorter than it says"),
        (b"s" + struct.pack("<I", 1) + b"\xff", "garbled"),
        (b"S" + struct.pack("<I", 0) + b"N", "without an array"),
        (b"S" + struct.pack("<I", 0), "garbled"),
        ((b"S" + struct.pack("<I", 0)) * 2 + b"a\x0b\x00" + b"\0" * 8, "without an array"),
    ],
)
def test_bytes_that_no_worker_sends_are_refused_by_name(data: bytes, message: str) -> None:
    with pytest.raises(wire.MalformedError, match=message):
        wire.decode(bytearray(data), SMALL)


def test_bytes_that_nest_beyond_what_python_can_are_refused() -> None:
    roomy = wire.Bounds(1 << 20, 1 << 20, 1 << 20)
    with pytest.raises(wire.MalformedError, match="garbled"):
        wire.decode(bytearray((b"l" + struct.pack("<I", 1)) * 50_000 + b"N"), roomy)


def test_joined_bodies_are_a_tuple() -> None:
    assert wire.decode(bytearray(wire.join((wire.encode(1), wire.encode("x"))))) == (1, "x")


def test_a_frame_of_another_protocol_or_beyond_the_limit_is_refused() -> None:
    frame = bytearray(wire.frame(wire.CALL, 3, b"abc"))
    assert wire.read_header(frame, 3) == (wire.CALL, 3, 3)
    with pytest.raises(wire.MalformedError, match="3 bytes; at most 2"):
        wire.read_header(frame, 2)
    frame[0] = 0
    with pytest.raises(wire.MalformedError, match="not one that"):
        wire.read_header(frame, 3)


def next_of(pieces: Iterator[bytes], size: int) -> bytes:
    return next(pieces)


def test_a_connection_keeps_frames_apart_however_they_arrive() -> None:
    frames = wire.frame(1, 0, b"first") + wire.frame(2, 7, b"")
    for size in (1, 5, 13, 1000):
        pieces = [frames[at : at + size] for at in range(0, len(frames), size)]
        left = iter([*pieces, b""])
        connection = wire.Connection(partial(next_of, left), len)
        assert connection.receive() == (1, 0, bytearray(b"first"))
        assert connection.receive() == (2, 7, bytearray())
        with pytest.raises(EOFError):
            connection.receive()


def test_a_connection_writes_whole_frames_into_a_pipe_that_takes_little_at_once() -> None:
    reading, writing = os.pipe()
    sent: list[int] = []

    def reluctant(data: memoryview) -> int:
        sent.append(os.write(writing, data[:4]))
        return sent[-1]

    wire.Connection(lambda size: b"", reluctant).send(wire.READY, 1, b"payload")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == wire.frame(wire.READY, 1, b"payload")
    assert len(sent) > 1
