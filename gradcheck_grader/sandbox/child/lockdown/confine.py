"""The lock-down: what a process gives up, in order, before it sees a byte of what was handed in."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from . import landlock, probes, syscalls
from .seccomp import Filter
from .view import View

if sys.platform != "win32":
    import fcntl
    import resource

Limits = dict[str, Any]

LINK, _RULES = 3, 4  # the only descriptors that stay, besides the three standard ones
_ROOM_FOR_MAPPINGS = 512 << 20
_FOR_A_JOB = ("DATA", "AS", "CPU")
_FOR_ALL = {
    "CORE": 0,
    "FSIZE": 0,
    "MEMLOCK": 0,
    "MSGQUEUE": 0,
    "SIGPENDING": 64,
    "STACK": 8 << 20,
}
"""Limits that are the same for every job, and for what forks it, by their names in ``resource``."""

_FOR_A_CHILD = {"NPROC": 0, "NOFILE": 32}
"""Limits that are the same for every job."""


def _kinds() -> dict[str, int]:
    """Return the numbers of the limits that this system has, by their names."""
    if sys.platform == "win32":
        return {}
    names = (*_FOR_ALL, *_FOR_A_CHILD, *_FOR_A_JOB)
    known = (name for name in names if hasattr(resource, f"RLIMIT_{name}"))
    return {name: getattr(resource, f"RLIMIT_{name}") for name in known}


_KINDS = _kinds()


class Kernel:
    """The lock-down by Landlock, seccomp and limits: prepared once, put in force in every fork."""

    def __init__(self, level: str, view: View) -> None:
        self._level = level
        self._rules = landlock.ruleset(view.readable(), listed=view.library)
        self._filter = Filter()
        # Found out here: it takes a look at a hundred folders.
        self._kept = _kept(view.library + view.packages)

    def begin(self) -> None:
        """Give up in this process, which will fork, what it needs itself no more: once for all.

        Who its parent's end was to kill has to ask for that again.
        """
        set_limits_for_all()
        give_up_groups(self._kept)

    def move_descriptors(self, link: int) -> int:
        """Keep ``link`` and the rules, close all else; return the link's new number."""
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 16) for fd in (link, self._rules)]
        os.dup2(high[0], LINK)
        os.dup2(high[1], _RULES)
        os.dup2(1, 2)  # the zygote's stderr is a pipe that the grader reads no more
        # The zygote's own line to the grader is among what goes: with it, student code could
        # command the zygote.
        syscalls.syscall(syscalls.CLOSE_RANGE, _RULES + 1, 0x7FFFFFFF, 0)
        return LINK

    def __call__(self, limits: Limits) -> list[str]:
        """Lock this process down; return words for what is in force."""
        os.setsid()
        words = [self._level, "landlock", "seccomp", *set_limits(limits)]
        words += give_up_rights(self._kept)
        # After the change of user, which clears it.
        syscalls.prctl(syscalls.SET_PDEATHSIG, signal.SIGKILL)
        syscalls.prctl(syscalls.SET_DUMPABLE, 0)
        landlock.restrict(_RULES)
        os.close(_RULES)
        self._filter.install()
        probes.check(self._level)
        return words


def move_link(link: int) -> None:
    """Put the line to the grader where it is at the other levels."""
    if link != LINK:
        os.dup2(link, LINK)
        os.close(link)


def process(limits: Limits) -> list[str]:
    """Lock down as far as any system can: no inherited files, the kernel's limits, no rights."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    set_limits_for_all()
    words = ["process", *set_limits(limits)]
    if sys.platform == "linux":
        kept = _kept([path for path in sys.path if os.path.isdir(path)])
        give_up_groups(kept)
        words += give_up_rights(kept)
        # A kernel too old for the level above has this all the same, or else code could trace
        # and stop the grader itself.
        with contextlib.suppress(OSError):
            Filter().install()
            words.append("seccomp")
    return words


def _kept(paths: Iterable[str]) -> tuple[int, ...]:
    """Return the capabilities that stay: one at most, of reading what only its owner may read.

    Without it, an interpreter in a private home would be lost. Landlock, where it is in force,
    still has the last word.
    """
    root = os.getuid() == 0
    return (syscalls.CAP_DAC_READ_SEARCH,) if root and _is_private(paths) else ()


def give_up_groups(kept: Sequence[int]) -> None:
    """Give up root's groups, and see to it that nothing is ever gained again.

    The capabilities that are to be ``kept`` will stay when root is given up.
    """
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(*[syscalls.NOBODY] * 3)
        syscalls.prctl(syscalls.SET_KEEPCAPS, len(kept))
    syscalls.prctl(syscalls.CAP_AMBIENT, syscalls.CAP_AMBIENT_CLEAR_ALL)
    syscalls.prctl(syscalls.SET_NO_NEW_PRIVS, 1)


def give_up_rights(kept: Sequence[int]) -> list[str]:
    """Give up root and every capability that is not ``kept``; return the word for it."""
    root = os.getuid() == 0
    if root:
        os.setresuid(*[syscalls.NOBODY] * 3)
    syscalls.keep_capabilities(*kept)
    return ["nobody"] if root else []


def set_limits_for_all() -> None:
    """Set the limits that do not depend on a job, where the system has them."""
    for name, most in _FOR_ALL.items():
        _set_limit(name, most, most)


def set_limits(limits: Limits) -> list[str]:
    """Set those of a job where the system has them; return the word for it if they hold."""
    if sys.platform == "win32":
        return []
    seconds = math.ceil(limits["seconds"])
    heap = limits["memory_mb"] << 20
    wanted = {
        **_FOR_A_CHILD,
        "DATA": heap,
        # Mappings are not heap: libraries, shared memory, what is reserved and never touched.
        "AS": heap + _ROOM_FOR_MAPPINGS,
    }
    for name, most in wanted.items():
        _set_limit(name, most, most)
    # The signal of the soft limit can be ignored; the hard one kills.
    done = _set_limit("CPU", seconds + 1, seconds + 2)
    return ["limits"] if done else []


def _set_limit(name: str, soft: int, hard: int) -> bool:
    """Set one limit, never raising it; False where the system does not know it or refuses."""
    if name not in _KINDS:
        return False
    kind = _KINDS[name]
    _, most = resource.getrlimit(kind)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (ValueError, OSError):  # macOS knows some limits by name only
        return False
    return True


def _is_private(paths: Iterable[str]) -> bool:
    """Tell whether there is one of ``paths`` that not everybody may go to and read."""
    return not all(map(_is_open_to_all, paths))


def _is_open_to_all(path: str) -> bool:
    parts = path.split(os.sep)
    above = (os.sep.join(parts[:end]) or os.sep for end in range(1, len(parts)))
    readable = bool(os.stat(path).st_mode & 0o004)
    return readable and all(os.stat(folder).st_mode & 0o001 for folder in above)
