"""Facts about a function's source: its parameters, the keys that it addresses, what it unpacks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ..facts import Facts
from .definitions import Function
from .layout import layout_votes
from .tree import Parts, is_static, nodes, own_nodes

_MOST = 200  # keys of one function
_LONGEST = 40  # characters of a key; longer texts are no keys
_LOOPS = (ast.For, ast.While, ast.ListComp, ast.DictComp, ast.GeneratorExp)
# What is a text or reads by one; all else in a function is gone past at once.
_KEYED = frozenset((ast.Subscript, ast.Call, ast.Constant, ast.JoinedStr, ast.BinOp))
_HOLE = re.compile(r"%[sd]|\{[^{}]*\}")


def anatomy(function: Function, owner: str | None) -> Facts:
    """Return what a reader sees of a function without understanding its formulas.

    ``keys`` are pairs of a holder and a key, ``cache["A1"]``; a key with ``{}`` is one that is
    made of a number, ``f"W{layer}"``; the holder of a text that stands elsewhere is empty.
    ``unpacks`` are pairs of a holder and the names that its items get; of holders ``counted_in``
    items are taken by number. ``layout`` is what speaks for examples in rows, and in columns.
    """
    parts = nodes(function)
    keys = dict.fromkeys(addressed_keys(parts))
    return {
        "name": function.name,
        "owner": owner,
        "line": function.lineno,
        "parameters": written_parameters(function, owner),
        "keys": list(keys)[:_MOST],
        "unpacks": list(_unpacks(parts))[:_MOST],
        "counted_in": list(dict.fromkeys(_counted_in(parts)))[:_MOST],
        "uses": list(dict.fromkeys(_uses(parts)))[:_MOST],
        "loops": any(isinstance(node, _LOOPS) for node in parts),
        "layout": layout_votes(parts),
    }


def written_parameters(function: Function, owner: str | None) -> list[tuple[str, str]]:
    """Return name and kind of each parameter: required, optional, keyword, args or kwargs."""
    written = function.args
    ordered = [*written.posonlyargs, *written.args]
    required = len(ordered) - len(written.defaults)
    found = [
        (argument.arg, "required" if place < required else "optional")
        for place, argument in enumerate(ordered)
    ]
    static = any(map(is_static, function.decorator_list))
    if found and (found[0][0] == "self" or (owner is not None and not static)):
        del found[0]
    if written.vararg is not None:
        found.append((written.vararg.arg, "args"))
    for argument, default in zip(written.kwonlyargs, written.kw_defaults, strict=True):
        found.append((argument.arg, "keyword" if default is None else "optional"))
    if written.kwarg is not None:
        found.append((written.kwarg.arg, "kwargs"))
    return found


def addressed_keys(parts: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield holder and key for each text that may be one, ``{}`` for a number that is put in.

    ``parts`` are all nodes of a function, breadth first.
    """
    # Outer nodes come before inner ones, so the holder of a key is met before the key itself.
    seen: set[int] = set()
    for node in parts:
        if type(node) not in _KEYED:
            continue
        holder, key = _addressed(node)
        text = None if key is None or id(key) in seen else _text(key)
        if key is not None and text is not None:
            seen.update(map(id, nodes(key)))
            if 0 < len(text) <= _LONGEST:
                yield holder, text


