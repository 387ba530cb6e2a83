"""The levels of isolation, and how strong each is."""

from __future__ import annotations

import sys

from gradcheck_grader.errors import GraderError

LEVELS = ("namespaces", "kernel", "process")
"""Strongest first."""


def ladder(minimum: str, strongest: str = "namespaces") -> tuple[str, ...]:
    """Return the levels to try, strongest first, none weaker than ``minimum`` ("auto": any).

    Raises
    ------
    GraderError
        For a name that is none, or when no level is left.
    """
    for name in (minimum, strongest):
        if name not in (*LEVELS, "auto"):
            raise GraderError(
                f"there is no isolation {name!r}",
                remedy=f"Choose one of: auto, {', '.join(LEVELS)}.",
            )
    first = 0 if strongest == "auto" else LEVELS.index(strongest)
    last = len(LEVELS) if minimum == "auto" else LEVELS.index(minimum) + 1
    if first >= last:
        raise GraderError(f"isolation cannot be at least {minimum} and at most {strongest}")
    return LEVELS[first:last]


def forking(levels: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of ``levels`` that a warm process forks into on this system."""
    if sys.platform != "linux":
        return ()
    return tuple(level for level in levels if level != "process")
