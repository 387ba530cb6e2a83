"""The grader's end of the line to a worker: frames out and in, never waiting longer than told."""

from __future__ import annotations

import select
import selectors
import socket
import time

from gradcheck_grader.sandbox.child import wire

_CHUNK = 1 << 16  # more would be memory of its own from the system, for each read

_UNDISTURBED = 0.005
"""Seconds in which answers are left to gather. To be woken for each one costs more than most jobs
take to make them all; a worker that has made its last answer hangs up, and is waited for no more.
"""

_HUNG_UP = getattr(select, "POLLRDHUP", 0)  # Linux


class ClosedError(Exception):
    """The worker's end is closed, or the worker is gone."""


class Channel:
    """A socket to one worker.

    What is to be sent goes out while answers come in: a worker that does not read cannot hold the
    grader up, and one that answers before it is asked is not waited for.
    """

    def __init__(self, link: socket.socket, exit_fd: int | None) -> None:
        link.setblocking(False)
        self._link = link
        self._inbox = bytearray()
        self._over = False
        self._rest = memoryview(b"")
        self._is_last = self._may_gather = False
        self._exit_fd = exit_fd
        self._selector = selectors.DefaultSelector()
        self._selector.register(link, selectors.EVENT_READ)
        if exit_fd is not None:
            self._selector.register(exit_fd, selectors.EVENT_READ)

    def send(self, data: bytes, *, last: bool = False) -> None:
        """Send bytes whenever the worker takes them; what does not fit goes out in `receive`.

        After the ``last`` ones this end says that no more will come.
        """
        self._rest, self._is_last = memoryview(data), last
        self._may_gather = last and bool(_HUNG_UP)
        self._write()
        if self._rest:
            self._watch_writing(True)

    def receive(self, limit: int, seconds: float) -> tuple[int, int, bytearray] | None:
        """Return one frame (op, call number, payload), or None after ``seconds``.

        Raises
        ------
        ClosedError
            When the worker has ended or hung up and no whole frame is left.
        MalformedError
            When what came is not a frame.
        """
        deadline = time.monotonic() + seconds
        while (found := self._parse(limit)) is None:
            if self._over:
                raise ClosedError
            left = deadline - time.monotonic()
            # A worker that sends a byte now and then must not put off the deadline.
            if left <= 0:
                return None
            if self._may_gather and not self._rest:
                self._let_gather(left, limit)
                continue
            for key, events in self._selector.select(left):
                if key.fileobj is not self._link:
                    self._drain_the_dead(limit)
                    continue
                if events & selectors.EVENT_READ:
                    self._read()
                if events & selectors.EVENT_WRITE:
                    self._write()
                    self._watch_writing(bool(self._rest))
        return found

    def unread(self) -> bool:
        """Tell whether bytes have come that nobody asked for."""
        return bool(self._inbox) or self._read()

    def close(self) -> None:
        """Close this end."""
        self._selector.close()
        self._link.close()

    def _parse(self, limit: int) -> tuple[int, int, bytearray] | None:
        if len(self._inbox) < wire.HEADER.size:
            return None
        op, call, length = wire.read_header(self._inbox, limit)
        end = wire.HEADER.size + length
        if len(self._inbox) < end:
            return None
        payload = self._inbox[wire.HEADER.size : end]
        del self._inbox[:end]
        return op, call, payload

    def _let_gather(self, seconds: float, limit: int) -> None:
        """Wait for the worker to hang up or to end, for a little while, then read what is there."""
        poll = select.poll()
        poll.register(self._link, _HUNG_UP)
        if self._exit_fd is not None:
            poll.register(self._exit_fd, select.POLLIN)
        ready = [descriptor for descriptor, _ in poll.poll(1000 * min(seconds, _UNDISTURBED))]
        if self._exit_fd in ready:
            self._drain_the_dead(limit)
        else:
            self._read()

    def _read(self) -> bool:
        """Read what is there; False when nothing is."""
        try:
            data = self._link.recv(_CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        self._inbox += data
        self._over = not data
        return bool(data)

    def _drain_the_dead(self, limit: int) -> None:
        """Read what an ended worker left; heirs of its that hold the line are not listened to."""
        while len(self._inbox) <= limit and self._read():
            pass
        self._over = True

    def _write(self) -> None:
        """Write until the worker takes no more, or everything is out."""
        try:
            while self._rest:
                self._rest = self._rest[self._link.send(self._rest) :]
            if self._is_last:
                self._link.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            return
        except OSError:  # it hung up; reading will say so, after what it has still said
            self._rest = memoryview(b"")

    def _watch_writing(self, wanted: bool) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if wanted else 0)
        self._selector.modify(self._link, events)
