"""What the grader sends to a worker, as bytes."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import asdict, dataclass
from typing import Any

from gradcheck_grader.sandbox.child import wire
from gradcheck_grader.sandbox.job import Call, Job, Limits

MOST_KEPT = 16  # tuples of calls: a few for each part of an assignment


def limits_frame(limits: Limits) -> bytes:
    """Return the first frame of all: what the worker is to be locked down with."""
    return wire.frame(wire.LIMITS, 0, wire.pack(asdict(limits)))


@dataclass(slots=True, eq=False)
class Calls:
    """A tuple of calls, packed once for all the submissions that get them.

    Attributes
    ----------
    number : int
        What it is known by to a zygote that holds it.
    asked : int
        How many jobs have had these calls.
    """

    calls: tuple[Call, ...]
    number: int
    frames: bytes
    asked: int = 0

    def held_form(self) -> bytes:
        """Return the frame that gives the calls to a zygote, for its forks to have already."""
        values = [_parts(call) for call in self.calls]
        return wire.frame(wire.HOLD, self.number, wire.encode(values))


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One job, packed."""

    job: Job
    calls: Calls

    def frames(self, held: Container[int] = ()) -> bytes:
        """Return the frames of a job, and of its calls unless they are among the ``held`` ones."""
        here = self.calls.number in held
        job = _job_frame(self.job, self.calls.number if here else None)
        return job if here else job + self.calls.frames


class Requests:
    """Packs jobs; calls that a whole batch has in common are packed once."""

    def __init__(self) -> None:
        self._known: list[Calls] = []
        self._count = 0

    def pack(self, job: Job) -> Request:
        """Return the request of a job."""
        # By identity: to look for a change in the arrays would take as long as packing them.
        calls = next((known for known in self._known if known.calls is job.calls), None)
        if calls is None:
            calls = self._packed(job.calls)
        calls.asked += 1
        return Request(job, calls)

    def _packed(self, calls: tuple[Call, ...]) -> Calls:
        numbered = enumerate(calls, start=1)
        frames = (wire.frame(wire.CALL, n, wire.encode(_parts(call))) for n, call in numbered)
        self._count += 1
        packed = Calls(calls, self._count, b"".join(frames))
        self._known = [*self._known[1 - MOST_KEPT :], packed]
        return packed


def _job_frame(job: Job, held: int | None) -> bytes:
    files = [(as_told(file.path), file.content) for file in job.files]
    facts = {"files": files, "target": asdict(job.target), "held": held}
    return wire.frame(wire.JOB, 0, wire.pack(facts))


def as_told(path: str) -> str:
    """Return a path as the child is told it: what no text can hold is a question mark."""
    return path.encode("utf-8", "replace").decode()


def same_call(one: Call, other: Call) -> bool:
    """Return whether a worker would be sent the same for both."""
    return wire.encode(_parts(one)) == wire.encode(_parts(other))


def _parts(call: Call) -> tuple[list[Any], dict[str, Any], list[str]]:
    return list(call.arguments), dict(call.attributes), list(call.send_back)
