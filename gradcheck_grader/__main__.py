"""The entry point: answers ``--version`` before anything heavy is imported."""

import gc
import os
import sys
from typing import Any

from gradcheck_grader import __version__

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
RUNS_STUDENT_CODE = "check"


def main() -> None:
    """Run the command line; exit codes are those of ``cli``."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"grader {__version__}")
        return
    # One thread is as fast on networks of this size, and starting more costs 50 ms.
    for name in THREADS:
        os.environ.setdefault(name, "1")
    if sys.argv[1:2] == [RUNS_STUDENT_CODE] and not {"--help", "-h"} & set(sys.argv):
        from gradcheck_grader import restart

        if restart.is_possible():
            restart.restart()
    go_on()


def go_on(*child: Any) -> None:
    """Run the command line; ``child`` is what has begun together with the grader."""
    # What is imported stays: to look for garbage in it every now and then costs 20 ms.
    gc.set_threshold(100_000, 50, 100)
    gc.enable()
    from gradcheck_grader.cli import run

    if not child:
        sys.exit(run())
    from gradcheck_grader.sandbox.process import begun

    process = begun(*child)
    try:
        sys.exit(run(begun=process))
    finally:
        process.close()


if __name__ == "__main__":
    main()
