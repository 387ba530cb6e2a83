"""What hostile code may aim at, and how to tell that it hit nothing."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import gradcheck_grader
from gradcheck_grader.boot import numpy_home
from gradcheck_grader.sandbox.job import Value

MARK = "grader-hostile"
SHARED_KEY = 0x67726164
_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/", ".")


class Surroundings:
    """A secret file, and listeners that nobody may reach."""

    def __init__(self, folder: Path) -> None:
        self._secret = folder / "secret.txt"
        self._secret.write_text("the answers", encoding="utf-8")
        self._secret.chmod(0o600)
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self._name = f"grader-listener-{os.getpid()}-{id(self)}"
        self._local = socket.socket(socket.AF_UNIX)
        self._local.bind("\0" + self._name)
        self._local.listen()

    def facts(self, level: str) -> dict[str, Value]:
        """Return what an attacker might know."""
        return {
            "level": level,
            "secret": str(self._secret),
            "tcp": self._tcp.getsockname()[1],
            "udp": self._udp.getsockname()[1],
            "abstract": self._name,
            "pid": os.getpid(),
            "grader": gradcheck_grader.__file__,
            "packages": numpy_home(),
            "values": np.arange(6.0).reshape(2, 3),
        }

    def traces(self) -> list[str]:
        """Return what is there that was not there before."""
        listeners = (self._tcp, self._udp, self._local)
        heard, _, _ = select.select(listeners, (), (), 0)
        traces = [f"heard something at {one.getsockname()}" for one in heard]
        if self._secret.read_text(encoding="utf-8") != "the answers":
            traces.append("the secret was changed")
        for folder in (*_FOLDERS, str(self._secret.parent)):
            with contextlib.suppress(OSError):
                traces += [f"{folder}/{name}" for name in os.listdir(folder) if MARK in name]
        segments = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
        return traces + [line for line in segments if line.split()[0] == str(SHARED_KEY)]

    def close(self) -> None:
        """Stop listening."""
        for listener in (self._tcp, self._udp, self._local):
            listener.close()


def descendants(pid: int) -> list[int]:
    """Return the processes below ``pid``, however deep."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError):
                stat = Path(f"/proc/{entry}/stat").read_text(encoding="utf-8", errors="replace")
                parent = int(stat.rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry))
    found, queue = [], [pid]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def settled(wanted: int, seconds: float = 10.0) -> int:
    """Wait until this process has ``wanted`` descendants; return how many it has at the end."""
    end = time.monotonic() + seconds
    # A killed worker is gone a moment after its verdict.
    while (count := len(descendants(os.getpid()))) != wanted and time.monotonic() < end:
        time.sleep(0.005)
    return count


def at_rest(quiet: float = 0.5) -> set[int]:
    """Return this process's descendants once none has come or gone for ``quiet`` seconds.

    Another sandbox may still be open, and just be ending a worker or making its next one.
    """
    seen, since = set(descendants(os.getpid())), time.monotonic()
    while time.monotonic() - since < quiet:
        time.sleep(0.02)
        now = set(descendants(os.getpid()))
        if now != seen:
            seen, since = now, time.monotonic()
    return seen


@contextlib.contextmanager
def surroundings(folder: Path) -> Iterator[Surroundings]:
    """Set them up, and take them down."""
    made = Surroundings(folder)
    try:
        yield made
    finally:
        made.close()
