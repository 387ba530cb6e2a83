"""Many submissions on the cores of this machine: a process each, replaced when it dies.

An executor of the standard library would not do: there, one worker that is killed ends them all.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from gradcheck_grader.batch.early import places
from gradcheck_grader.batch.task import Answer, Task, Work, lost
from gradcheck_grader.batch.worker import Fault, Ready, serve
from gradcheck_grader.errors import MachineError
from gradcheck_grader.exam import Exam
from gradcheck_grader.sandbox.process import Process

TICK = 0.2  # seconds
# Tasks at a worker: one that it does, one that it need not wait for. The second one has to fit the
# line meanwhile: elsewhere that holds 8 KiB, and both sides would wait for the other to read.
AHEAD = 2 if sys.platform == "linux" else 1
SMALL = 1 << 15  # bytes; more would not fit the line while the worker is busy
REPEATS = 2  # of a task whose worker died
STARTS = 3  # of a worker that dies before it is ready
GRACE = 60.0  # seconds that grading takes beside all runs of a submission


class Workers:
    """Grades tasks in ``jobs`` processes; ``begun`` are those for student code, as far as begun."""

    def __init__(self, work: Work, jobs: int, begun: Iterable[Process] = ()) -> None:
        self._work = work
        self._begun = deque(begun)
        self._deaths: Counter[str] = Counter()
        self._stillborn = 0
        self._again: deque[Task] = deque()
        self._patience = _patience(work.exam)
        self._workers: list[_Worker] = []
        for core in places(jobs):
            self._hire(core)

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer | None]:
        """Yield answers as they come, in any order; None when none came for a moment.

        Raises
        ------
        GraderError
            If this machine cannot offer the isolation.
        MachineError
            If no worker can be started.
        """
        source = iter(tasks)
        while True:
            self._deal(source)
            if not any(worker.tasks for worker in self._workers):
                return
            lines = {worker.link: worker for worker in self._workers}
            ready = wait(list(lines), TICK)
            for link in ready:
                yield from self._listen(lines[link])  # type: ignore[index]
            for worker in self._workers:
                if worker.tasks and time.monotonic() - worker.since > self._patience:
                    worker.process.kill()
            if not ready:
                yield None

    def close(self) -> None:
        """End every worker at once; what they were doing is not answered."""
        for worker in self._workers:
            worker.end()
        self._workers = []

    def _hire(self, core: int | None) -> None:
        others = [worker.link for worker in self._workers]
        begun = self._begun.popleft() if self._begun else None
        try:
            self._workers.append(_Worker(self._work, others, core, begun))
        except MachineError:
            if not self._workers:
                raise  # else fewer will do

    def _deal(self, source: Iterator[Task]) -> None:
        """Give every worker what it can take, those that have nothing first."""
        for depth in range(AHEAD):
            for worker in self._workers:
                if len(worker.tasks) > depth:
                    continue
                task = self._again.popleft() if self._again else next(source, None)
                if task is None:
                    return
                if depth and task.size > SMALL:
                    self._again.appendleft(task)
                    return
                worker.give(task)

    def _listen(self, worker: _Worker) -> Iterator[Answer]:
        try:
            said = worker.link.recv()
        except (EOFError, OSError):
            yield from self._replace(worker)
            return
        if isinstance(said, Fault):
            raise said.error()
        if isinstance(said, Ready):
            worker.is_ready, self._stillborn = True, 0
            return
        worker.tasks.popleft()
        worker.since = time.monotonic()
        yield said

    def _replace(self, worker: _Worker) -> Iterator[Answer]:
        """Put another in the place of a dead worker; its first task is the one to blame."""
        worker.end()
        self._workers.remove(worker)
        tasks = list(worker.tasks)
        if not worker.is_ready:
            self._stillborn += 1
            if self._stillborn > STARTS:
                raise MachineError(
                    "the processes that grade end as soon as they start",
                    remedy="Is the machine out of memory or of processes? "
                    "Run the same command again to go on, with fewer: --jobs 1",
                )
        elif tasks:
            first, *tasks = tasks
            self._deaths[first.key] += 1
            if self._deaths[first.key] <= REPEATS:
                tasks.append(first)
            else:
                words = f"The process that graded it ended {REPEATS + 1} times."
                yield lost(first, self._work, words)
        self._again.extendleft(reversed(tasks))
        self._hire(worker.core)


class _Worker:
    """A process, our end of its line, and the tasks that it has, the first being done."""

    def __init__(
        self, work: Work, others: list[Connection], core: int | None, begun: Process | None
    ) -> None:
        self.link, theirs = multiprocessing.Pipe()
        self.core = core
        self._begun = begun
        is_forked = sys.platform == "linux" and _is_single()
        # A fork has it. Another is sent it with its first task: all of them start meanwhile, and
        # one that ends before it has read so much does not keep us waiting.
        self._unsent = None if is_forked else work
        try:
            if is_forked:
                self.process = _fork(theirs, work, [*others, self.link], core, begun)
            else:
                self.process = _spawn(theirs, core)
        except OSError as error:
            raise MachineError(
                f"a process to grade in could not be started: {error}",
                remedy="Is the machine out of memory or of processes? Try fewer: --jobs 1",
            ) from error
        finally:
            theirs.close()
        self.tasks: deque[Task] = deque()
        self.is_ready = False
        self.since = time.monotonic()

    def give(self, task: Task) -> None:
        """Send a task; a worker that is dead is noticed when it is listened to."""
        if not self.tasks:
            self.since = time.monotonic()
        self.tasks.append(task)
        with contextlib.suppress(OSError):
            if self._unsent is not None:
                self.link.send(self._unsent)
                self._unsent = None
            self.link.send(task)

    def end(self) -> None:
        """Kill it and forget it."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self.link.close()
        if self._begun is not None:
            self._begun.close()


def _fork(
    theirs: Connection,
    work: Work,
    ours: list[Connection],
    core: int | None,
    begun: Process | None,
) -> BaseProcess:
    arguments = (theirs, work, ours, os.getpid(), core, begun)
    process = get_context("fork").Process(target=serve, args=arguments, daemon=True)
    process.start()
    return process


def _spawn(theirs: Connection, core: int | None) -> BaseProcess:
    arguments = (theirs, None, (), os.getpid(), core)
    process = get_context("spawn").Process(target=serve, args=arguments, daemon=True)
    process.start()
    return process


def _is_single() -> bool:
    """Return whether a fork is safe: a lock that another thread holds would stay held in it."""
    return len(os.listdir("/proc/self/task")) == 1


def _patience(exam: Exam) -> float:
    """Return after how many seconds a worker must be stuck, by a fault of ours."""
    runs = 4 * len(exam.papers)
    return GRACE + 8 * exam.assignment.limits.seconds * runs
