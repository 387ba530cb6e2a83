"""The grader starts anew as a process that knows nothing yet, and imports NumPy once for two.

The grader needs NumPy, and so does the process that student code runs in; to import it is most of
what either costs. A fork of the grader would have it for nothing, and the grader's arguments and
environment in its memory as well. So the grader lays these aside where only a descriptor leads,
starts anew without them (``execve``; it stays the same process), imports NumPy, and forks; only
then does it take up what it laid aside. The other half of this is the child's ``both.py``.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys

from gradcheck_grader import boot
from gradcheck_grader.errors import MachineError

GOES_ON = "gradcheck_grader.__main__"
"""Has the function ``go_on``, which is called when the grader has begun again."""

_SWITCHES = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")  # as good for both


def is_possible() -> bool:
    """Return whether the grader can start anew without being another for it.

    What somebody asked of Python, by an option, a variable or a tracer, would be lost. Nothing is
    won where NumPy is there already.
    """
    options = sys.orig_argv[1:2]
    asked = {name for name in os.environ if name.startswith(("PYTHON", "LD_"))}
    return (
        all((sys.stdin, sys.stdout, sys.stderr))  # a closed one's number would be the note's
        and sys.platform == "linux"
        and hasattr(os, "pidfd_open")
        and "numpy" not in sys.modules
        and (options == ["-m"] or not "".join(options).startswith("-"))
        and asked <= {*_SWITCHES, "LD_LIBRARY_PATH"}
        and sys.getfilesystemencoding() == "utf-8"
        and sys.gettrace() is None
        and sys.getprofile() is None
    )


def restart() -> None:
    """Start anew, and come back only if that cannot be done."""
    # The grader works without it, and says what is missing where it matters.
    with contextlib.suppress(OSError, ValueError, MachineError):
        home = boot.numpy_home()
        switches = {name: "1" for name in _SWITCHES if os.environ.get(name)}
        with open(os.memfd_create("grader", 0), "wb") as note:
            os.set_inheritable(note.fileno(), True)
            marshal.dump(what_is_known(), note)
            note.seek(0)
            words = boot.command("both", str(note.fileno()), home)
            os.execve(words[0], words, boot.environment() | switches)


def what_is_known() -> dict[str, object]:
    """Return what makes this process the grader that was called."""
    streams = {name: getattr(sys, name) for name in ("stdin", "stdout", "stderr")}
    return {
        "module": GOES_ON,
        "environ": dict(os.environ),
        "argv": sys.argv,
        "orig_argv": sys.orig_argv,
        "path": sys.path,
        "user_site": "site" in sys.modules and sys.modules["site"].ENABLE_USER_SITE,
        "streams": {
            name: {"encoding": stream.encoding, "errors": stream.errors}
            for name, stream in streams.items()
        },
    }
