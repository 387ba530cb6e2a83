"""Asking what code looks like, to hold it beside other code; it is read in the child alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck_grader.sandbox.child.marks import (
    LONGEST_LINE,
    MARKS,
    MOST_LINES,
    MOST_MARKS,
    MOST_UNITS,
)
from gradcheck_grader.sandbox.client import Sandbox
from gradcheck_grader.sandbox.job import Call, File, Job, Limits, Problem, Returned, Target
from gradcheck_grader.sandbox.text import clean_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMITS = Limits(seconds=3.0, items=40_000, depth=6)
LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class Unit:
    """A file, or a code cell of a notebook (0: none), and its lines as text to be shown."""

    path: str
    cell: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What code looks like: rows of hash, place in ``units``, first line, last line."""

    units: tuple[Unit, ...]
    rows: NDArray[np.int64]


def read_marks(sandbox: Sandbox, files: tuple[File, ...], main: str | None) -> Marks | Problem:
    """Ask in a confined process; a submission that cannot be read has a problem instead.

    Raises
    ------
    MachineError
        If the sandbox cannot do its work.
    """
    target = Target((), ("functions", "orders", "values"), main=main, survey=True)
    result = sandbox.run(Job(files, target, (Call(([MARKS], [], {})),), LIMITS))
    if result.problem is not None:
        return result.problem
    outcome = result.outcomes[0]
    if not isinstance(outcome, Returned):
        return outcome
    return _strictly(outcome.value)


def _strictly(value: Any) -> Marks | Problem:
    """Return the marks if they are such; what a child says is never trusted."""
    nonsense = Problem("protocol", "Its process said nothing that could be made sense of.")
    if type(value) is not tuple or len(value) != 2:
        return nonsense
    shown, rows = value
    if type(shown) is not list or len(shown) > MOST_UNITS or not _are_rows(rows, len(shown)):
        return nonsense
    units = [unit for item in shown if (unit := _unit(item)) is not None]
    return Marks(tuple(units), rows) if len(units) == len(shown) else nonsense


def _are_rows(rows: Any, units: int) -> bool:
    if type(rows) is not np.ndarray or rows.dtype != np.int64 or rows.ndim != 2:
        return False
    if rows.shape[1] != 4 or len(rows) > MOST_MARKS:
        return False
    hashes, places, first, last = rows.T
    in_order = (first >= 1) & (last >= first)
    return bool(((hashes >= 0) & (places >= 0) & (places < units) & in_order).all())


def _unit(item: Any) -> Unit | None:
    if type(item) is not tuple or len(item) != 3:
        return None
    path, cell, lines = item
    if type(path) is not str or type(cell) is not int or type(lines) is not list:
        return None
    if cell < 0 or len(lines) > MOST_LINES or not all(type(line) is str for line in lines):
        return None
    return Unit(clean_line(path, LONGEST_PATH), cell, tuple(map(_shown, lines)))


def _shown(line: str) -> str:
    """Return a line as it may be shown, its indentation kept."""
    indent = len(line) - len(line.lstrip(" \t"))
    return " " * min(indent, 40) + clean_line(line, LONGEST_LINE)
