"""By which names, and from which places, a function takes the values of a dict."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from inspect import Parameter
from itertools import takewhile

from .anatomy import addressed_keys
from .definitions import Statement
from .spelling import Spelling
from .tree import Parts


def spelling_of(
    parts: Parts,
    keys: Sequence[tuple[str, str]],
    parameters: Iterable[Parameter],
    helpers: Iterable[Statement],
) -> Spelling:
    """Return how a function spells what it reads, by its nodes, keys and what it leads to."""
    given = {parameter.name for parameter in parameters}
    unpacked, placed = values_taken(parts)
    return Spelling(
        (key for _, key in keys),
        unpacked,
        from_arguments=(key for holder, key in keys if holder in given),
        in_helpers=(key for h in helpers for held, key in addressed_keys(h.parts) if held),
        placed=placed,
    )


def values_taken(
    parts: Parts,
) -> tuple[frozenset[int], frozenset[tuple[int, str]]]:
    """Return what `values_unpacked` and `values_placed` yield; nothing for most functions."""
    if not any(part.attr == "values" for part in parts.of(ast.Attribute)):
        return frozenset(), frozenset()
    return frozenset(values_unpacked(parts)), frozenset(values_placed(parts))


def values_unpacked(parts: Parts) -> Iterator[int]:
    """Yield how many names each ``Z1, A1, Z2, A2 = cache.values()`` fills."""
    for target, value in _assigned(parts):
        if isinstance(target, (ast.Tuple, ast.List)) and _is_values(value):
            yield len(target.elts)


def values_placed(parts: Parts) -> Iterator[tuple[int, str]]:
    """Yield place and name where values are taken one by one: ``A1 = list(cache.values())[1]``."""
    pairs = [*_assigned(parts)]
    lists = {t.id for t, value in pairs if isinstance(t, ast.Name) and _is_values(value)}
    for target, value in pairs:
        if isinstance(target, ast.Name) and (place := _place(value, lists)) is not None:
            yield place, target.id
        elif isinstance(target, (ast.Tuple, ast.List)) and _is_held(value, lists):
            plain = takewhile(lambda item: not isinstance(item, ast.Starred), target.elts)
            yield from ((i, item.id) for i, item in enumerate(plain) if isinstance(item, ast.Name))


def _assigned(parts: Parts) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield target and value of each assignment; ``a, b = c, d`` is two."""
    for node in parts.of(ast.Assign):
        for target in node.targets:
            value = node.value
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                yield from zip(target.elts, value.elts, strict=False)
            else:
                yield target, value


def _place(value: ast.expr, lists: Iterable[str]) -> int | None:
    """Return the place from which an item of a dict's values is taken, None for another value."""
    if not isinstance(value, ast.Subscript) or not _is_held(value.value, lists):
        return None
    number = value.slice.value if isinstance(value.slice, ast.Constant) else None
    return number if type(number) is int else None


def _is_held(node: ast.expr, lists: Iterable[str]) -> bool:
    return _is_values(node) or (isinstance(node, ast.Name) and node.id in lists)


def _is_values(node: ast.expr) -> bool:
    """Tell whether an expression is ``cache.values()``, or a list or tuple of it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        return node.func.id in ("list", "tuple") and _is_values(node.args[0])
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "values"
