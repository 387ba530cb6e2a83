"""Slips of the pen that Python tells in words of its own: what to write instead."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TypeAlias

from ..reading.anatomy import lone_commas, only_compared
from ..reading.definitions import Function
from ..reading.source import Unit
from ..reading.tree import nodes
from .frames import StudentFrame
from .lookups import say_mask, say_named, say_no_array, say_number, say_text_and_number
from .operand_slips import say_method, say_shape, say_whole_numbers

Around: TypeAlias = Sequence[tuple[Function, Unit]]

_WAITING = frozenset(("breakpoint", "set_trace"))


def say_slip(error: BaseException, text: str, last: StudentFrame, around: Around) -> str | None:
    """Return what is behind an exception, if it is one of these slips."""
    for mark, say in _SLIPS:
        if mark in text or mark == type(error).__name__:
            said = say(text, last, around)
            if said is not None:
                return said
    return None


def _comma(text: str, last: StudentFrame, around: Around) -> str | None:
    """Say which comma has made a tuple of what was to be a value."""
    node = last.expression()
    read = {ast.unparse(part) for part in ast.walk(node)} if node is not None else None
    for function, unit in around:
        for name, line in lone_commas(nodes(function), unit.text).items():
            if read is None or name in read:
                return f"`{name}` is a tuple, by the comma at the end of {unit.where(line)}."
    return None


def _called_number(text: str, last: StudentFrame, around: Around) -> str | None:
    shown = _called(last)
    if shown is None:
        return None
    return f"`{shown}` is a number, and `(` after it calls it: is a `*` missing?"


def _called_array(text: str, last: StudentFrame, around: Around) -> str | None:
    shown = _called(last)
    if shown is None:
        return None
    if shown.endswith(".T"):
        return f"`{shown}` is an array, not a function: write it without `()`."
    return f"`{shown}` is an array, and `(` after it calls it: is a `*` missing, or is `[` meant?"


def _called_tuple(text: str, last: StudentFrame, around: Around) -> str | None:
    shown = _called(last)
    if shown is None or not shown.endswith(".shape"):
        return None
    return f"`{shown}` is a tuple, not a function: write `{shown}[1]` for its second number."


def _called(last: StudentFrame) -> str | None:
    node = last.expression()
    return ast.unparse(node.func)[:60] if isinstance(node, ast.Call) else None


def _power(text: str, last: StudentFrame, around: Around) -> str | None:
    node = last.expression()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
        return f"`^` in `{ast.unparse(node)[:60]}` is no power in Python: a power is `**`."
    return None


def _debugger(text: str, last: StudentFrame, around: Around) -> str | None:
    for function, unit in around:
        for node in nodes(function).of(ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            if name in _WAITING:
                shown, where = ast.unparse(node), unit.where(node.lineno)
                return f"`{shown}` in {where} waits for somebody to type: remove it."
    return None


def _sizes(text: str, last: StudentFrame, around: Around) -> str | None:
    """Say of an assertion about sizes that ours are others in each network."""
    for function, _ in around:
        for node in nodes(function).of(ast.Assert):
            if node.lineno == last.line and _is_of_sizes(node):
                shown = ast.unparse(node.test)[:60]
                return f"`{shown}` does not hold: the sizes are others in each network."
    return None


def _is_of_sizes(node: ast.Assert) -> bool:
    """Tell whether an assertion compares a shape with numbers that are written down."""
    test = node.test
    if not isinstance(test, ast.Compare):
        return False
    if not any(part.attr == "shape" for part in nodes(test).of(ast.Attribute)):
        return False
    parts = [part for side in (test.left, *test.comparators) for part in _sides(side)]
    return any(isinstance(part, ast.Constant) and part.value not in (0, 1) for part in parts)


def _sides(side: ast.expr) -> list[ast.expr]:
    return list(side.elts) if isinstance(side, (ast.Tuple, ast.List)) else [side]


def _compared(text: str, last: StudentFrame, around: Around) -> str | None:
    """Say of a name without a value that `==` compares and sets nothing."""
    for function, unit in around:
        for test in only_compared(nodes(function)):
            name = ast.unparse(test.left)
            if f"'{name}'" in text:
                return f"`{name} ==` in {unit.where(test.lineno)} only compares: `=` gives a value."
    return None


Say: TypeAlias = Callable[[str, StudentFrame, Around], str | None]
# What Python says, or the exception: what to say.
_SLIPS: tuple[tuple[str, Say], ...] = (
    ("tuple", _comma),
    ("tuple", say_shape),
    ("broadcast", say_shape),
    ("method", say_method),
    ("enough dimensions", say_method),
    ("indices must be integers", say_named),
    ("index out of range", say_number),
    ("boolean index did not match", say_mask),
    ("can only concatenate str", say_text_and_number),
    ("for +: 'int' and 'str'", say_text_and_number),
    ("object has no attribute", say_no_array),
    ("Cannot cast ufunc", say_whole_numbers),
    ("'int' object is not callable", _called_number),
    ("'float' object is not callable", _called_number),
    ("'numpy.float64' object is not callable", _called_number),
    ("'numpy.ndarray' object is not callable", _called_array),
    ("'tuple' object is not callable", _called_tuple),
    ("bitwise_xor", _power),
    ("for ^", _power),
    ("BdbQuit", _debugger),
    ("AssertionError", _sizes),
    ("NameError", _compared),
    ("UnboundLocalError", _compared),
)
