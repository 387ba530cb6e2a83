"""The warm process: NumPy imported, nothing else known, a fork of it for each job.

It holds no secret that a fork could look for: no grader, no answer, no earlier submission (whose
bytes go past it, to the fork), no environment of the grader.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn

from . import wire, worker
from .lockdown import syscalls
from .lockdown.confine import Kernel, Limits
from .lockdown.namespaces import Cradle, build_root, enter
from .lockdown.view import View

# Python makes code faster that has run often, which no fork does: for a batch that is worth 10 ms.
_REHEARSALS = 20
_TRIAL = {"seconds": 10, "memory_mb": 1024, "output_chars": 0}


class RefusedError(Exception):
    """A level that the machine does not let us have."""


def start(control: socket.socket, levels: Sequence[str], view: View) -> None:
    """Serve at the first level that works here; say why when none does."""
    reasons: list[str] = []
    if len(os.listdir("/proc/self/task")) != 1:
        # A lock that another thread holds during a fork is never released in the child.
        levels, reasons = (), ["NumPy started more than one thread"]
    worker.rehearse()
    gc.freeze()  # or each fork's first collection would copy every page
    for level in levels:
        try:
            if level == "namespaces":
                _serve_in_namespaces(control, view, reasons)
            else:
                kernel = Kernel(level, view)
                kernel.begin()
                zygote = _Zygote(kernel, None)
                zygote.serve(control, zygote.trial(), reasons)
            return
        except (OSError, RefusedError) as error:
            reasons.append(f"{level}: {error}")
    control.sendall(wire.frame(wire.BROKEN, 0, wire.encode(((), reasons))))


def _serve_in_namespaces(control: socket.socket, view: View, reasons: list[str]) -> None:
    """Serve from a grandchild in new namespaces; raise `RefusedError`, still outside, if refused.

    Three processes: this one stays as it was, for another try at another level; its child enters
    the namespaces; the grandchild is their first process and the zygote.
    """
    complaints, complain = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(complaints)
        _enter_and_serve(control, view, reasons, complain)
    os.close(complain)
    with os.fdopen(complaints, "rb") as pipe:
        complaint = pipe.read().decode("utf-8", "replace")
    if complaint:
        os.waitpid(child, 0)
        raise RefusedError(complaint)
    control.close()
    os.waitpid(child, 0)


def _enter_and_serve(
    control: socket.socket, view: View, reasons: list[str], complain: int
) -> NoReturn:
    try:
        how = enter()
        syscalls.prctl(syscalls.SET_PDEATHSIG, signal.SIGKILL)
        first = os.fork()
        if first == 0:
            cradle = Cradle()
            build_root(view)
            kernel = Kernel("namespaces", view)
            kernel.begin()
            syscalls.prctl(syscalls.SET_PDEATHSIG, signal.SIGKILL)
            zygote = _Zygote(kernel, cradle)
            words = zygote.trial()
            os.close(complain)  # no complaint: the other two stay out of the way from here
            zygote.serve(control, [*words, *how], reasons)
        else:
            os.close(complain)
            control.close()
            os.waitpid(first, 0)
    except BaseException as error:  # whatever it was: this process must end here
        os.write(complain, f"{error}".encode() or b"unknown")
    finally:
        os._exit(0)


class _Zygote:
    """Forks a locked-down worker whenever the grader hands it a line."""

    def __init__(self, kernel: Kernel, cradle: Cradle | None) -> None:
        self._kernel = kernel
        self._cradle = cradle
        self._prepared = worker.Prepared()

    def trial(self) -> list[str]:
        """Prove the lock-down in a worker without a job; return words for what is in force."""
        os.close(os.pidfd_open(os.getpid()))  # what workers are held by; an old kernel has none
        ours, theirs = socket.socketpair()
        child = self._fork(theirs.fileno(), _TRIAL)
        theirs.close()
        with ours:
            try:
                op, _, payload = wire.Connection(ours.recv, ours.send).receive()
            except (EOFError, OSError):
                raise RefusedError("a locked-down process ended at once") from None
            finally:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        said = wire.decode(payload)
        if op != wire.READY:
            raise RefusedError(said)
        return list(said)

    def serve(self, control: socket.socket, words: list[str], reasons: list[str]) -> None:
        """Say what is in force and why it is no more, then fork until the grader hangs up."""
        control.sendall(wire.frame(wire.READY, 0, wire.encode((words, reasons))))
        while True:
            order, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if order == b"H":
                number, payload = _read(control)
                self._hold(number, wire.decode(payload))
                continue
            if not descriptors:
                return
            _, payload = _read(control)
            child = self._fork(descriptors[0], wire.unpack(payload))
            os.close(descriptors[0])
            status, cpu = _attend(control, child)
            control.sendall(wire.ENDED.pack(status, cpu))

    def _hold(self, number: int, calls: Any) -> None:
        """Keep calls for the forks to come: what is read once here, none of them has to read."""
        held = {**self._prepared.held, number: worker.held_form(calls)}
        self._prepared.held = wire.held(held)
        if len(held) == 1:  # the first of a batch; once is enough
            for _ in range(_REHEARSALS):
                worker.rehearse()
        gc.freeze()

    def _fork(self, link: int, limits: Limits) -> int:
        if self._cradle is not None:
            self._cradle.renew()
        child = os.fork()
        if child:
            return child
        status = 1
        try:
            descriptor = self._kernel.move_descriptors(link)
            worker.serve(
                wire.Connection(partial(os.read, descriptor), partial(os.write, descriptor)),
                self._kernel,
                limits,
                self._prepared,
            )
            os.close(descriptor)  # the grader waits for no more; all else may take its time
            status = 0
        except MemoryError:
            status = wire.OUT_OF_MEMORY
        finally:  # a fork of the zygote must never come back as a second zygote
            os._exit(status)


def _read(control: socket.socket) -> tuple[int, bytearray]:
    """Return number and payload of the frame that goes with an order."""
    # Not a byte too much: another order may follow, and a descriptor that comes with it.
    header = bytearray(control.recv(wire.HEADER.size, socket.MSG_WAITALL))
    _, number, length = wire.read_header(header, wire.TRUSTED.size)
    return number, bytearray(control.recv(length, socket.MSG_WAITALL))


def _attend(control: socket.socket, child: int) -> tuple[int, float]:
    """Hand the grader a hold on a worker, and wait for its end, or for the grader's."""
    descriptor = os.pidfd_open(child)
    socket.send_fds(control, [b"P"], [descriptor])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.register(control, 0)  # only whether the grader has hung up: it may ask for the next one
    if all(ready != descriptor for ready, _ in poll.poll()):
        os.kill(child, signal.SIGKILL)
    os.close(descriptor)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
