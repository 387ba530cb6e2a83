"""One job's conversation with one worker, from its limits to the last reply."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from gradcheck_grader.errors import MachineError
from gradcheck_grader.sandbox.channel import Channel, ClosedError
from gradcheck_grader.sandbox.child import wire
from gradcheck_grader.sandbox.facts import read_loaded, read_name, read_names, read_problem
from gradcheck_grader.sandbox.job import Limits, Loaded, Note, Problem, Result, Returned
from gradcheck_grader.sandbox.requests import Request, as_told, limits_frame
from gradcheck_grader.sandbox.text import clean, with_brief_texts
from gradcheck_grader.sandbox.watch import Computing, Watch, cpu_timeout

T = TypeVar("T")

OWN_CACHE = "own-cache"
"""Id of the note on a function that got the cache of its file's own forward pass."""

START_SECONDS = 60.0
"""A worker that is not ready by then will not be."""

GRACE_SECONDS = 2.0
"""How long a worker that hung up may take to end."""

_LARGE = 1 << 18  # bytes of a reply whose texts are cut; those of smaller ones take little room
_HINTS = 1 << 16  # what a reply may hold beside the value: printed text comes on top


class Worker(Computing, Protocol):
    """What the conversation needs of a process."""

    channel: Channel
    held: frozenset[int]

    def kill(self) -> None:
        """Kill it and everything it started."""

    def reap(self, seconds: float) -> tuple[int, float] | None:
        """Wait for its end; return exit status (negative: the signal) and CPU seconds, or None."""


