"""Where in the student's source an exception was raised, and what stood there."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from types import FrameType, TracebackType
from typing import Any

from ..reading.source import Unit

Shape = tuple[int, ...]

# No axis has more digits: a longer number is in words of the student's own.
_SHAPE = re.compile(r"\((\d{1,18},(?: ?\d{1,18},)* ?\d{0,18}|)\)")
_MOST_FRAMES = 12


@dataclass(frozen=True, slots=True, eq=False)
class StudentFrame:
    """One frame of a student's function; ``span`` is the failing expression's columns."""

    unit: Unit
    line: int
    name: str
    span: tuple[int, int] | None
    frame: FrameType

    def expression(self) -> ast.expr | None:
        """Return the expression that raised, if it stands on one line."""
        text = self.unit.line(self.line)
        if text is None or self.span is None:
            return None
        try:
            return ast.parse(text[slice(*self.span)].strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return None

    def value(self, node: ast.expr) -> Any:
        """Return what a name, ``name.T`` or ``name['key']`` holds; None for anything else.

        Nothing is computed, so that nothing of the student's runs again.
        """
        if isinstance(node, ast.Name):
            return self.frame.f_locals.get(node.id, self.frame.f_globals.get(node.id))
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return getattr(self.value(node.value), "T", None)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            held = self.value(node.value)
            return held.get(node.slice.value) if type(held) is dict else None
        return None


def student_frames(error: BaseException, units: Mapping[str, Unit]) -> list[StudentFrame]:
    """Return the student's frames of a traceback, outermost first; the middle of many is cut."""
    found = []
    step = error.__traceback__
    while step is not None:
        unit = units.get(step.tb_frame.f_code.co_filename)
        if unit is not None:
            found.append(_frame(step, unit))
        step = step.tb_next
    half = _MOST_FRAMES // 2
    return found if len(found) <= _MOST_FRAMES else found[:half] + found[-half:]


def operand_shapes(error: BaseException, text: str, frame: StudentFrame | None) -> list[Shape]:
    """Return the shapes that did not fit: those that NumPy names, else those of the operands."""
    if not isinstance(error, ValueError):
        return []
    named = [_numbers(match) for match in _SHAPE.findall(text)]
    if named or frame is None or "matmul" not in text:
        return named
    shapes = [getattr(frame.value(node), "shape", None) for node in operands(frame.expression())]
    return [shape for shape in shapes if shape is not None] if None not in shapes else []


def operands(node: ast.expr | None) -> list[ast.expr]:
    """Return what ``a @ b``, ``np.dot(a, b)`` or ``a.dot(b)`` works on."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Call) and len(node.args) == 2:
        return list(node.args)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        return [node.func.value, node.args[0]]
    return []


def _frame(step: TracebackType, unit: Unit) -> StudentFrame:
    code = step.tb_frame.f_code
    where = next(islice(code.co_positions(), step.tb_lasti // 2, None), (None,) * 4)
    line, end_line, start, end = where
    span = None
    if line is not None and line == end_line and start is not None and end is not None:
        span = _columns(unit.line(line) or "", start, end)
    return StudentFrame(unit, step.tb_lineno, code.co_qualname, span, step.tb_frame)


def _columns(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Turn columns in UTF-8 bytes into columns in characters."""
    line = text.encode()
    if end > len(line):
        return None
    return len(line[:start].decode("utf-8", "replace")), len(line[:end].decode("utf-8", "replace"))


def _numbers(text: str) -> Shape:
    return tuple(int(part) for part in text.split(",") if part.strip())
