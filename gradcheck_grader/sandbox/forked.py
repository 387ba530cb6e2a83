"""The grader's side of the zygote: a worker in a few milliseconds, confined as was proved."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from gradcheck_grader.errors import MachineError

from .channel import Channel, ClosedError
from .child import wire
from .exchange import START_SECONDS, begin
from .job import Limits
from .process import Process

_REASONS = 1 << 16


class Zygote:
    """One warm process and the workers that it forks, one at a time.

    Once started, `words` say what is in force, level first; `reasons`, what kept it from more.
    """

    def __init__(self, levels: Sequence[str], modules: Sequence[str]) -> None:
        self.words: tuple[str, ...] = ()
        self.reasons: tuple[str, ...] = ()
        self._process = Process(",".join(levels), modules)
        self._link = self._process.link
        self._last: ForkedWorker | None = None

    def start(self) -> bool:
        """Wait until it is warm; False when none of the levels works here."""
        channel = Channel(self._link.dup(), None)
        try:
            reply = channel.receive(_REASONS, START_SECONDS)
        except (ClosedError, wire.MalformedError):
            raise self._broken("ended while it was starting") from None
        finally:
            channel.close()
        if reply is None:
            raise self._broken(f"was not ready after {START_SECONDS:g} seconds")
        op, _, payload = reply
        self.words, self.reasons = (tuple(part) for part in wire.decode(payload))
        return op == wire.READY

    def worker(self, limits: Limits) -> ForkedWorker:
        """Return a new worker, locked down; the one before must have been killed."""
        if self._last is not None:
            self._last.close()
        self._last = worker = self._fork()
        begin(worker, limits)
        return worker

    def _fork(self) -> ForkedWorker:
        ours, theirs = socket.socketpair()
        self._link.settimeout(START_SECONDS)
        try:
            with theirs:
                socket.send_fds(self._link, [b"F"], [theirs.fileno()])
            _, descriptors, _, _ = socket.recv_fds(self._link, 1, 1)
        except OSError as error:
            ours.close()
            raise self._broken(f"gave no worker: {error}") from error
        if not descriptors:
            ours.close()
            raise self._broken("ended")
        return ForkedWorker(ours, descriptors[0], self._link)

    def close(self) -> None:
        """End it, and with it every worker that is left."""
        if self._last is not None:
            self._last.close()
            self._last = None
        self._process.close()

    def _broken(self, how: str) -> MachineError:
        self._process.kill()
        return MachineError(
            f"the process that runs submissions {how}",
            where=self._process.errors() or sys.executable,
            remedy="See `grader doctor`.",
        )


class ForkedWorker:
    """A fork of the zygote, held by a descriptor that can name no other process."""

    def __init__(self, link: socket.socket, pidfd: int, control: socket.socket) -> None:
        self.channel = Channel(link, pidfd)
        self.host_pid = _host_pid(pidfd)
        self._pidfd = pidfd
        self._control = control
        self._ended: tuple[int, float] | None = None

    def kill(self) -> None:
        """Kill it; it is the only process of its world."""
        if self._pidfd < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def reap(self, seconds: float) -> tuple[int, float] | None:
        """Wait for its end; return exit status (negative: the signal) and CPU seconds, or None."""
        if self._ended is None:
            self._control.settimeout(seconds)
            try:
                data = self._control.recv(wire.ENDED.size, socket.MSG_WAITALL)
            except TimeoutError:
                return None
            if len(data) < wire.ENDED.size:
                raise MachineError("the process that runs submissions ended")
            self._ended = wire.ENDED.unpack(data)
        return self._ended

    def done(self) -> None:
        """Kill it. Its end is waited for when the next one is wanted, and costs nobody time."""
        self.kill()

    def close(self) -> None:
        """Kill it, wait for its end, and close all that is ours."""
        if self._pidfd < 0:
            return
        self.kill()
        with contextlib.suppress(MachineError, OSError):
            self.reap(START_SECONDS)
        self.channel.close()
        os.close(self._pidfd)
        self._pidfd = -1


def _host_pid(pidfd: int) -> int | None:
    """Return a process's number as it is seen from here; in its own world it has another."""
    try:
        lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    numbers = [int(line.split()[1]) for line in lines if line.startswith("Pid:")]
    return numbers[0] if numbers and numbers[0] > 0 else None