class _CutShortError(Exception):
    """The conversation is over before its time; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def begin(worker: Worker, limits: Limits) -> tuple[str, ...]:
    """Hand over the limits, and wait for the lock-down as `await_ready` does."""
    worker.channel.send(limits_frame(limits))
    return await_ready(worker)


def await_ready(worker: Worker) -> tuple[str, ...]:
    """Wait until a worker that has its limits is locked down; return what is in force.

    Raises
    ------
    MachineError
        When the worker cannot lock itself down. Not a byte of a submission has been sent by then.
    """
    try:
        reply = worker.channel.receive(_HINTS, START_SECONDS)
    except (ClosedError, wire.MalformedError):
        raise MachineError("the confined process ended while it was starting") from None
    if reply is None:
        raise MachineError(f"the confined process was not ready after {START_SECONDS:g} seconds")
    op, _, payload = reply
    words = wire.decode(payload)
    if op != wire.READY:
        raise MachineError(f"the confined process could not lock itself down: {words}")
    return tuple(words)


class Conversation:
    """Sends a job and its calls, and collects what comes back, whatever that is.

    ``was_killed`` says afterwards whether the worker was killed by neither of us: by the system,
    for want of memory on the whole machine, or by hand.
    """

    def __init__(self, worker: Worker, request: Request) -> None:
        self.was_killed = False
        self._worker = worker
        self._job = job = request.job
        self._watch = Watch(job.limits, worker)
        self._frames = request.frames(worker.held)
        self._paths = frozenset(as_told(file.path) for file in job.files)
        self._printed: list[str] = []
        self._own_pass = ""
        limits = job.limits
        self._frame_limit = limits.reply_bytes * 2 + 4 * limits.output_chars + _HINTS
        self._bounds = wire.Bounds(self._frame_limit, 2 * limits.items + 1024, limits.depth + 4)

    def result(self, isolation: tuple[str, ...]) -> Result:
        """Have the conversation; the worker is dead when this returns."""
        loaded, problem = None, None
        outcomes: list[Returned | Problem] = []
        try:
            self._worker.channel.send(self._frames, last=True)
            loaded = self._loading()
            while len(outcomes) < len(self._job.calls):
                outcomes.append(self._outcome(len(outcomes) + 1))
            if self._worker.channel.unread():
                raise _CutShortError(_protocol("it sent more than it was asked for"))
        except _CutShortError as end:
            problem = end.problem
        finally:
            self._worker.kill()
        if loaded is None:
            return Result(None, problem, (), self._output(), isolation)
        if self._own_pass:
            loaded = replace(loaded, notes=(*loaded.notes, _own_cache(self._own_pass)))
        if problem is not None:
            missing = len(self._job.calls) - len(outcomes)
            outcomes = outcomes[:-1] if not missing else outcomes
            outcomes += [problem] * max(missing, 1)
        return Result(loaded, None, tuple(outcomes), self._output(), isolation)

    def _loading(self) -> Loaded:
        op, number, payload = self._next()
        if op not in (wire.LOADED, wire.REFUSED) or number != 0:
            raise _CutShortError(_protocol("it answered before it was asked"))
        facts, printed = self._read(payload)
        self._keep(printed)
        if op == wire.REFUSED:
            raise _CutShortError(self._problem(facts))
        return self._strictly(read_loaded, facts, self._paths)

    def _outcome(self, number: int) -> Returned | Problem:
        op, answered, payload = self._next()
        if answered != number or op not in (wire.ALONE, wire.RETURNED, wire.FAILED):
            raise _CutShortError(_protocol("it answered before it was asked"))
        body = self._read(payload)
        if op == wire.ALONE:
            return Returned(self._spare(body, payload))
        if op == wire.FAILED:
            facts, printed = self._strictly(_parts, body, 2)
            self._keep(printed)
            problem = self._problem(facts)
            if problem.kind == "timeout":  # of the whole job: the calls to come have no time left
                raise _CutShortError(problem)
            return problem
        value, after, hints = self._strictly(_parts, body, 3)
        modified, printed, own_pass = self._strictly(_parts, hints, 3)
        self._own_pass = self._strictly(read_name, own_pass)
        self._keep(printed)
        names = self._strictly(read_names, modified, self._job.target.arguments)
        value, after = self._spare((value, after), payload)
        return Returned(value, names, after if type(after) is dict else None)

    def _next(self) -> tuple[int, int, bytearray]:
        """Return the next frame; end the conversation on a time-out, a death or nonsense."""
        while True:
            try:
                reply = self._worker.channel.receive(self._frame_limit, self._watch.pause())
            except ClosedError:
                raise _CutShortError(self._death()) from None
            except wire.MalformedError as error:
                raise _CutShortError(_protocol(str(error))) from None
            if reply is not None:
                return reply
            verdict = self._watch.verdict()
            if verdict is not None:
                raise _CutShortError(verdict)

    def _death(self) -> Problem:
        """Return why a worker went away that nobody had killed."""
        ended = self._worker.reap(GRACE_SECONDS)
        if ended is None:
            return _protocol("it closed the line to the grader")
        status, cpu = ended
        self.was_killed = _signal_name(-status) == "SIGKILL" and cpu < self._job.limits.seconds
        return death(status, cpu, self._job.limits)

    def _problem(self, facts: Any) -> Problem:
        """Return what the worker says of a failure; of a time-out only where that was."""
        told = self._strictly(read_problem, facts, self._paths)
        if told.kind != "timeout":
            return told
        place = {name: getattr(told, name) for name in ("line", "file", "cell", "source")}
        return replace(cpu_timeout(self._job.limits), **place)

    def _read(self, payload: bytearray) -> Any:
        return self._strictly(wire.decode, payload, self._bounds)

    def _spare(self, value: Any, payload: bytearray) -> Any:
        """Return what is kept of a value until the last call: of a large one, no long texts."""
        return with_brief_texts(value) if len(payload) > _LARGE else value

    def _strictly(self, read: Callable[..., T], *arguments: Any) -> T:
        try:
            return read(*arguments)
        except wire.MalformedError as error:
            raise _CutShortError(_protocol(str(error))) from None

    def _keep(self, printed: Any) -> None:
        if type(printed) is not str:
            raise _CutShortError(_protocol("it printed something that is no text"))
        self._printed.append(printed[: 4 * self._job.limits.output_chars])  # no more is looked at

    def _output(self) -> str:
        return clean("".join(self._printed), self._job.limits.output_chars)


def _own_cache(own_pass: str) -> Note:
    """Return the note on a function that takes the cache of its file's own forward pass."""
    return Note(
        OWN_CACHE,
        "The function is written for another cache than the task's. It got the one that the file's "
        f"own `{own_pass}` makes, which gives the same output.",
    )


def death(status: int, cpu: float, limits: Limits) -> Problem:
    """Return the problem of a worker that ended by itself or by the kernel's hand."""
    name = _signal_name(-status)
    # Killed by the kernel: for its CPU time, or else by the out-of-memory killer.
    if name == "SIGXCPU" or (name == "SIGKILL" and cpu >= limits.seconds):
        return cpu_timeout(limits)
    if name == "SIGKILL" or status == wire.OUT_OF_MEMORY:
        return Problem(
            "memory",
            f"It ran out of memory and was stopped; it may use {limits.memory_mb} MB.",
        )
    if status >= 0:
        return Problem(
            "crash",
            f"It ended its own process (exit status {status}) instead of returning. "
            "Is there an exit in it?",
        )
    return Problem("crash", f"Its process crashed ({name}).")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _protocol(what: str) -> Problem:
    return Problem(
        "protocol",
        f"The grader could not make sense of its process: {what}. "
        "A submission only defines functions and returns values.",
    )


def _parts(body: Any, count: int) -> tuple[Any, ...]:
    if type(body) is not tuple or len(body) != count:
        raise wire.MalformedError("the reply has not the parts that it should have")
    return body
