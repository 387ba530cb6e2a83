"""The first lines of the process: NumPy imported once, one thread, then the job or the zygote."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import socket
import sys
import warnings
from collections.abc import Sequence
from functools import partial
from typing import Any

# Of what NumPy loads on first use, which works in a locked-down process as well, this has a state.
_LAZY = ("numpy.random",)
# What these would do in every fork is in vain, and a fiftieth of its time: ``random`` takes a new
# seed, where all are to have one, and ``threading`` forgets other threads, where there are none.
_HOOKED = ("random", "threading")
# These need libraries of the system, which are out of sight then.
_LINKED = ("zlib", "bz2", "lzma", "hashlib", "ctypes")


def main(arguments: list[str]) -> None:
    """Start as a process for one job, or as the zygote that forks one for each."""
    mode, descriptor, home, *modules = arguments
    gc.disable()  # what is imported stays: there is no garbage in it to look for
    warm(home, modules)
    # Our own modules are cached like any other's: compiling them anew would cost each start 30 ms.
    from . import worker  # noqa: F401

    gc.enable()
    sys.dont_write_bytecode = True
    if mode == "process":
        _serve_once(descriptor)
    else:
        _serve_many(int(descriptor), mode.split(","), modules)


def warm(home: str, modules: list[str]) -> None:
    """Import NumPy and the assignment's modules from ``home``, and leave no way to its neighbours.

    ``home`` is the site-packages directory that NumPy lives in; everything else there (the grader
    may be there too) is nobody's business.
    """
    import_without_hooks()
    import_from(home, modules)
    for name in _LINKED:
        with contextlib.suppress(ImportError):  # not every Python is built with all of them
            importlib.import_module(name)
    # One state of each generator, so that a report can be made again byte for byte.
    sys.modules["numpy.random"].seed(0)
    sys.modules["random"].seed(0)
    # An invalid escape in a text, a division by zero: nobody reads what is said of them here.
    warnings.simplefilter("ignore")


def import_from(home: str, modules: Sequence[str] = ()) -> None:
    """Import NumPy and ``modules`` from ``home``, which is no place to import from afterwards."""
    sys.path.append(home)
    for name in ("numpy", *_LAZY, *modules):
        importlib.import_module(name)
    sys.path.remove(home)
    importlib.invalidate_caches()


def import_without_hooks() -> list[dict[str, Any]]:
    """Import the modules that would have something done after a fork, and keep them from it.

    Return what was kept from being registered.
    """
    kept: list[dict[str, Any]] = []
    hook = getattr(os, "register_at_fork", None)
    if hook is not None:  # Windows has no fork
        os.register_at_fork = lambda **what: kept.append(what)
    for name in _HOOKED:
        importlib.import_module(name)
    if hook is not None:
        os.register_at_fork = hook
    return kept


def _serve_once(descriptor: str) -> None:
    from . import wire, worker
    from .lockdown import confine

    if sys.platform == "win32":
        link = socket.fromshare(sys.stdin.buffer.read())
        connection = wire.Connection(link.recv, link.send)
    else:
        confine.move_link(int(descriptor))
        connection = wire.Connection(
            partial(os.read, confine.LINK), partial(os.write, confine.LINK)
        )
    _, _, payload = connection.receive()
    worker.serve(connection, confine.process, wire.unpack(payload), worker.Prepared())


def _serve_many(descriptor: int, levels: list[str], modules: list[str]) -> None:
    from . import zygote
    from .lockdown import view

    zygote.start(socket.socket(fileno=descriptor), levels, view.view(modules))
