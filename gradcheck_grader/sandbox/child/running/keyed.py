"""What a class looks up by the names of parameters: ``self.weights["W1"]``."""

from __future__ import annotations

import ast
import re

from ..reading.definitions import Outline

_WEIGHT = re.compile(r"[Ww]_?\d*")


def keyed_in(owner: type, plan: Outline) -> frozenset[str]:
    """Return the attributes that a class and its bases look up by a weight's name."""
    names = {base.__name__ for base in owner.__mro__}
    parts = [part for node, _ in plan.classes() if node.name in names for part in ast.walk(node)]
    return frozenset(
        part.value.attr
        for part in parts
        if isinstance(part, ast.Subscript)
        if isinstance(part.value, ast.Attribute) and _begins_with_weight(part.slice)
    )


def _begins_with_weight(key: ast.expr) -> bool:
    """Tell whether a key is ``"W1"``, ``f"W{i}"``, or made of ``"W"`` and more."""
    first = next(ast.walk(key), None)
    while isinstance(first, (ast.BinOp, ast.JoinedStr)):
        first = first.left if isinstance(first, ast.BinOp) else first.values[0]
    text = first.value if isinstance(first, ast.Constant) else None
    return isinstance(text, str) and _WEIGHT.fullmatch(text) is not None
