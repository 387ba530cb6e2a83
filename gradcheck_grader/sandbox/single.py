"""A worker that is a process of its own from the start: what every system can do."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck_grader.errors import MachineError
from gradcheck_grader.sandbox.channel import Channel
from gradcheck_grader.sandbox.exchange import begin
from gradcheck_grader.sandbox.job import Limits
from gradcheck_grader.sandbox.process import start
from gradcheck_grader.sandbox.requests import Request
from gradcheck_grader.sandbox.watch import usage


class Singles:
    """Gives workers that are fresh processes."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = modules
        self._words: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What is in force in its workers: it takes one to know."""
        if not self._words:
            self._start(Limits()).done()
        return self._words

    def worker(self, request: Request) -> SingleWorker:
        """Return a new worker, locked down as far as this system can."""
        return self._start(request.job.limits)

    def _start(self, limits: Limits) -> SingleWorker:
        worker = SingleWorker(self._modules)
        try:
            self._words = begin(worker, limits)
            worker.has_started()
        except MachineError as error:
            said = worker.last_words()
            worker.done()
            raise MachineError(error.message, where=said, remedy=error.remedy) from None
        return worker


class SingleWorker:
    """One fresh process for one job."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._process = start("process", modules)
        self.channel = Channel(self._process.link, self._process.pidfd)
        self.host_pid: int | None = self._process.pid
        self.cpu_before = 0.0
        self.held: frozenset[int] = frozenset()

    def kill(self) -> None:
        """Kill it and everything in its process group."""
        self._process.kill()

    def reap(self, seconds: float) -> tuple[int, float] | None:
        """Wait for its end; return exit status (negative: the signal) and CPU seconds, or None."""
        return self._process.reap(seconds)

    def has_started(self) -> None:
        """Take note of what its start has cost: it is no part of a job."""
        now = usage(self.host_pid)
        self.cpu_before = now.cpu if now else 0.0

    def last_words(self) -> str:
        """Return what it wrote to stderr before it was locked down."""
        self.kill()
        return self._process.errors()

    def done(self) -> None:
        """End it, and close all that is ours."""
        self.channel.close()
        self._process.close()
