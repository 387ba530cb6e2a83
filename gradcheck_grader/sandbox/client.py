"""The way in: a `Sandbox` runs jobs, one confined process each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck_grader.errors import GraderError, MachineError
from gradcheck_grader.sandbox.levels import forking, ladder

if TYPE_CHECKING:
    from gradcheck_grader.sandbox.forked import ForkedWorker, Zygote
    from gradcheck_grader.sandbox.job import Job, Result
    from gradcheck_grader.sandbox.process import Process
    from gradcheck_grader.sandbox.requests import Request, Requests
    from gradcheck_grader.sandbox.single import Singles, SingleWorker


class Sandbox:
    """Runs what was handed in, confined as well as this machine can.

    The process that is to run it starts warming up at once, while the caller goes on. Each job
    gets a process of its own; a sandbox does one job at a time.

    Parameters
    ----------
    isolation : {"auto", "namespaces", "kernel", "process"}
        The least that will do; the strongest that works is used in any case.
    strongest : {"namespaces", "kernel", "process"}
        Never use more than this, to see what a weaker machine would do.
    begun : Process or None
        A child that is warm, or will be soon; it is used if it is what is wanted.

    Raises
    ------
    GraderError
        When this machine cannot offer ``isolation``.
    """

    def __init__(
        self,
        isolation: str = "auto",
        *,
        strongest: str = "namespaces",
        begun: Process | None = None,
    ) -> None:
        self._minimum = isolation
        self._levels = ladder(isolation, strongest)
        self._begun, self._had_begun = begun, False
        self._modules: tuple[str, ...] = ()
        self._requests: Requests | None = None
        self._zygote: Zygote | None = None
        self._source: Zygote | Singles | None = None
        self._warm_up()
        if isolation != "auto":
            self._settle()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def isolation(self) -> tuple[str, ...]:
        """What is in force, in words for a report: the level first, then what it is made of."""
        return self._settle().words

    def run(self, job: Job) -> Result:
        """Run one job; whatever its code does is in the result.

        Raises
        ------
        MachineError
            When the machine or we are at fault: no process, or one that could not lock itself down.
        """
        request = self._pack(job)
        # Limits bound what it may use, so who kills it, or the process that it is a fork of, may
        # well not mean it: once more, to be fair.
        try:
            result, was_killed = self._try(request)
        except MachineError:
            was_killed = True
        return self._try(request)[0] if was_killed else result

    def _try(self, request: Request) -> tuple[Result, bool]:
        """Run a job in a worker; say as well whether something killed that worker."""
        from gradcheck_grader.sandbox.exchange import Conversation

        worker = self._ready_worker(request)
        try:
            conversation = Conversation(worker, request)
            result = conversation.result(self._settle().words)
        except MachineError:
            self.close()
            raise
        finally:
            worker.done()
        return result, conversation.was_killed

    def _pack(self, job: Job) -> Request:
        # Not before a job is there: to pack it, NumPy has to be imported.
        from gradcheck_grader.sandbox.requests import Requests

        self._requests = self._requests or Requests()
        return self._requests.pack(job)

    def close(self) -> None:
        """End every process that is left; another job would start new ones."""
        if self._zygote is not None:
            self._zygote.close()
        self._zygote = self._source = None

    def _ready_worker(self, request: Request) -> ForkedWorker | SingleWorker:
        """Return a worker that is locked down, and has not seen a byte of the job yet."""
        job = request.job
        if not set(job.target.modules) <= set(self._modules):
            self._modules = tuple(sorted({*self._modules, *job.target.modules}))
            self.close()
        try:
            return self._settle().worker(request)
        except MachineError:
            # The warm process may have been killed, by the system for instance. Once more, with a
            # new one; nothing of the job is lost.
            self.close()
            return self._settle().worker(request)

    def _warm_up(self) -> None:
        from gradcheck_grader.sandbox.forked import Zygote

        if forking(self._levels):
            self._zygote = Zygote(self._process(",".join(forking(self._levels))))

    def _process(self, mode: str) -> Process:
        """Return the child that has begun already, if it will do; else start one."""
        from gradcheck_grader.sandbox.process import start

        begun, self._begun = self._begun, None
        self._had_begun = False
        if begun is not None and begun.is_open and begun.mode == mode and not self._modules:
            self._had_begun = True
            return begun
        return start(mode, self._modules)

    def _settle(self) -> Zygote | Singles:
        """Return what gives workers at the strongest level that works here."""
        if self._source is not None:
            return self._source
        if self._zygote is None:
            self._warm_up()
        reasons: tuple[str, ...] = ("this system has none of the stronger levels",)
        if self._zygote is not None:
            zygote, works = self._started(self._zygote)
            if works:
                self._source = zygote
                return zygote
            reasons = zygote.reasons
            self.close()
        if "process" not in self._levels:
            raise GraderError(
                f"isolation by {self._minimum!r} does not work on this machine",
                where="; ".join(reasons),
                remedy="`grader doctor` says what is missing. Or demand less: --isolation process.",
            )
        from gradcheck_grader.sandbox.single import Singles

        self._source = Singles(self._modules)
        return self._source

    def _started(self, zygote: Zygote) -> tuple[Zygote, bool]:
        """Return the warm process, and whether one of the levels works in it.

        One that had begun before may have been killed since then; another takes its place.
        """
        try:
            return zygote, zygote.start()
        except MachineError:
            if not self._had_begun:
                raise
        self.close()
        self._warm_up()
        assert self._zygote is not None  # as before: the levels are the same
        return self._zygote, self._zygote.start()
