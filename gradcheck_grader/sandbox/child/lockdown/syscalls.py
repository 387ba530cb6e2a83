"""The kernel's calls that Python has no name for, through libc; a failure is an `OSError`."""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Any

NOBODY = 65534

# clone(2) flags
NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000

# mount(2) flags
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, REC, PRIVATE = (
    0x1, 0x2, 0x4, 0x8, 0x20, 0x1000, 0x4000, 0x40000,
)  # fmt: skip
DETACH = 0x2

# prctl(2) options
SET_PDEATHSIG, SET_DUMPABLE, SET_KEEPCAPS, SET_SECCOMP = 1, 4, 8, 22
SET_NO_NEW_PRIVS, CAP_AMBIENT, CAP_AMBIENT_CLEAR_ALL = 38, 47, 4

# Numbers that are the same on every architecture of Linux.
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
CLOSE_RANGE = 436

CAP_DAC_READ_SEARCH = 2
_CAPABILITIES = struct.Struct("6I")
_CAPABILITY_HEADER = struct.pack("Ii", 0x20080522, 0)  # version 3, this process


_INT, _LONG, _TEXT = ctypes.c_int, ctypes.c_ulong, ctypes.c_char_p
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "syscall": (ctypes.c_long,) * 5,
    "prctl": (_INT, *(_LONG,) * 4),
    "unshare": (_INT,),
    "setns": (_INT, _INT),
    "mount": (_TEXT, _TEXT, _TEXT, _LONG, _TEXT),
    "umount2": (_TEXT, _INT),
    "pivot_root": (_TEXT, _TEXT),
    "capset": (_TEXT, _TEXT),
}


class _Libc:
    """libc, opened on first use; each function knows the C types of its parameters."""

    def __init__(self) -> None:
        self._functions: dict[str, Any] = {}

    def call(self, name: str, *arguments: Any) -> int:
        """Call a function of libc that returns -1 and sets errno when it fails."""
        if not self._functions:
            self._open()
        result = self._functions[name](*arguments)
        if result == -1:
            number = ctypes.get_errno()
            raise OSError(number, f"{name}: {os.strerror(number)}")
        return int(result)

    def _open(self) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        for name, parameters in _FUNCTIONS.items():
            self._functions[name] = getattr(library, name)
            self._functions[name].argtypes = parameters


libc = _Libc()


def syscall(number: int, *arguments: int) -> int:
    """Make a system call of at most four arguments that libc has no function for."""
    return libc.call("syscall", number, *arguments, *(0,) * (4 - len(arguments)))


def prctl(option: int, *arguments: int) -> None:
    """Change an attribute of this process."""
    # The kernel insists on zeros in what an option does not use.
    libc.call("prctl", option, *arguments, *(0,) * (4 - len(arguments)))


def unshare(flags: int) -> None:
    """Enter new namespaces."""
    libc.call("unshare", flags)


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace that a descriptor stands for."""
    libc.call("setns", descriptor, kind)


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """Mount a file system, or change a mount."""
    libc.call(
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() if kind else None,
        flags,
        data.encode() if data else None,
    )


def umount(target: str, flags: int) -> None:
    """Unmount a file system."""
    libc.call("umount2", os.fsencode(target), flags)


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root directory."""
    libc.call("pivot_root", os.fsencode(new), os.fsencode(old))


def keep_capabilities(*kept: int) -> None:
    """Give up every capability but ``kept``, all of them numbers below 32."""
    mask = sum(1 << capability for capability in kept)
    # effective, permitted, inheritable: first for capabilities 0 to 31, then for 32 to 63
    libc.call("capset", _CAPABILITY_HEADER, _CAPABILITIES.pack(mask, mask, 0, 0, 0, 0))
