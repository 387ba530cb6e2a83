"""Processes for student code that begin to warm up while the grader is still being imported.

They take as long to start as the grader itself, and a first run will need one for each worker.
Nothing heavy is imported here.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from gradcheck_grader.errors import MachineError
from gradcheck_grader.sandbox.levels import forking, ladder
from gradcheck_grader.sandbox.process import Process, start


def at_least(isolation: str) -> str:
    """Return the least isolation that will do: for code that nobody read, "auto" is "kernel"."""
    return "kernel" if isolation == "auto" else isolation


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def places(jobs: int) -> list[int | None]:
    """Return a core for each worker, if there is one for each and none to spare.

    A worker and the submission that it runs talk in turns. Left alone, the system spreads them
    over two cores, and each word wakes another one: that costs a seventh of the throughput. Fewer
    workers than cores are left alone, lest two runs share a core while others are idle.
    """
    if not hasattr(os, "sched_getaffinity") or jobs != cores():
        return [None] * jobs
    return [*sorted(os.sched_getaffinity(0))]


@contextlib.contextmanager
def begun(jobs: int, isolation: str) -> Iterator[list[Process]]:
    """Start processes for as many workers, as `Sandbox` does; end what is left of them.

    Raises
    ------
    GraderError
        If there is no such isolation.
    """
    levels = forking(ladder(at_least(isolation)))
    started: list[Process] = []
    try:
        with contextlib.suppress(MachineError):  # said by the worker that has to do without
            for core in places(jobs) if levels else []:
                started.append(start(",".join(levels)))
                with contextlib.suppress(OSError):  # its workers will be where it is
                    if core is not None:
                        os.sched_setaffinity(started[-1].pid, {core})
        yield started
    finally:
        for process in started:
            process.close()


def most_workers(jobs: int | None, submissions: Path) -> int:
    """Return how many workers submissions can keep busy; 0 for a path that is not there."""
    wanted = jobs or cores()
    if os.path.isdir(submissions):
        return min(wanted, len(os.listdir(submissions)))
    return wanted if submissions.exists() else 0