def by_holder(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the keys that are read from each holder."""
    read: dict[str, list[str]] = {}
    for holder, key in keys:
        read.setdefault(holder, []).append(key)
    return read


def _addressed(node: ast.AST) -> tuple[str, ast.expr | None]:
    """Return the holder that a node reads from, and the expression of the key."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        return _holder(node.value), node.slice
    if isinstance(node, ast.Call) and _is_lookup(node):
        return _holder(node.func), node.args[0]
    return "", node if isinstance(node, ast.expr) else None


def _is_lookup(node: ast.Call) -> bool:
    """Tell whether a call is ``cache.get("A1")``."""
    function = node.func
    return (
        isinstance(function, ast.Attribute) and function.attr in ("get", "pop") and bool(node.args)
    )


def _holder(node: ast.expr) -> str:
    """Return the name of a container: ``cache`` of ``cache``, ``self.cache``, ``cache.get``."""
    if isinstance(node, ast.Attribute) and node.attr in ("get", "pop"):
        node = node.value
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.expr) -> str | None:
    """Return a text, with ``{}`` where something is put in; None for what is no text."""
    if isinstance(node, ast.Constant):
        return _HOLE.sub("{}", node.value) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None and right is None else f"{left or '{}'}{right or '{}'}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _text(node.left)
    return None


def _unpacks(parts: Parts) -> Iterator[tuple[str, list[str]]]:
    for node in parts.of(ast.Assign):
        for target in node.targets if _holder(node.value) else ():
            if isinstance(target, (ast.Tuple, ast.List)):
                yield _holder(node.value), [_item(item) for item in target.elts[:_MOST]]


def _counted_in(parts: Parts) -> Iterator[str]:
    """Yield the names of which an item is taken by a number that is written or reckoned.

    Not of those that the function sets itself: ``cache = list(cache.values())``.
    """
    own = {part.id for part in parts.of(ast.Name) if isinstance(part.ctx, ast.Store)}
    for node in parts.of(ast.Subscript):
        index = node.slice.operand if isinstance(node.slice, ast.UnaryOp) else node.slice
        last = index.right if isinstance(index, ast.BinOp) else index
        is_number = isinstance(last, ast.Constant) and type(last.value) is int
        if is_number and (holder := _holder(node.value)) and holder not in own:
            yield holder


def returned_names(function: Function) -> tuple[str, ...] | None:
    """Return the names of ``return dW1, db1, dW2, db2``; None unless every return is like that."""
    lists = [node.value for node in own_nodes(function) if isinstance(node, ast.Return)]
    found = {
        tuple(item.id if isinstance(item, ast.Name) else "" for item in value.elts)
        for value in lists
        if isinstance(value, (ast.Tuple, ast.List))
    }
    names = found.pop() if len(found) == 1 else ()
    return names if len(set(names)) == len(names) > 2 and all(names) else None


def _uses(parts: Iterable[ast.AST]) -> Iterator[str]:
    for node in parts:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def _item(target: ast.expr) -> str:
    """Return what an unpacked item is called; ``*`` for a starred one, ``_`` for no plain name."""
    if isinstance(target, ast.Starred):
        return "*"
    return target.id if isinstance(target, ast.Name) else "_"


def keys_set_twice(parts: Parts) -> Iterator[tuple[str, int]]:
    """Yield the keys that a dict display among these nodes names twice, with their last line."""
    for node in parts.of(ast.Dict):
        seen: set[str] = set()
        for key in node.keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                if key.value in seen:
                    yield key.value, key.lineno
                seen.add(key.value)


def only_compared(parts: Parts) -> Iterator[ast.Compare]:
    """Yield what statements compare by ``==`` and leave alone: most likely to be set by ``=``."""
    for test in (node.value for node in parts.of(ast.Expr)):
        if isinstance(test, ast.Compare):
            is_set = isinstance(test.left, (ast.Name, ast.Subscript))
            if is_set and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
                yield test


def lone_commas(parts: Parts, text: str) -> dict[str, int]:
    """Return what a comma at the end of its line makes a tuple of one value, and that line.

    ``parts`` are nodes of the ``text``.
    """
    return {
        ast.unparse(node.targets[-1]): node.value.end_lineno or node.lineno
        for node in parts.of(ast.Assign)
        if isinstance(node.value, ast.Tuple)
        and len(node.value.elts) == 1
        and not isinstance(node.targets[-1], (ast.Tuple, ast.List))
        and (ast.get_source_segment(text, node.value) or "").endswith(",")
    }
