"""How a process starts that student code is to run in: its command, and an environment of its own.

Nothing heavy is imported here: the grader's own first lines need it.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from gradcheck_grader.errors import MachineError

CHILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sandbox", "child")

# The folder becomes the package ``child``; nothing above it is importable.
_BOOT = """
import importlib.util, sys
home, sys.argv = sys.argv[1], sys.argv[1:]
spec = importlib.util.spec_from_file_location(
    "child", home + "/__init__.py", submodule_search_locations=[home])
sys.modules["child"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["child"])
importlib.import_module("child." + sys.argv[1]).main(sys.argv[2:])
"""

ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Has BLAS start no other: a second one would not survive a fork, and would blur the CPU clock."""

_ENVIRONMENT = ONE_THREAD | {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "HOME": "/",
}
# What Windows starts nothing without, and where a Python that was moved finds its own library.
_FROM_PARENT = ("SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH")


def command(module: str, *arguments: str) -> list[str]:
    """Return the command that starts it, with the arguments of ``main`` in that module of it."""
    return [sys.executable, "-P", "-s", "-S", "-c", _BOOT, CHILD, module, *arguments]


def environment() -> dict[str, str]:
    """Return its environment: nothing of the grader's own but what the system needs."""
    return _ENVIRONMENT | {name: os.environ[name] for name in _FROM_PARENT if name in os.environ}


def numpy_home() -> str:
    """Return the directory that NumPy is installed in, without importing it.

    Raises
    ------
    MachineError
        If it is not installed.
    """
    spec = find_spec("numpy")
    if spec is None or spec.origin is None:
        raise MachineError("NumPy is not installed", where=sys.executable)
    return os.path.dirname(os.path.dirname(spec.origin))
