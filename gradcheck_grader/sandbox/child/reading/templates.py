"""Templates that were handed in as they were given out: ``None``, ``pass``, ``...``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from .definitions import FUNCTIONS, Function
from .tree import Parts, nodes, own_nodes

_PLACEHOLDER = re.compile(
    r"_{2,}$|_*(?:your_?\w*code|your_?answer|fill_?(?:me_?)?in|todo|placeholder|replace_?me|xxx+)",
    re.IGNORECASE,
)
_GRADIENT = re.compile(r"d?_?[wb]_?\d*", re.IGNORECASE)


def unfilled(function: Function, parts: Parts) -> tuple[int, str] | None:
    """Return the first line of a function that still holds a placeholder, and its code.

    ``parts`` are all nodes of the function.
    """
    if is_empty(function):
        body = [node for node in function.body if not _is_docstring(node)]
        line = body[0].lineno if body else function.lineno
        return line, ast.unparse(body[0]) if body else "pass"
    placed = _names_of_nothing(parts)
    slots = _entries_of_nothing(parts)
    if not placed:
        return min(slots, default=None)
    read = {name.id for name in parts.of(ast.Name) if isinstance(name.ctx, ast.Load)}
    lines = [(line, f"{name} = {text}") for name, (line, text) in placed.items() if name in read]
    return min([*lines, *slots], default=None)


def is_empty(function: Function) -> bool:
    """Tell whether a function does nothing."""
    return all(_is_docstring(node) or _does_nothing(node) for node in function.body)


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


def _names_of_nothing(parts: Parts) -> dict[str, tuple[int, str]]:
    """Return the names that are never given anything but a placeholder, with the first line."""
    placed: dict[str, tuple[int, str]] = {}
    if not any(_is_nothing(node.value) for node in parts.of(ast.Assign)):
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


def _entries_of_nothing(parts: Parts) -> list[tuple[int, str]]:
    """Return the lines that put a placeholder under a gradient's key, where nothing else comes."""
    empty = [node for node in parts.of(ast.Assign) if _is_nothing(node.value)]
    slots = {id(target): target for node in empty for target in map(_slot, node.targets) if target}
    if not slots:
        return []
    others = [
        node
        for node in parts.of(ast.Subscript)
        if isinstance(node.ctx, ast.Store) and id(node) not in slots
    ]
    given_away = {ast.unparse(node) for node in _handed_on(parts)}
    found = []
    for node in empty:
        for target in filter(None, map(_slot, node.targets)):
            holder = ast.unparse(target.value)
            if holder in given_away or any(_may_fill(other, target) for other in others):
                continue
            found.append((node.lineno, ast.unparse(node)))
    return found


def _slot(target: ast.expr) -> ast.Subscript | None:
    """Return ``grads["dW1"]`` or ``grads[f"db{layer}"]``; None for what holds no gradient."""
    if not isinstance(target, ast.Subscript):
        return None
    key = "".join(
        part.value
        for part in ast.walk(target.slice)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    return target if _GRADIENT.fullmatch(key) else None


def _may_fill(other: ast.Subscript, slot: ast.Subscript) -> bool:
    """Tell whether another assignment may be to the same entry: one of the same key, or any key."""
    if ast.unparse(other.value) != ast.unparse(slot.value):
        return False
    both_known = isinstance(other.slice, ast.Constant) and isinstance(slot.slice, ast.Constant)
    return not both_known or ast.unparse(other.slice) == ast.unparse(slot.slice)


def _handed_on(parts: Parts) -> Iterator[ast.expr]:
    """Yield what is passed to a call, or whose method is called: others may fill it."""
    for node in parts.of(ast.Call):
        yield from node.args
        yield from (keyword.value for keyword in node.keywords)
        if isinstance(node.func, ast.Attribute):
            yield node.func.value


def value_is_missing(function: Function) -> bool:
    """Tell whether no ``return`` of a function has a value."""
    if any(isinstance(node, ast.Return) and node.value for node in function.body):
        return False  # nearly always, and without looking at every node
    own = own_nodes(function)
    gives = (ast.Yield, ast.YieldFrom, ast.Raise)
    return not any(isinstance(node, gives) for node in own) and all(
        node.value is None for node in own if isinstance(node, ast.Return)
    )


def printed_last(function: Function) -> str | None:
    """Return the name that a function prints in its last line, where it might return it."""
    printed = _printed(function)
    only = printed[0] if len(printed) == 1 else None
    return only.id if isinstance(only, ast.Name) else None


def ends_by_printing(function: Function) -> bool:
    """Tell whether a function ends by printing values that have names."""
    values = (part for item in _printed(function) for part in ast.walk(item))
    return any(isinstance(part, ast.Name) for part in values)


def _printed(function: Function) -> Sequence[ast.expr]:
    """Return what a function prints in its last line; nothing if that does not print."""
    last = function.body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return ()
    return call.args if call.func.id == "print" else ()


def _names(target: ast.expr) -> Iterator[ast.Name]:
    if isinstance(target, ast.Name):
        yield target
    elif isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from _names(item)


def functions_in(tree: ast.AST) -> Iterator[Function]:
    """Yield every function of a tree, nested ones included."""
    yield from (node for node in nodes(tree) if isinstance(node, FUNCTIONS))
