"""Noticing that a file was saved, by looking at it: that works on every disk and in every editor.

Editors write a file twice, write another and rename it, or delete it for a moment; network disks,
containers and virtual machines pass no notices on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Literal

from gradcheck_grader.submission import MOST_FILES, MOST_NEIGHBOURS, source_paths

EVERY = 0.2  # seconds between two looks
STILL = 0.05  # seconds in which a file must not change before it counts as saved
AWAY = 5  # looks after which a file is said to be gone: editors need less

Stamp = tuple[tuple[str, int, int, int], ...]
Event = Literal["saved", "gone"]


def stamp(path: Path) -> Stamp | None:
    """Return what differs after each save, of a submission and the modules beside it.

    None if it is not there.
    """
    try:
        own = _of(path)
        others = _inside(path) if os.path.isdir(path) else _beside(path)
        return (own, *_those_there(others))
    except OSError:  # it, or its folder, is gone
        return None


def _of(path: Path) -> tuple[str, int, int, int]:
    facts = os.stat(path)
    return (path.name, facts.st_mtime_ns, facts.st_size, facts.st_ino)


def _beside(path: Path) -> Iterable[Path]:
    """Return the modules that a single file may import."""
    names = sorted(path.absolute().parent.glob("*.py"))[: MOST_NEIGHBOURS + 1]
    return (name for name in names if name.name != path.name)


def _inside(folder: Path) -> Iterable[Path]:
    """Return the sources of a folder; with one too many it is refused, and with one less not."""
    # What cannot be read is told when it is graded.
    return islice(source_paths(folder, os.walk(folder)), MOST_FILES + 1)


def _those_there(paths: Iterable[Path]) -> Iterator[tuple[str, int, int, int]]:
    for path in paths:
        try:
            yield _of(path)
        except OSError:  # gone since it was listed
            continue


def saves(look: Callable[[], Stamp | None], pause: Callable[[float], None]) -> Iterator[Event]:
    """Yield "saved" at first and after each save, "gone" once while a file stays away.

    Parameters
    ----------
    look : callable
        Returns the stamp of what is watched, None if it is not there.
    pause : callable
        Waits for some seconds.
    """
    seen: Stamp | None = None
    missing = 0
    while True:
        now = look()
        missing = missing + 1 if now is None else 0
        if missing == AWAY:
            seen = None  # that it is back is worth a look, even if nothing else changed
            yield "gone"
        if now is None or now == seen:
            pause(EVERY)
            continue
        pause(STILL)
        if look() == now:
            seen = now
            yield "saved"
