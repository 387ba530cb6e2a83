"""The first lines of grader and child where they begin as one: NumPy is imported once for two.

Until the fork this process knows nothing but where NumPy lies. What the grader was called with lies
behind a descriptor: it is not read before the fork, and the child closes it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import marshal
import os
import site
import socket
import sys
import time
import traceback
from typing import Any, NoReturn

from . import start

LEVELS = "namespaces,kernel"
_FAULT = 3  # the grader's exit code where there is no verdict
Child = tuple[int, int, int, str] | tuple[()]


def main(arguments: list[str]) -> None:
    """Import NumPy, fork the child, and go on as the grader."""
    note, home = arguments
    try:
        module, child = _begin_together(int(note), home)
        importlib.import_module(module).go_on(*child)
    except KeyboardInterrupt:  # until it runs a command, which answers for that
        print("stopped", file=sys.stderr)
        sys.exit(_FAULT)


def _begin_together(note: int, home: str) -> tuple[str, Child]:
    """Be one process, then two; return the grader's module, in the grader, and its child."""
    gc.disable()
    hooks = start.import_without_hooks()
    child: Child = ()
    # What the grader cannot do without, it will ask for again, and say what is wrong.
    with contextlib.suppress(ImportError, OSError):
        start.import_from(home)
        gc.freeze()  # or the first collection of either would copy every page
        child = _forked(home)
    for hook in hooks:
        os.register_at_fork(**hook)
    with open(note, "rb") as file:
        known = marshal.load(file)
    _take_up(known)
    return known["module"], child


def _forked(home: str) -> Child:
    """Fork the child; return its number, our end of its line, its errors, and its levels."""
    ours, theirs = socket.socketpair()
    errors, complain = os.pipe()
    child = os.fork()
    if child == 0:
        ours.close()
        _begin(theirs.detach(), complain, home)
    theirs.close()
    os.close(complain)
    return child, ours.detach(), errors, LEVELS


def _begin(link: int, complain: int, home: str) -> NoReturn:
    """Be the child: a session of its own, one line to the grader, and nothing else of it."""
    status = 1
    try:
        os.setsid()
        os.chdir(os.sep)
        null = os.open(os.devnull, os.O_RDWR)
        for standard, descriptor in enumerate((null, null, complain)):
            os.dup2(descriptor, standard)
        for descriptor in map(int, os.listdir("/proc/self/fd")):
            if descriptor > 2 and descriptor != link:
                with contextlib.suppress(OSError):  # the one that was listed with is closed already
                    os.close(descriptor)
        start.main([LEVELS, str(link), home])
        status = 0
    except BaseException:  # whatever it was: this process must end here
        traceback.print_exc()
    finally:
        os._exit(status)


def _take_up(known: dict[str, Any]) -> None:
    """Become the process that was called: as Python's own start would have it."""
    sys.argv, sys.orig_argv = known["argv"], known["orig_argv"]
    os.environ.clear()
    os.environ.update(known["environ"])
    time.tzset()
    site.ENABLE_USER_SITE = known["user_site"]
    site.main()
    sys.path[:] = known["path"]
    for name, form in known["streams"].items():
        getattr(sys, name).reconfigure(**form)
