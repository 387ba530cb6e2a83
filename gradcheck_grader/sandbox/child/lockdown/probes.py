"""A few attempts at what must not work, made by each confined process before it reads a byte."""

from __future__ import annotations

import os
import socket

_SECRET = "/etc/passwd"


class BreachError(Exception):
    """Something worked that must not work, or the other way round."""


def check(level: str) -> None:
    """Raise `BreachError` unless this process is as confined as ``level`` says."""
    attempts = (
        ("reading a file of the system", lambda: os.open(_SECRET, os.O_RDONLY)),
        ("writing a file", lambda: os.open("/tmp/probe", os.O_WRONLY | os.O_CREAT)),
        ("opening a socket", lambda: socket.SocketType().close()),
        ("starting a process", _fork),
        ("sending a signal", lambda: os.kill(os.getppid(), 0)),
    )
    for what, attempt in attempts:
        try:
            attempt()
        except OSError:
            continue
        raise BreachError(f"{what} is not stopped")
    if level == "namespaces" and os.path.exists(_SECRET):
        raise BreachError("the machine's files are visible")
    try:
        os.close(os.open(os.__file__, os.O_RDONLY))
    except OSError as error:
        raise BreachError("the standard library cannot be read") from error


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)  # it worked, and must not go on as a second worker
