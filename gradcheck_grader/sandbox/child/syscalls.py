"""The kernel's calls that Python has no name for, through libc; a failure is an `OSError`."""

from __future__ import annotations

import ctypes
import os
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
_CAPABILITY_VERSION_3 = 0x20080522


class _Libc:
    """libc, opened on first use."""

    def __init__(self) -> None:
        self._library: Any = None

    def call(self, name: str, *arguments: Any) -> int:
        """Call a function of libc that returns -1 and sets errno when it fails."""
        if self._library is None:
            self._library = ctypes.CDLL(None, use_errno=True)
        result = int(getattr(self._library, name)(*arguments))
        if result == -1:
            number = ctypes.get_errno()
            raise OSError(number, f"{name}: {os.strerror(number)}")
        return result


libc = _Libc()


def syscall(number: int, *arguments: Any) -> int:
    """Make a system call that libc has no function for; integers are passed as C longs."""
    wide = (ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)
    return libc.call("syscall", ctypes.c_long(number), *wide)


def prctl(option: int, *arguments: Any) -> None:
    """Change an attribute of this process."""
    wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    # The kernel insists on zeros in what an option does not use.
    wide += [ctypes.c_ulong(0)] * (4 - len(wide))
    libc.call("prctl", option, *wide)


def unshare(flags: int) -> None:
    """Enter new namespaces."""
    libc.call("unshare", ctypes.c_int(flags))


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace that a descriptor stands for."""
    libc.call("setns", descriptor, ctypes.c_int(kind))


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """Mount a file system, or change a mount."""
    libc.call(
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        data.encode() if data else None,
    )


def umount(target: str, flags: int) -> None:
    """Unmount a file system."""
    libc.call("umount2", os.fsencode(target), flags)


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root directory."""
    libc.call("pivot_root", os.fsencode(new), os.fsencode(old))


def keep_capabilities(*kept: int) -> None:
    """Give up every capability but ``kept``."""
    mask = sum(1 << capability for capability in kept)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    # effective, permitted, inheritable: first for capabilities 0 to 31, then for 32 to 63
    data = (ctypes.c_uint32 * 6)(mask, mask, 0, 0, 0, 0)
    libc.call("capset", header, data)
