"""What the student's code prints: kept up to a limit, counted beyond it, stopped at a flood."""

from __future__ import annotations

import io
import sys
from typing import Any, cast

FLOOD = 200
"""How many times the bytes that are kept may be printed before the program is stopped."""


class OutputFloodError(BaseException):
    """Too much was printed; no ``except Exception`` of a student's code catches it."""


class Printed(io.RawIOBase):
    """The end of ``sys.stdout``: bytes in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._limit = 0
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

    def keep(self, limit: int) -> None:
        """Keep that many characters from now on."""
        self._limit = 4 * limit  # a character has at most four bytes; the grader cuts them

    def take(self) -> str:
        """Return what was kept since the last time."""
        if self._taken == len(self._kept):
            return ""  # nearly always
        new = bytes(self._kept[self._taken :])
        self._taken = len(self._kept)
        return new.decode("utf-8", "replace")


class Capture:
    """What takes the place of the standard streams; made before a fork, used after it."""

    def __init__(self) -> None:
        self._printed = Printed()
        # Written through at once: a program that ends without a word keeps what it has said.
        self._stream = io.TextIOWrapper(
            cast("Any", self._printed),
            encoding="utf-8",
            errors="backslashreplace",
            write_through=True,
        )
        self._nothing = io.StringIO()
        # Taken apart when they are replaced, in each fork, if nobody else holds them.
        self._before = (sys.stdin, sys.stdout, sys.stderr)

    def start(self, limit: int) -> Printed:
        """Send ``sys.stdout`` and ``sys.stderr`` to memory, and leave ``sys.stdin`` empty."""
        self._printed.keep(limit)
        sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = self._stream  # type: ignore[misc]
        sys.stdin = self._nothing
        return self._printed
