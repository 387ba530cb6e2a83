"""What the grader sends to a worker, as bytes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from .child import wire
from .job import Call, Job, Limits


def limits_frame(limits: Limits) -> bytes:
    """Return the first frame of all: what the worker is to be locked down with."""
    return wire.frame(wire.LIMITS, 0, wire.encode(asdict(limits)))


class Requests:
    """Packs jobs; the calls, which a whole batch has in common, are packed once."""

    def __init__(self) -> None:
        self._calls: tuple[Call, ...] = ()
        self._packed = b""

    def pack(self, job: Job) -> bytes:
        """Return the frames of a job and of all its calls."""
        # By identity: to look for a change in the arrays would take as long as packing them.
        if self._calls is not job.calls:
            numbered = enumerate(job.calls, start=1)
            self._packed = b"".join(wire.frame(wire.CALL, n, _call(call)) for n, call in numbered)
            self._calls = job.calls
        return _job_frame(job) + self._packed


def _job_frame(job: Job) -> bytes:
    # Bytes travel as arrays: the value tree has no tag of its own for them.
    files = [(file.path, np.frombuffer(file.content, np.uint8)) for file in job.files]
    target: dict[str, Any] = asdict(job.target)
    return wire.frame(wire.JOB, 0, wire.encode({"files": files, "target": target}))


def _call(call: Call) -> bytes:
    parts = (list(call.arguments), dict(call.attributes), list(call.send_back))
    return bytes(wire.encode(parts))
