"""The grader's side of the zygote: a worker in a few milliseconds, confined as was proved."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from gradcheck_grader.errors import MachineError
from gradcheck_grader.sandbox.channel import Channel, ClosedError
from gradcheck_grader.sandbox.child import wire
from gradcheck_grader.sandbox.exchange import START_SECONDS, await_ready
from gradcheck_grader.sandbox.job import Limits
from gradcheck_grader.sandbox.process import Process
from gradcheck_grader.sandbox.requests import Calls, Request, limits_frame

_REASONS = 1 << 16


class _Order(NamedTuple):
    """A worker that was asked for.

    Attributes
    ----------
    link
        Our end of its line.
    limits
        What it is locked down with.
    held
        Numbers of the calls that it has from the zygote.
    """

    link: socket.socket
    limits: Limits
    held: frozenset[int]


class Zygote:
    """One warm process and the workers that it forks, one at a time.

    Once started, `words` say what is in force, level first; `reasons`, what kept it from more.
    """

    def __init__(self, process: Process) -> None:
        self.words: tuple[str, ...] = ()
        self.reasons: tuple[str, ...] = ()
        self._process = process
        self._link = self._process.link
        self._last: ForkedWorker | None = None
        self._ahead: _Order | None = None
        self._served = 0
        self._held: frozenset[int] = frozenset()

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

    def worker(self, request: Request) -> ForkedWorker:
        """Return a new worker, locked down; the one before must have been killed."""
        limits, calls = request.job.limits, request.calls
        # Calls that come again are for a whole batch: from now on, each fork has them.
        is_new = calls.asked > 1 and calls.number not in self._held
        if self._ahead is not None and (is_new or self._ahead.limits != limits):
            self._collect(self._ahead).close()
            self._ahead = None
        if is_new:
            self._hold(calls)
        order = self._ahead or self._order(limits)
        self._ahead = None
        self._last = worker = self._collect(order)
        self._served += 1
        await_ready(worker)
        return worker

    def order_ahead(self, limits: Limits) -> None:
        """Have the next worker made while the grader is busy with what the last one said.

        Not for the first two: most sandboxes do not run a third job, and would do it for nothing.
        """
        is_open = self._link.fileno() >= 0
        if self._served > 1 and self._ahead is None and is_open:
            with contextlib.suppress(MachineError):  # whoever asks for it next will be told
                self._ahead = self._order(limits)

    def last_ended(self, seconds: float) -> tuple[int, float] | None:
        """Wait for the last worker's end; return exit status and CPU seconds, or None."""
        self._link.settimeout(seconds)
        try:
            data = self._link.recv(wire.ENDED.size, socket.MSG_WAITALL)
        except TimeoutError:
            return None
        if len(data) < wire.ENDED.size:
            raise self._broken("ended")
        status, cpu = wire.ENDED.unpack(data)
        return status, cpu

    def _hold(self, calls: Calls) -> None:
        """Give calls to the zygote; no worker is there or on its way."""
        if self._last is not None:
            self._last.close()
        self._link.settimeout(START_SECONDS)
        try:
            self._link.sendall(b"H" + calls.held_form())
        except OSError as error:
            raise self._broken(f"took no calls: {error}") from error
        self._held = frozenset(wire.held(dict.fromkeys((*self._held, calls.number))))

    def _order(self, limits: Limits) -> _Order:
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise self._broken(f"has no line to a worker: {error}") from error
        try:
            with theirs:
                self._link.settimeout(START_SECONDS)
                socket.send_fds(self._link, [b"F", limits_frame(limits)], [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise self._broken(f"gave no worker: {error}") from error
        return _Order(ours, limits, self._held)

    def _collect(self, order: _Order) -> ForkedWorker:
        """Return the worker that was ordered; the zygote makes it when the last one has ended."""
        try:
            if self._last is not None:
                self._last.close()
            self._link.settimeout(START_SECONDS)
            _, descriptors, _, _ = socket.recv_fds(self._link, 1, 1)
        except OSError as error:
            order.link.close()
            raise self._broken(f"gave no worker: {error}") from error
        if not descriptors:
            order.link.close()
            raise self._broken("ended")
        return ForkedWorker(self, order, descriptors[0])

    def close(self) -> None:
        """End it, and with it every worker that is left."""
        if self._ahead is not None:
            self._ahead.link.close()
            self._ahead = None
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

    def __init__(self, zygote: Zygote, order: _Order, pidfd: int) -> None:
        self.channel = Channel(order.link, pidfd)
        self.cpu_before = 0.0  # a few milliseconds of lock-down
        self._pidfd = pidfd
        self._zygote = zygote
        self._limits = order.limits
        self.held = order.held
        self._ended: tuple[int, float] | None = None

    @cached_property
    def host_pid(self) -> int | None:
        """Its number as it is seen from here; in its own world it has another."""
        return _host_pid(self._pidfd)

    def kill(self) -> None:
        """Kill it; it is the only process of its world."""
        if self._pidfd < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def reap(self, seconds: float) -> tuple[int, float] | None:
        """Wait for its end; return exit status (negative: the signal) and CPU seconds, or None."""
        if self._ended is None:
            self._ended = self._zygote.last_ended(seconds)
        return self._ended

    def done(self) -> None:
        """Kill it. Its end is waited for when the next one is wanted, and costs nobody time."""
        self.kill()
        self._zygote.order_ahead(self._limits)

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
    """Return the number of the process that a descriptor holds."""
    try:
        lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    numbers = [int(line.split()[1]) for line in lines if line.startswith("Pid:")]
    return numbers[0] if numbers and numbers[0] > 0 else None
