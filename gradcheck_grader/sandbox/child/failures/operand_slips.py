"""Operands that are no numbers: a whole shape, a method without its brackets, whole numbers."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from types import BuiltinMethodType
from typing import Any, TypeGuard

import numpy as np

from ..reading.definitions import Function
from ..reading.source import Unit
from ..reading.tree import nodes
from .frames import StudentFrame


def say_shape(text: str, last: StudentFrame, around: Sequence[tuple[Function, Unit]]) -> str | None:
    """Say that a name holds a whole shape where one of its numbers is meant."""
    taken = {
        part.targets[0].id: ast.unparse(part.value)
        for function, _ in around
        for part in nodes(function).of(ast.Assign)
        if isinstance(part.targets[0], ast.Name)
        and isinstance(part.value, ast.Attribute)
        and part.value.attr == "shape"
    }
    sums = [node for node in _parts(last) if isinstance(node, ast.BinOp)]
    for node in (side for one in sums for side in (one.left, one.right)):
        if (whole := _taken_whole(node, last)) is not None:
            return whole
        shape = last.value(node)
        if isinstance(node, ast.Name) and node.id in taken and _is_shape(shape):
            source = taken[node.id]
            numbers = " or ".join(f"`{source}[{place}]`" for place in range(len(shape)))
            return (
                f"`{node.id}` is all of `{source}`, {shape}, where one number is meant: {numbers}?"
            )
    return None


def say_method(
    text: str, last: StudentFrame, around: Sequence[tuple[Function, Unit]]
) -> str | None:
    """Say that a method of an array is not called."""
    parts = _parts(last)
    called = {id(node.func) for node in parts if isinstance(node, ast.Call)}
    for node in (part for part in parts if id(part) not in called):
        if isinstance(node, ast.Attribute):
            owner = last.value(node.value)
            if type(owner) is np.ndarray and callable(getattr(np.ndarray, node.attr, None)):
                shown = ast.unparse(node)[:60]
                return f"`{shown}` is a method that is not called: are its brackets missing?"
        held = last.value(node) if isinstance(node, ast.Name) else None
        if isinstance(held, BuiltinMethodType) and type(held.__self__) is np.ndarray:
            return (
                f"`{ast.unparse(node)}` is the method `{held.__name__}` of an array, which is not "
                "called: are its brackets missing?"
            )
    return None


def say_whole_numbers(
    text: str, last: StudentFrame, around: Sequence[tuple[Function, Unit]]
) -> str | None:
    """Say that an array of whole numbers cannot take in what is added to it."""
    if "to dtype('int" not in text and "to dtype('uint" not in text:
        return None
    for node in nodes(last.unit.tree).of(ast.AugAssign):
        if node.lineno == last.line:
            shown = ast.unparse(node.target)[:60]
            return (
                f"`{shown}` is an array of whole numbers, which cannot take in other ones. How is "
                "it made, and with which dtype?"
            )
    return None


def _parts(last: StudentFrame) -> list[ast.AST]:
    """Return everything in the expression that raised."""
    node = last.expression()
    return [] if node is None else list(ast.walk(node))


def _taken_whole(node: ast.expr, last: StudentFrame) -> str | None:
    """Say of ``X.shape`` or ``np.shape(X)`` that one of its numbers is meant."""
    array: ast.expr | None = None
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        array = node.value
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.shape", "numpy.shape"):
        array = node.args[0] if node.args else None
    held = last.value(array) if array is not None else None
    if type(held) is not np.ndarray or not _is_shape(held.shape):
        return None
    shape = held.shape
    shown = ast.unparse(node)[:60]
    numbers = " or ".join(f"`{shown}[{place}]`" for place in range(len(shape)))
    return f"`{shown}` is a whole shape, {shape}, where one number is meant: {numbers}?"


def _is_shape(value: Any) -> TypeGuard[tuple[int, ...]]:
    return type(value) is tuple and len(value) > 0 and all(type(size) is int for size in value)
