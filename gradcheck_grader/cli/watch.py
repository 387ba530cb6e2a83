"""``grader check --watch``: the file graded again at each save, on one screen."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TextIO

from gradcheck_grader.check import Checker
from gradcheck_grader.errors import GraderError, MachineError, visible
from gradcheck_grader.models import GradeReport
from gradcheck_grader.only import only
from gradcheck_grader.reports import compact
from gradcheck_grader.reports.style import style_for
from gradcheck_grader.reports.typed import with_path
from gradcheck_grader.sandbox.process import Process
from gradcheck_grader.seeds import draw_seed
from gradcheck_grader.settings import Settings
from gradcheck_grader.watch import saves, stamp

CLEAR = "\x1b[2J\x1b[H"
WAITING = "  Waiting for changes. Press Ctrl+C to stop."


def watch(
    path: Path,
    options: Settings,
    limits: Mapping[str, float | None],
    wanted: Sequence[str],
    begun: Process | None = None,
) -> None:
    """Grade a path at each save until Ctrl+C, with the same networks all the time.

    Raises
    ------
    GraderError
        If there is nothing to watch, or the options do not fit; what goes wrong later is shown.
    """
    options = replace(options, seed=draw_seed() if options.seed is None else options.seed)
    before: GradeReport | None = None
    with Checker(options.isolation, limits, begun) as checker:
        try:
            for event in saves(partial(stamp, _there(path)), time.sleep):
                if event == "gone":
                    _show(f"{visible(str(path))} is gone. Is it being renamed?\n", sys.stdout)
                    continue
                before = _round(checker, path, options, wanted, before)
        except KeyboardInterrupt:
            print()


def _there(path: Path) -> Path:
    if not os.path.exists(path):
        from gradcheck_grader.submission import read_submission

        read_submission(path)  # raises, and says what may have been meant
    return path


def _round(
    checker: Checker,
    path: Path,
    options: Settings,
    wanted: Sequence[str],
    before: GradeReport | None,
) -> GradeReport | None:
    """Grade once and show it; return what the next round is compared with."""
    began = time.perf_counter()
    if sys.stdout.isatty():  # a program that hangs takes its whole time
        print("  Checking ...", end="\r", flush=True)
    try:
        report = only(checker.check(path, options).report, wanted)
    except MachineError as error:
        checker.close()
        _show(failed(path, error), sys.stdout)
        return before
    except GraderError as error:
        if before is None:
            raise
        _show(failed(path, error), sys.stdout)
        return before
    when = f"{_saved(path)}, checked in {time.perf_counter() - began:.2f} s"
    style = style_for(sys.stdout, options.color)
    _show(compact.render(with_path(report, path), style, when, before), sys.stdout)
    return report if report.status == "graded" else before


def failed(path: Path, error: GraderError) -> str:
    """Return what is shown instead of a report; a terminal obeys nothing in it."""
    return f"{visible(path.name)}  {_saved(path)}\n\n{error}\n"


def _saved(path: Path) -> str:
    try:
        moment = time.localtime(os.stat(path).st_mtime)
    except OSError:
        return "gone since"
    return f"saved {time.strftime('%H:%M:%S', moment)}"


def _show(text: str, stream: TextIO) -> None:
    """Show one screen; what was there is cleared on a terminal, and kept anywhere else."""
    clears = stream.isatty() and os.environ.get("TERM") != "dumb"
    start, end = (CLEAR, "") if clears else ("", "\n")
    stream.write(f"{start}{text}\n{WAITING}\n{end}")
    stream.flush()
