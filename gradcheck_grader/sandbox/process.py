"""Starting a child: a clean environment, one socket, and nothing of ours in it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence

from gradcheck_grader import boot
from gradcheck_grader.errors import MachineError
from gradcheck_grader.sandbox.watch import usage

_STDERR = 4096


class Process:
    """A child process, its end of a socket in our hands, its errors kept until it has started.

    ``mode`` says as what it runs: at which levels a zygote tries to serve, or as a single process.
    """

    def __init__(self, mode: str, popen: subprocess.Popen[bytes] | _Fork, link: socket.socket):
        self.mode = mode
        self.link = link
        self.pid = popen.pid
        self.pidfd = _pidfd(popen.pid)
        self.is_open = True
        self._popen = popen

    def kill(self) -> None:
        """Kill it, and everything in its session's process group."""
        if sys.platform == "win32":
            self._popen.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def reap(self, seconds: float) -> tuple[int, float] | None:
        """Wait for its end; return exit status (negative: the signal) and CPU seconds, or None."""
        cpu = usage(self.pid)
        try:
            status = self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        return status, cpu.cpu if cpu else 0.0

    def close(self) -> None:
        """Kill it, reap it, and close all that is ours; once closed, it stays closed."""
        if not self.is_open:
            return
        self.is_open = False
        self.kill()
        self._popen.wait()
        self.link.close()
        self.forget_errors()
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None

    def errors(self) -> str:
        """Return what it wrote to stderr while it started; asked again, nothing."""
        pipe = self._popen.stderr
        if pipe is None or pipe.closed:
            return ""
        with pipe:
            os.set_blocking(pipe.fileno(), False)
            return (pipe.read(_STDERR) or b"").decode("utf-8", "replace").strip()

    def forget_errors(self) -> None:
        """Close the stderr pipe: it has started."""
        if self._popen.stderr is not None:
            self._popen.stderr.close()


class _Fork:
    """A child that the grader has forked, for what is asked of one that it has started."""

    def __init__(self, pid: int, errors: int) -> None:
        self.pid = pid
        self.stderr = os.fdopen(errors, "rb")

    def wait(self, _: float | None = None) -> int:
        """Wait for its end, however long it takes, and return its exit status."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def start(mode: str, modules: Sequence[str] = ()) -> Process:
    """Start a child process.

    Raises
    ------
    MachineError
        If the machine has no room for it.
    """
    try:
        ours, theirs = socket.socketpair()
    except OSError as error:
        raise _not_started(error) from error
    try:
        return Process(mode, _popen(mode, theirs, modules), ours)
    except OSError as error:
        ours.close()
        raise _not_started(error) from error
    finally:
        theirs.close()


def begun(pid: int, link: int, errors: int, mode: str) -> Process:
    """Return the child that began together with the grader: see ``restart.py``."""
    return Process(mode, _Fork(pid, errors), socket.socket(fileno=link))


def _not_started(error: OSError) -> MachineError:
    return MachineError(
        f"the process that runs submissions could not be started: {error}",
        where=sys.executable,
        remedy="Is the machine out of memory or of processes?",
    )


def _pidfd(pid: int) -> int | None:
    """Return a descriptor that tells when a process ends; None where there are none."""
    if hasattr(os, "pidfd_open"):
        with contextlib.suppress(OSError):  # Python knows it, and the kernel is older or is none
            return os.pidfd_open(pid)
    return None


def _popen(mode: str, theirs: socket.socket, modules: Sequence[str]) -> subprocess.Popen[bytes]:
    windows = sys.platform == "win32"
    handed = 0 if windows else theirs.fileno()
    popen = subprocess.Popen(
        boot.command("start", mode, str(handed), boot.numpy_home(), *modules),
        stdin=subprocess.PIPE if windows else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=boot.environment(),
        cwd=os.path.abspath(os.sep),
        pass_fds=() if windows else (handed,),
        start_new_session=True,
    )
    if sys.platform == "win32" and popen.stdin is not None:
        popen.stdin.write(theirs.share(popen.pid))
        popen.stdin.close()
    return popen
