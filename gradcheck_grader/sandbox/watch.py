"""The clock of a job: CPU time by the kernel, the wall only as an outer bound.

A pure wall-clock limit flips verdicts on a busy machine; a pure CPU limit never ends a sleep.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gradcheck_grader.sandbox.job import Limits, Problem

_PAUSE = 0.1
_STILL = 3  # looks in a row without progress that make a sleep
_LAST_WORDS = 0.5  # seconds of computing time, for code whose time is up to say where it was
_PATIENCE = 4  # times the outer bound, for one that a busy machine lets wait for its turn
_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds used so far, and whether the process wants to run."""

    cpu: float
    running: bool


def usage(pid: int | None) -> Usage | None:
    """Return what the kernel says about a process; None where it cannot be asked."""
    if pid is None:
        return None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The command's name stands in parentheses and may hold anything, spaces included.
    fields = stat.rpartition(")")[2].split()
    return Usage((int(fields[11]) + int(fields[12])) / _TICK, fields[0] in "RD")


class Computing(Protocol):
    """A process, by the number that the kernel knows it by here, and what it used before a job."""

    @property
    def host_pid(self) -> int | None:
        """Its number; None where that cannot be known."""

    @property
    def cpu_before(self) -> float:
        """CPU seconds."""


class Watch:
    """Tells when one job has had its time.

    The kernel is not asked before the time by the wall is up: most jobs are done long before.
    """

    def __init__(self, limits: Limits, worker: Computing) -> None:
        self._limits = limits
        self._worker = worker
        self._start = time.monotonic()
        self._last = 0.0
        self._still = 0

    def pause(self) -> float:
        """Return how long to wait before the next look."""
        left = self._limits.seconds - (time.monotonic() - self._start)
        return max(left, _PAUSE)

    def verdict(self) -> Problem | None:
        """Return the time-out if there is one by now."""
        elapsed = time.monotonic() - self._start
        if elapsed < self._limits.seconds:
            return None  # one thread cannot use more CPU time than has passed
        now = usage(self._worker.host_pid)
        if now is None:
            # No such clock here: the kernel's own CPU limit stands where there is one.
            late = elapsed >= min(self._limits.wall, 2 * self._limits.seconds)
            return self._overdue() if late else None
        if now.cpu - self._worker.cpu_before >= self._limits.seconds + _LAST_WORDS:
            return cpu_timeout(self._limits)
        self._still = 0 if now.running or now.cpu > self._last else self._still + 1
        self._last = now.cpu
        if self._still >= _STILL or (elapsed >= self._limits.wall and not now.running):
            return self._waited()
        return self._overdue() if elapsed >= _PATIENCE * self._limits.wall else None

    def _waited(self) -> Problem:
        return Problem(
            "timeout",
            f"It was not done after {_seconds(self._limits)} and was not computing. "
            "Does it sleep, or wait for input?",
        )

    def _overdue(self) -> Problem:
        """Return the verdict where nobody can say whether it computes."""
        return Problem(
            "timeout",
            f"It was not done after {_seconds(self._limits)} and was stopped. "
            "Is there a loop that does not end, or does it sleep, or wait for input?",
        )


def cpu_timeout(limits: Limits) -> Problem:
    """Return the verdict on code that computes without an end."""
    return Problem(
        "timeout",
        f"It used more than {_seconds(limits)} of computing time and was stopped. "
        "Is there a loop that does not end, or one over single numbers where NumPy takes arrays?",
    )


def _seconds(limits: Limits) -> str:
    return "1 second" if limits.seconds == 1 else f"{limits.seconds:g} seconds"
