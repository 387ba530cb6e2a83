"""The entry point: answers ``--version`` before anything else is imported."""

from __future__ import annotations

import gc
import os
import sys

from gradcheck_grader import __version__

TYPE_CHECKING = False  # as in typing, which takes longer to import than the answer
if TYPE_CHECKING:
    from typing import Any


def main() -> None:
    """Run the command line; exit codes are those of ``cli``."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"grader {__version__}")
        return
    try:
        _start()
    except KeyboardInterrupt:  # until it runs a command, which answers for that
        from gradcheck_grader.errors import FAULT

        print("stopped", file=sys.stderr)
        sys.exit(FAULT)


def _start() -> None:
    """Import what is needed, in the way that costs least, and go on."""
    from gradcheck_grader import boot

    # One thread is as fast on networks of this size, and starting more costs 50 ms.
    os.environ.update(boot.ONE_THREAD | os.environ)
    if sys.argv[1:2] == ["check"] and not {"--help", "-h"} & set(sys.argv):
        from gradcheck_grader import restart

        if restart.is_possible():
            restart.restart()
    go_on()


def go_on(*child: Any) -> None:
    """Run the command line; ``child`` is what has begun together with the grader."""
    # What is imported stays: to look for garbage in it every now and then costs 20 ms.
    gc.set_threshold(100_000, 50, 100)
    gc.enable()
    _open_what_is_closed()
    from gradcheck_grader.cli import run

    if not child:
        code = _flushed(run())
        gc.freeze()  # nor at the end
        sys.exit(code)
    from gradcheck_grader.sandbox.process import begun

    process = begun(*child)
    try:
        code = run(begun=process)
    finally:
        process.close()
    # To take everything apart before the end is a fifth of a check; nobody looks, or `restart` had
    # not been possible.
    os._exit(_flushed(code))


def _open_what_is_closed() -> None:
    """Have what is written to a stream that was closed from the start go nowhere."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            # Lowest number first: each gets the descriptor that is missing.
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _flushed(code: int) -> int:
    """Write what is printed and not written yet; return the exit code that is right then."""
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except BrokenPipeError:  # whoever reads has read enough
        _say_no_more()
    except OSError as error:
        from contextlib import suppress

        from gradcheck_grader.errors import FAULT

        with suppress(OSError):
            os.write(2, f"error: the output could not be written: {error.strerror}\n".encode())
        _say_no_more()
        return FAULT
    return code


def _say_no_more() -> None:
    """Let what is left be written to nowhere, or Python would try again, and complain."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


if __name__ == "__main__":
    main()
