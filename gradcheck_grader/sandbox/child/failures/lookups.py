"""What is looked up, or picked, and is not there: numbers, names and masks that do not fit."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..reading.definitions import Function
from ..reading.source import Unit
from .frames import StudentFrame

_Around = Sequence[tuple[Function, Unit]]
_KINDS: dict[type, str] = {tuple: "a tuple", list: "a list", dict: "a dict"}
_SHOWN = 60
_ATTRIBUTE = re.compile(r"'(tuple|list|dict)' object has no attribute '(\w+)'")


def say_named(text: str, last: StudentFrame, around: _Around) -> str | None:
    """Say of a tuple or a list that it is asked for a name, as a dict would be."""
    found = _looked_up(last)
    if found is None or "not str" not in text:
        return None
    node, held = found
    shown = ast.unparse(node.value)[:_SHOWN]
    return (
        f"`{shown}` is {_KINDS[type(held)]} of {_items(held)}, which have numbers and no names: "
        f"there is no `{ast.unparse(node)[:_SHOWN]}`."
    )


def say_number(text: str, last: StudentFrame, around: _Around) -> str | None:
    """Say which numbers the items of a tuple or a list have, where another one is asked for."""
    found = _looked_up(last)
    if found is None:
        return None
    node, held = found
    shown, asked = ast.unparse(node.value)[:_SHOWN], ast.unparse(node.slice)[:_SHOWN]
    if isinstance(node.value, ast.Attribute):
        shown = f"{shown}` is {held}: it"  # a shape is told with its numbers
        return f"`{shown} has {_items(held)}, and none with the number {asked}."
    number = last.value(node.slice)
    value = f", which is {number}" if type(number) is int else ""
    if not held:
        return f"`{shown}` is empty: it has no item `[{asked}]`."
    numbers = "number 0" if len(held) == 1 else f"numbers 0 to {len(held) - 1}"
    return f"`{shown}` has {_items(held)}, with the {numbers}; there is no `[{asked}]`{value}."


def say_mask(text: str, last: StudentFrame, around: _Around) -> str | None:
    """Say which shapes a mask and the array have that it picks from."""
    node = last.expression()
    if not isinstance(node, ast.Subscript):
        return None
    mask = node.slice
    operands = [mask.left, *mask.comparators] if isinstance(mask, ast.Compare) else [mask]
    array = last.value(node.value)
    masks = [value for one in operands if type(value := last.value(one)) is np.ndarray]
    if type(array) is not np.ndarray or len(masks) != 1:
        return None
    shapes = f"{array.shape} and {masks[0].shape}"
    return f"The shapes in `{ast.unparse(node)[:80]}` do not fit: {shapes}."


def say_text_and_number(text: str, last: StudentFrame, around: _Around) -> str | None:
    """Say that a number is added to text."""
    node = last.expression()
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
        return None
    shown = ast.unparse(node)[:_SHOWN]
    return f"`{shown}` adds text and a number: `str(...)` around the number makes text of it."


def say_no_array(text: str, last: StudentFrame, around: _Around) -> str | None:
    """Say of a tuple, a list or a dict that it is used as an array."""
    node, missing = last.expression(), _ATTRIBUTE.search(text)
    if not isinstance(node, ast.Attribute) or missing is None:
        return None
    held = last.value(node.value)
    if type(held) not in _KINDS or node.attr != missing[2] or not hasattr(np.ndarray, node.attr):
        return None
    shown, kind = ast.unparse(node.value)[:_SHOWN], _KINDS[type(held)]
    return f"`{shown}` is {kind} of {_items(held)} and no array: it has no `{node.attr}`."


def _looked_up(last: StudentFrame) -> tuple[ast.Subscript, Any] | None:
    """Return ``held[...]`` with the tuple or list that it looks into, if that raised."""
    node = last.expression()
    if not isinstance(node, ast.Subscript):
        return None
    held = last.value(node.value)
    if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
        array = last.value(node.value.value)
        held = array.shape if type(array) is np.ndarray else None
    return (node, held) if type(held) in (tuple, list) else None


def _items(held: Any) -> str:
    return "1 item" if len(held) == 1 else f"{len(held)} items"
