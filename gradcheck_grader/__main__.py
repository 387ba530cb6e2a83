"""The entry point: answers ``--version`` before anything heavy is imported."""

import gc
import os
import sys

from gradcheck_grader import __version__


def main() -> None:
    """Run the command line; exit codes are those of ``cli``."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"grader {__version__}")
        return
    # One thread is as fast on networks of this size, and starting more costs 50 ms.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    # What is imported stays: to look for garbage in it every now and then costs 20 ms.
    gc.set_threshold(100_000, 50, 100)
    from gradcheck_grader.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
