"""A local name that is read before it has a value: why it has none."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..reading.definitions import FUNCTIONS, Function
from ..reading.source import Unit

_OPEN = "Is the line that sets it inside an `if` or a loop that was not entered?"


def say_unbound(name: str, function: Function, unit: Unit, line: int) -> str:
    """Return why a name has no value in a line of a function, as far as its source tells."""
    said = f"`{name}` is read before it has a value."
    places = list(_places(name, function))
    for kind, number, _ in places:
        if kind == "deleted" and number < line:
            return f"`{name}` is read after `del` in {unit.where(number)} has removed it."
    stores = [place for place in places if place[0] == "set"]
    earlier = [place for place in stores if place[1] < line]
    if any("loop" in blocks or "if" in blocks for _, _, blocks in stores):
        return f"{said} {_OPEN}"
    if any("try" in blocks for _, _, blocks in earlier):
        return f"{said} The line that sets it is inside a `try` that failed."
    if not stores:
        notes = [number for kind, number, _ in places if kind == "annotated"]
        return f"{said} {unit.where(notes[0]).capitalize()} gives it none." if notes else said
    if earlier:
        return said
    first = min(number for _, number, _ in stores)
    if first == line:
        return f"{said} The line needs it, and is the first that sets it."
    return f"{said} The first line that sets it comes later: {unit.where(first)}."


def _places(name: str, function: Function) -> Iterator[tuple[str, int, frozenset[str]]]:
    """Yield where a name is set, deleted or only annotated, and the blocks around that."""
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(s, frozenset()) for s in function.body]
    while waiting:
        node, blocks = waiting.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, ast.AnnAssign) and node.value is None:
            if isinstance(node.target, ast.Name) and node.target.id == name:
                yield "annotated", node.lineno, blocks
            continue
        if isinstance(node, ast.Name) and node.id == name:
            kinds = {ast.Store: "set", ast.Del: "deleted"}
            if type(node.ctx) in kinds:
                yield kinds[type(node.ctx)], node.lineno, blocks
        inner = blocks | _block(node)
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]


def _block(node: ast.AST) -> frozenset[str]:
    if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
        return frozenset(("loop",))
    if isinstance(node, (ast.If, ast.Match)):
        return frozenset(("if",))
    return frozenset(("try",)) if isinstance(node, (ast.Try, ast.TryStar)) else frozenset()
