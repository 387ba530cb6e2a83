"""The end of a job's computing time, seen from inside: so that it can be said where it was spent.

The grader has the last word. Code that catches this, or that does not come back to Python, is
killed a little later, and then nobody knows the line.
"""

from __future__ import annotations

import signal

_SOON = 0.05  # seconds


class TimeUpError(BaseException):
    """The time is up; no ``except Exception`` of a student's code catches it."""


class Clock:
    """Raises `TimeUpError` in a student's code, as in ``with clock:``, when the time is up.

    Made before a fork, started after it. A system without such a clock never tells.
    """

    def __init__(self) -> None:
        self._is_running = self._is_up = False
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGPROF, self._ring)

    def start(self, seconds: float) -> None:
        """Count that much computing time of this process from now on."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, seconds)

    def __enter__(self) -> None:
        self._is_running = True

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self._is_running = False
        if self._is_up and kind is None:
            raise TimeUpError  # it was caught, or a finalizer swallowed it

    def _ring(self, *_: object) -> None:
        if self._is_running:
            self._is_up = True
            raise TimeUpError
        signal.setitimer(signal.ITIMER_PROF, _SOON)  # it is our own turn
