"""Landlock: the kernel lets this process read a few directories, and no more, for good."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from .syscalls import LANDLOCK_ADD_RULE, LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF, syscall

READ_FILE, READ_DIR = 1 << 2, 1 << 3

_VERSION = 1  # landlock_create_ruleset: only tell the version
_PATH_BENEATH = 1
_FIRST_RIGHTS = (1 << 13) - 1
# Rights that came later: the version that brought them, and their bit.
_LATER_RIGHTS = ((2, 13), (3, 14), (5, 15))  # refer, truncate, ioctl on devices
_NETWORK = 0b11  # bind and connect by TCP, from version 4
_SCOPES = 0b11  # abstract sockets and signals to the outside, from version 6


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("fs", ctypes.c_uint64),
        ("net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version that the kernel speaks; raise `OSError` where it has no Landlock."""
    return syscall(LANDLOCK_CREATE_RULESET, 0, 0, _VERSION)


def ruleset(readable: Iterable[str], listed: Iterable[str]) -> int:
    """Return a descriptor for rules that refuse all but this.

    Parameters
    ----------
    readable : iterable of str
        Files, and directories with all that is in them, that may be read.
    listed : iterable of str
        Directories whose names (and those below) may be listed.
    """
    abi = version()
    rights = _FIRST_RIGHTS | sum(1 << bit for since, bit in _LATER_RIGHTS if abi >= since)
    rules = _Ruleset(rights, _NETWORK if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    # An old kernel refuses a structure that is longer than what it knows.
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    descriptor = syscall(LANDLOCK_CREATE_RULESET, ctypes.addressof(rules), size, 0)
    for path in readable:
        _allow(descriptor, path, READ_FILE | (READ_DIR if os.path.isdir(path) else 0))
    for path in listed:
        _allow(descriptor, path, READ_DIR)
    return descriptor


def restrict(descriptor: int) -> None:
    """Put the rules in force for this process; needs no_new_privs."""
    syscall(LANDLOCK_RESTRICT_SELF, descriptor, 0)


def _allow(ruleset_descriptor: int, path: str, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathBeneath(rights, parent)
        syscall(LANDLOCK_ADD_RULE, ruleset_descriptor, _PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(parent)
