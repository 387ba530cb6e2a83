"""The placeholder, or the forgotten return, behind a value that is no number."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from ..facts import Facts, note
from ..reading.definitions import Function
from ..reading.source import Unit
from ..reading.templates import functions_in, unfilled, value_is_missing
from ..reading.tree import nodes
from .frames import StudentFrame


def say_unfinished(frames: Sequence[StudentFrame], units: Mapping[str, Unit]) -> Facts | None:
    """Return a note of what is unfinished around a traceback's frames, or is called there."""
    here = [found for frame in reversed(frames) for found in around(frame)]
    called = [found for function, _ in here for found in _called_by(function, units)]
    for function, unit in [*here, *called]:
        blank = unfilled(function, nodes(function))
        if blank is not None:
            message = f"`{blank[1]}` in {unit.where(blank[0])} is not filled in."
            return note("not-filled-in", message)
    for function, unit in called:
        if value_is_missing(function):
            where = unit.where(function.lineno)
            return note("no-return", f"`{function.name}`, {where}, has no `return` with a value.")
    return None


def around(frame: StudentFrame) -> Iterator[tuple[Function, Unit]]:
    """Yield the functions that a frame stands in."""
    for function in functions_in(frame.unit.tree):
        if function.lineno <= frame.line <= (function.end_lineno or 0):
            yield function, frame.unit


def _called_by(function: Function, units: Mapping[str, Unit]) -> Iterator[tuple[Function, Unit]]:
    """Yield the functions of the files whose value a function uses."""
    parts = nodes(function)
    unused = {id(node.value) for node in parts.of(ast.Expr)}
    calls = [node for node in parts.of(ast.Call) if id(node) not in unused]
    names = {getattr(c.func, "id", None) or getattr(c.func, "attr", "") for c in calls}
    for unit in units.values():
        defined = functions_in(unit.tree)
        last = {other.name: other for other in defined if other.name in names}
        yield from ((other, unit) for other in last.values() if other is not function)
