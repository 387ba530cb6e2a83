"""A world of its own: no network, no other process, and a root with nothing in it but Python.

Entered once by the zygote; what it forks afterwards is born inside.
"""

from __future__ import annotations

import os

from . import syscalls
from .syscalls import BIND, DETACH, NOBODY, NODEV, NOEXEC, NOSUID, PRIVATE, RDONLY, REC, REMOUNT
from .view import View

_WORLD = (
    syscalls.NEWNS
    | syscalls.NEWNET
    | syscalls.NEWIPC
    | syscalls.NEWUTS
    | syscalls.NEWCGROUP
    | syscalls.NEWPID
)

# An existing directory that the new root can be built on. It covers nothing that is needed later:
# the new root has no /proc at all.
_SITE = "/proc"

# Flags of a mount that a user namespace may not take away when it changes the mount.
_LOCKED = {
    os.ST_NOSUID: NOSUID,
    os.ST_NODEV: NODEV,
    os.ST_NOEXEC: NOEXEC,
    os.ST_NOATIME: 0x400,
    os.ST_NODIRATIME: 0x800,
    os.ST_RELATIME: 0x200000,
}


def enter() -> list[str]:
    """Enter new namespaces; the next child is the first process of its world.

    Returns
    -------
    list of str
        A word for the user namespace, for want of the right to do without one.
    """
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        try:
            syscalls.unshare(_WORLD)
        except OSError:
            pass  # root in a container: it may still be allowed a user namespace
        else:
            return []
    syscalls.unshare(syscalls.NEWUSER | _WORLD)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{NOBODY} {uid} 1")
    _write("/proc/self/gid_map", f"{NOBODY} {gid} 1")
    return ["user namespace"]


def build_root(view: View) -> None:
    """Make a root that holds what ``view`` names, read-only, and nothing else."""
    # Nothing that is mounted here may be seen outside.
    syscalls.mount("none", "/", None, REC | PRIVATE)
    syscalls.mount("none", _SITE, "tmpfs", NOSUID | NODEV, "size=1m,mode=755")
    for path in view.library:
        _bind(path)
    for path in view.hidden:
        syscalls.mount("none", _SITE + path, "tmpfs", NOSUID | NODEV, "size=64k,mode=755")
    for path in view.packages:
        _bind(path)
    for path in view.hidden:
        syscalls.mount("none", _SITE + path, None, REMOUNT | RDONLY | NOSUID | NODEV)
    os.chdir(_SITE)
    # The old root ends up on top of the new one, at the same place, and is taken off.
    syscalls.pivot_root(".", ".")
    syscalls.umount(".", DETACH)
    os.chdir("/")
    syscalls.mount("none", "/", None, REMOUNT | RDONLY | NOSUID | NODEV)


def _bind(source: str) -> None:
    """Show a file or folder of the old root at the same place in the new one."""
    target = _SITE + source
    if os.path.isdir(source):
        os.makedirs(target, mode=0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    syscalls.mount(source, target, None, BIND | REC)
    flags = os.statvfs(target).f_flag
    kept = sum(flag for bit, flag in _LOCKED.items() if flags & bit)
    syscalls.mount("none", target, None, REMOUNT | BIND | RDONLY | NOSUID | NODEV | kept)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


class Cradle:
    """Gives each child a process namespace of its own, so that it can see and outlive nobody."""

    def __init__(self) -> None:
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def renew(self) -> None:
        """Make the next child the first process of a new namespace."""
        # The second unshare in a row fails, unless it starts from one's own namespace again.
        syscalls.setns(self._own, syscalls.NEWPID)
        syscalls.unshare(syscalls.NEWPID)
