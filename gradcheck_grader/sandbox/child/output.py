"""What the student's code prints: kept up to a limit, counted beyond it, stopped at a flood."""

from __future__ import annotations

import io
import sys
from typing import Any, cast

FLOOD = 200
"""How many times the kept amount may be printed before the program is stopped."""


class OutputFloodError(BaseException):
    """Too much was printed; no ``except Exception`` of a student's code catches it."""


class Printed(io.RawIOBase):
    """The end of ``sys.stdout``: bytes in memory."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        # A character has at most four bytes; the grader cuts to characters.
        self._limit = 4 * limit
        self._kept = bytearray()
        self._taken = 0
        self._total = 0

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Keep what fits."""
        size = memoryview(data).nbytes
        self._total += size
        if self._total > FLOOD * self._limit:
            raise OutputFloodError
        room = self._limit - len(self._kept)
        if room > 0:
            self._kept += memoryview(data).cast("B")[:room]
        return size

    def take(self) -> str:
        """Return what was kept since the last time."""
        new = bytes(self._kept[self._taken :])
        self._taken = len(self._kept)
        return new.decode("utf-8", "replace")


def capture(limit: int) -> Printed:
    """Send ``sys.stdout`` and ``sys.stderr`` to memory, and leave ``sys.stdin`` empty."""
    printed = Printed(limit)
    # Written through at once: a program that ends without a word keeps what it has said.
    stream: Any = io.TextIOWrapper(
        cast("Any", printed), encoding="utf-8", errors="backslashreplace", write_through=True
    )
    for name in ("stdout", "stderr"):
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stdin = io.StringIO()
    return printed
