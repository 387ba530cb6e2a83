"""The worker's side: a process with one warm sandbox that grades what comes down its line."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import NoReturn

from gradcheck_grader.batch.task import Work, grade_task
from gradcheck_grader.errors import GraderError, MachineError
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.process import Process


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker's first words: it can confine what it runs."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A worker's last words: why it cannot work at all."""

    message: str
    where: str
    remedy: str
    is_ours: bool

    def error(self) -> GraderError:
        """Return it as the error that it was."""
        kind = MachineError if self.is_ours else GraderError
        return kind(self.message, where=self.where, remedy=self.remedy)


def fault_of(error: GraderError) -> Fault:
    """Return an error as a value that can be sent."""
    return Fault(error.message, error.where, error.remedy, isinstance(error, MachineError))


def serve(
    link: Connection,
    work: Work | None,
    others: Iterable[Connection],
    parent: int,
    core: int | None,
    begun: Process | None = None,
) -> NoReturn:
    """Grade tasks until the parent hangs up, or is gone.

    Parameters
    ----------
    work : Work or None
        None if it is the first that comes down the line.
    others : iterable of Connection
        The parent's ends of all lines, if this is a fork: held open here, they would keep other
        workers from seeing its end.
    parent : int
        Its process number.
    core : int or None
        Where this process, and all that it starts, is to stay.
    begun : Process or None
        What student code is to run in, if that has begun already; the parent, too, will end it.
    """
    for other in others:
        other.close()
    _detach(parent)
    if core is not None:
        with contextlib.suppress(OSError):  # taken away meanwhile: anywhere will do
            os.sched_setaffinity(0, {core})
    with contextlib.suppress(EOFError, OSError):  # the parent is gone
        try:
            work = work or link.recv()
            with Sandbox(work.isolation, begun=begun) as sandbox:
                # Told by a first process: a worker that cannot confine says so before its tasks.
                _ = sandbox.isolation
                link.send(Ready())
                while True:
                    link.send(grade_task(link.recv(), work, sandbox))
        except GraderError as error:
            link.send(fault_of(error))
    os._exit(0)  # nothing of the parent's, if this is a fork, is to be cleaned up here


def _detach(parent: int) -> None:
    """Leave signals of the terminal to the parent, and end when it does."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            # Not ignored: that would go on to the processes that this one starts.
            signal.signal(getattr(signal, name), lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        from gradcheck_grader.sandbox.child.lockdown import syscalls

        syscalls.prctl(syscalls.SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)
