"""Frames: how the two sides talk.

A frame is ``GW01 | op u8 | call number u32 | length u32 | payload``; the payload is one value, as
`encoding` and `decoding` know it; all of it is imported from here. Limits and jobs alone, which
only the grader sends, are plain values as `pack` has them.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Callable
from typing import Any

from .decoding import MalformedError, decode
from .encoding import TRUSTED, Bounds, TooLargeError, encode, join

__all__ = [
    "TRUSTED",
    "Bounds",
    "Connection",
    "MalformedError",
    "TooLargeError",
    "decode",
    "encode",
    "frame",
    "join",
    "pack",
    "read_header",
    "unpack",
]

# Parent to child: LIMITS (by way of the zygote, where there is one), then JOB, then CALLs. Child to
# parent: READY (or BROKEN), then LOADED or REFUSED, then RETURNED or FAILED, one for each CALL and
# with its number; ALONE is RETURNED with a value and nothing to tell beside it. HOLD is for the
# zygote: calls that its forks are to have, which a JOB then names by their number.
LIMITS, READY, BROKEN, JOB, LOADED, REFUSED, CALL, RETURNED, FAILED, HOLD, ALONE = range(1, 12)

HEADER = struct.Struct("<4sBII")
MAGIC = b"GW01"
_CHUNK = 1 << 16  # more would be memory of its own from the system, for each read

MOST_HELD = 16
"""How many tuples of calls a zygote holds, those with the highest numbers."""

ENDED = struct.Struct("<id")
"""What the zygote says of a worker: exit status (negative: the signal), CPU seconds."""

OUT_OF_MEMORY = 77
"""Exit status of a worker that had no memory left to say so."""


def frame(op: int, call: int, payload: bytes | bytearray) -> bytes:
    """Return one frame."""
    return HEADER.pack(MAGIC, op, call, len(payload)) + payload


def pack(value: Any) -> bytes:
    """Return plain values as bytes for the child, which has the same Python and may trust them."""
    return marshal.dumps(value)


def unpack(payload: bytes | bytearray) -> Any:
    """Return what `pack` has made; never for what comes from a child."""
    return marshal.loads(payload)


def read_header(data: bytearray, limit: int) -> tuple[int, int, int]:
    """Return op, call number and payload length of a frame's first bytes."""
    magic, op, call, length = HEADER.unpack_from(data)
    if magic != MAGIC:
        raise MalformedError("the reply is not one that the grader's worker sends")
    if length > limit:
        raise MalformedError(f"the reply has {length:,} bytes; at most {limit:,} are read")
    return op, call, length


def held(calls: dict[int, Any]) -> dict[int, Any]:
    """Return what is kept of the calls that a zygote was given, by their numbers."""
    return {number: calls[number] for number in sorted(calls)[-MOST_HELD:]}


class Connection:
    """The worker's end: whole frames, blocking; the grader's end never blocks and is elsewhere."""

    def __init__(self, receive: Callable[[int], bytes], send: Callable[[Any], int]) -> None:
        self._receive = receive
        self._send = send
        self._waiting = bytearray()

    def send(self, op: int, call: int, payload: bytes | bytearray) -> None:
        """Write one frame."""
        rest = frame(op, call, payload)
        while rest:
            rest = rest[self._send(rest) :]

    def receive(self) -> tuple[int, int, bytearray]:
        """Read one frame: op, call number, payload; `EOFError` when the grader has hung up."""
        self._fill(HEADER.size)
        op, call, length = read_header(self._waiting, TRUSTED.size)
        end = HEADER.size + length
        self._fill(end)
        payload = self._waiting[HEADER.size : end]
        del self._waiting[:end]
        return op, call, payload

    def _fill(self, length: int) -> None:
        """Read until that many bytes wait; more may come along, they are the next frames."""
        while len(self._waiting) < length:
            chunk = self._receive(_CHUNK)
            if not chunk:
                raise EOFError
            self._waiting += chunk
