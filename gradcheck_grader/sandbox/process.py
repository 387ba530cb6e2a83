"""Starting a child: a clean environment, one socket, and nothing of ours in it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from gradcheck_grader.errors import MachineError
from gradcheck_grader.sandbox.watch import usage

CHILD = Path(__file__).resolve().parent / "child"

# The folder becomes the package ``child``; nothing above it is importable.
_BOOT = """
import importlib.util, sys
home, sys.argv = sys.argv[1], sys.argv[1:]
spec = importlib.util.spec_from_file_location(
    "child", home + "/__init__.py", submodule_search_locations=[home])
sys.modules["child"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["child"])
from child.start import main
main(sys.argv[1:])
"""

# One BLAS thread: a second one would not survive a fork, and would blur the CPU clock.
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "HOME": "/",
}
_FROM_PARENT = ("SYSTEMROOT", "WINDIR")  # Windows starts nothing without them
_STDERR = 4096


class Process:
    """A child process, its end of a socket in our hands, its errors kept until it has started."""

    def __init__(self, mode: str, modules: Sequence[str] = ()) -> None:
        try:
            self.link, theirs = socket.socketpair()
        except OSError as error:
            raise _not_started(error) from error
        try:
            self._popen = _start(mode, theirs, modules)
        except OSError as error:
            self.link.close()
            raise _not_started(error) from error
        finally:
            theirs.close()
        self.pid = self._popen.pid
        self.pidfd = _pidfd(self.pid)

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
        """Kill it, reap it, and close all that is ours."""
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


def _start(mode: str, theirs: socket.socket, modules: Sequence[str]) -> subprocess.Popen[bytes]:
    windows = sys.platform == "win32"
    handed = 0 if windows else theirs.fileno()
    environment = _ENVIRONMENT | {k: os.environ[k] for k in _FROM_PARENT if k in os.environ}
    command = [sys.executable, "-P", "-s", "-S", "-c", _BOOT, str(CHILD)]
    popen = subprocess.Popen(
        [*command, mode, str(handed), numpy_home(), *modules],
        stdin=subprocess.PIPE if windows else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=os.path.abspath(os.sep),
        pass_fds=() if windows else (handed,),
        start_new_session=True,
    )
    if sys.platform == "win32" and popen.stdin is not None:
        popen.stdin.write(theirs.share(popen.pid))
        popen.stdin.close()
    return popen


def numpy_home() -> str:
    """Return the directory that NumPy is installed in, without importing it."""
    spec = importlib.util.find_spec("numpy")
    if spec is None or spec.origin is None:
        raise MachineError("NumPy is not installed", where=sys.executable)
    return str(Path(spec.origin).parent.parent)
