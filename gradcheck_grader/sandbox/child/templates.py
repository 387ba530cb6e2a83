"""Templates that were handed in as they were given out: ``None``, ``pass``, ``...``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from .definitions import FUNCTIONS, Function
from .tree import nodes

_PLACEHOLDER = re.compile(
    r"_{2,}$|_*(?:your_?\w*code|your_?answer|fill_?(?:me_?)?in|todo|placeholder|replace_?me|xxx+)",
    re.IGNORECASE,
)


def unfilled(function: Function) -> tuple[int, str] | None:
    """Return the first line of a function that still holds a placeholder, and its code."""
    body = [node for node in function.body if not _is_docstring(node)]
    if all(_does_nothing(node) for node in body):
        line = body[0].lineno if body else function.lineno
        return line, ast.unparse(body[0]) if body else "pass"
    parts = nodes(function)
    placed = _names_of_nothing(parts)
    if not placed:
        return None
    names = [node for node in parts if isinstance(node, ast.Name)]
    read = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    lines = [(line, f"{name} = {text}") for name, (line, text) in placed.items() if name in read]
    return min(lines, default=None)


def is_placeholder_name(name: str) -> bool:
    """Tell whether a name is one that a template asks to replace, such as ``YOUR_CODE_HERE``."""
    return _PLACEHOLDER.match(name) is not None


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _does_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        return node.exc is not None and "NotImplemented" in ast.unparse(node.exc)
    if isinstance(node, (ast.Expr, ast.Return)):
        return node.value is None or _is_nothing(node.value)
    return isinstance(node, ast.Pass)


def _is_nothing(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple):
        return bool(value.elts) and all(_is_nothing(item) for item in value.elts)
    return isinstance(value, ast.Constant) and value.value in (None, ...)


def _names_of_nothing(parts: Sequence[ast.AST]) -> dict[str, tuple[int, str]]:
    """Return the names that are never given anything but a placeholder, with the first line."""
    placed: dict[str, tuple[int, str]] = {}
    if not any(isinstance(node, ast.Assign) and _is_nothing(node.value) for node in parts):
        return placed
    empty: set[ast.expr] = set()
    filled: set[str] = set()
    for node in parts:
        if isinstance(node, ast.Assign) and _is_nothing(node.value):
            text = "..." if "..." in ast.unparse(node.value) else "None"
            for name in (name for target in node.targets for name in _names(target)):
                empty.add(name)
                placed.setdefault(name.id, (node.lineno, text))
        elif isinstance(node, ast.arg):
            filled.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in empty:
            # The walk is breadth first: an assignment comes before the names in it.
            filled.add(node.id)
    return {name: place for name, place in placed.items() if name not in filled}


def _names(target: ast.expr) -> Iterator[ast.Name]:
    if isinstance(target, ast.Name):
        yield target
    elif isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from _names(item)


def functions_in(tree: ast.AST) -> Iterator[Function]:
    """Yield every function of a tree, nested ones included."""
    yield from (node for node in nodes(tree) if isinstance(node, FUNCTIONS))
