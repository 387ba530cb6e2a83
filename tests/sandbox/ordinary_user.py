"""Run a command as an ordinary user, in a private view where that user can reach the interpreter.

As a script it is what the tests start: ``python ordinary_user.py COMMAND...`` (as root). An
interpreter or a checkout may lie in a home that only root can enter; in a mount namespace of its
own, an open folder takes the place of that home, with the needed folders bound into it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from gradcheck_grader.sandbox.child.lockdown import syscalls
from gradcheck_grader.sandbox.child.lockdown.confine import _is_open_to_all as is_open_to_all

ROOT = Path(__file__).parent.parent.parent
NOBODY = 65534


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run ``python COMMAND...`` as nobody."""
    return subprocess.run(
        [sys.executable, "-m", "tests.sandbox.ordinary_user", sys.executable, "-B", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def open_up(needed: list[str]) -> None:
    """Make ``needed`` folders reachable for everybody, in this process's view only."""
    covered = {top_of(path) for path in needed if not is_open_to_all(path)}
    syscalls.unshare(syscalls.NEWNS)
    # Opened in the new namespace: what is held from another one cannot be bound.
    held = {path: os.open(path, os.O_PATH) for path in needed if top_of(path) in covered}
    syscalls.mount("none", "/", None, syscalls.REC | syscalls.PRIVATE)
    for top in covered:
        syscalls.mount("none", top, "tmpfs", 0, "mode=1777")
    for path, descriptor in held.items():
        os.makedirs(path, exist_ok=True)
        syscalls.mount(f"/proc/self/fd/{descriptor}", path, None, syscalls.BIND | syscalls.REC)


def top_of(path: str) -> str:
    """Return the folder below the root that a path lies in."""
    return f"/{path.split('/')[1]}"


def become_nobody() -> None:
    """Give up root, and all that comes with it."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


if __name__ == "__main__":
    open_up(sorted({sys.base_prefix, sys.prefix, str(ROOT)}))
    become_nobody()
    os.execv(sys.argv[1], sys.argv[1:])
