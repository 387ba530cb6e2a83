"""Weights that a class keeps by the number of their layer, as its own statements number them.

``self.W = {}`` that ``self.W[i] = ...`` fills under ``for i in range(1, L + 1)`` begins at 1, and
so does a list that begins as ``[None]``; ``self.params["W"][i]`` is one in a dict of the class.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..reading.definitions import Outline, methods

Place: TypeAlias = tuple[str, str | None]  # an attribute, and the key in the dict that it is
_Starts: TypeAlias = Mapping[str, int]  # the least number that a name has, of those that loops set


@dataclass(frozen=True, slots=True)
class Numbered:
    """What holds one array for each layer: a dict or a list, and the number of the first layer."""

    is_dict: bool
    first: int

    def of(self, values: list[Any]) -> dict[int, Any] | list[Any]:
        """Return the values of all layers, held so."""
        if self.is_dict:
            return dict(enumerate(values, self.first))
        return [*[None] * self.first, *values]


def numbered_in(owner: type, plan: Outline) -> dict[Place, Numbered]:
    """Return what a class and its bases keep by the number of the layer, and only so."""
    names = {base.__name__ for base in owner.__mro__}
    made: dict[Place, list[Numbered | None]] = {}
    filled: dict[Place, list[int]] = {}
    for node, _ in plan.classes():
        for method in methods(node) if node.name in names else ():
            for target, value, starts in _assignments(method.body, {}):
                for place, own in _set(target, value):
                    made.setdefault(place, []).append(_holder(own, starts))
                for item in getattr(target, "elts", [target]):
                    if isinstance(item, ast.Subscript) and (holder := _place(item.value)):
                        filled.setdefault(holder, []).extend(_number(item.slice, starts))
    return {
        place: Numbered(one.is_dict, min(filled.get(place) or [one.first]))
        for place, found in made.items()
        if (one := found[-1]) is not None and None not in found
        if one.first >= 0 or filled.get(place)
    }


def _assignments(
    body: Iterable[ast.stmt], starts: _Starts
) -> Iterator[tuple[ast.expr, ast.expr, _Starts]]:
    """Yield the target and the value of each assignment, and the numbers that loops begin at."""
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield target, node.value, starts
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield node.target, node.value, starts
        elif isinstance(node, ast.For):
            yield from _assignments(node.body, {**starts, **_loop(node.target, node.iter)})
        elif isinstance(node, (ast.If, ast.While, ast.With)):
            yield from _assignments([*node.body, *getattr(node, "orelse", ())], starts)


def _set(target: ast.expr, value: ast.expr) -> Iterator[tuple[Place, ast.expr]]:
    """Yield the place that an assignment sets, and those of the dict that it puts there."""
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        for item, own in zip(target.elts, value.elts, strict=False):
            yield from _set(item, own)
    place = _place(target)
    if place is None:
        return
    yield place, value
    if place[1] is None and isinstance(value, ast.Dict):
        for key, item in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield (place[0], key.value), item


def _place(node: ast.expr) -> Place | None:
    """Return the place that ``self.W`` is, or ``self.params["W"]``."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return (node.attr, None) if node.value.id == "self" else None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        outer, key = _place(node.value), node.slice.value
        return (outer[0], key) if outer and outer[1] is None and isinstance(key, str) else None
    return None


def _holder(value: ast.expr, starts: _Starts) -> Numbered | None:
    """Return what a value holds layers in; -1 is the first of one that is empty."""
    if isinstance(value, ast.ListComp):
        return Numbered(is_dict=False, first=0)
    if isinstance(value, ast.List):
        fillers = [isinstance(item, (ast.Constant, ast.UnaryOp)) for item in value.elts]
        return Numbered(is_dict=False, first=sum(fillers))
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return Numbered(is_dict=False, first=-1) if isinstance(value.left, ast.List) else None
    if isinstance(value, ast.DictComp):
        own = {**starts, **_loop(value.generators[0].target, value.generators[0].iter)}
        return Numbered(is_dict=True, first=min(_number(value.key, own), default=-1))
    if isinstance(value, ast.Dict):
        keys = [number for key in value.keys if key for number in _number(key, starts)]
        return Numbered(is_dict=True, first=min(keys, default=-1))
    if isinstance(value, ast.Call) and ast.unparse(value.func) in ("dict", "defaultdict"):
        return Numbered(is_dict=True, first=-1)
    return None


def _number(node: ast.expr, starts: _Starts) -> list[int]:
    """Return the least number that an expression has, if that is told."""
    if isinstance(node, ast.Constant):
        return [node.value] if type(node.value) is int else []
    if isinstance(node, ast.Name):
        return [starts[node.id]] if node.id in starts else []
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        sign = 1 if isinstance(node.op, ast.Add) else -1
        right = _number(node.right, {})
        return [left + sign * right[0] for left in _number(node.left, starts) if right]
    return []


def _loop(target: ast.expr, items: ast.expr) -> dict[str, int]:
    """Return what the names that a loop sets begin at: of a range, or of counted items."""
    if not isinstance(items, ast.Call):
        return {}
    called, given = ast.unparse(items.func), items.args
    if called == "reversed" and given:
        return _loop(target, given[0])
    if called == "enumerate" and isinstance(target, ast.Tuple):
        start = given[1:] or [word.value for word in items.keywords]
        return _named(target.elts[0], _number(start[0], {}) if start else [0])
    if called != "range":
        return {}
    if len(given) == 3 and ast.unparse(given[2]) == "-1":
        ends = [-1] if ast.unparse(given[1]) == "-1" else _number(given[1], {})
        return _named(target, [end + 1 for end in ends])
    return _named(target, [0] if len(given) == 1 else _number(given[0], {}))


def _named(target: ast.expr, starts: list[int]) -> dict[str, int]:
    return {target.id: starts[0]} if isinstance(target, ast.Name) and starts else {}
