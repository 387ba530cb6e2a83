"""What the doctor sends into the sandbox to see what works there: attempts at what must not.

This file is handed in like a submission and runs in the confined process only.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import socket

import numpy


def attempt(name: str) -> bool:
    """Make one attempt; return True if it worked."""
    try:
        return bool(globals()[f"_{name}"]())
    except (OSError, ImportError):
        return False


def _system_file() -> bool:
    return os.open("/etc/passwd", os.O_RDONLY) >= 0


def _file_names() -> bool:
    return os.path.exists("/etc/passwd")


def _folders() -> bool:
    return len(os.listdir("/etc")) > 0


def _other_packages() -> bool:
    return len(os.listdir(os.path.dirname(os.path.dirname(numpy.__file__)))) > 2


def _the_grader() -> bool:
    # Not by a statement: an import that fails gives code that is handed in a stand-in.
    return importlib.import_module("gradcheck_grader") is not None


def _environment_of_others() -> bool:
    with open(f"/proc/{os.getppid()}/environ", "rb") as file:
        return len(file.read()) > 0


def _temporary_file() -> bool:
    path = f"/tmp/grader-doctor-{os.getpid()}"
    with open(path, "w") as file:
        file.write("x")
    os.remove(path)
    return True


def _shared_memory() -> bool:
    return bool(ctypes.CDLL(None).shmget(0, 4096, 0o600) >= 0)


def _tcp() -> bool:
    with socket.socket() as link:
        return link.fileno() >= 0


def _udp() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        return link.fileno() >= 0


def _unix_socket() -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        return link.fileno() >= 0


def _process() -> bool:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def _program() -> bool:
    if not os.path.exists("/bin/true"):
        return False
    return os.posix_spawn("/bin/true", ["true"], {}) > 0


def _signal_to_others() -> bool:
    os.kill(os.getppid(), 0)
    return True


def _memory_of_others() -> bool:
    return bool(ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0)


def _becoming_root() -> bool:
    os.setuid(0)
    return True
