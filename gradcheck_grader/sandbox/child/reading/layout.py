"""Whether a function is written for examples in rows or columns: how its arrays are turned."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

_PRODUCTS = ("dot", "matmul")
_SUMS = ("sum", "mean")
_WEIGHT = re.compile(r"w(eights?)?_?[\d{}]*|theta_?[\d{}]*", re.IGNORECASE)


def layout_votes(parts: Iterable[ast.AST]) -> tuple[int, int]:
    """Return how many of these nodes speak for examples in rows, and how many for columns.

    In rows: ``A.T @ dZ``, ``dZ @ W.T``, sums over axis 0, ``X.shape[0]`` examples. In columns:
    ``dZ @ A.T``, ``W.T @ dZ``, sums over axis 1, ``X.shape[1]``.
    """
    votes = [vote for node in parts for vote in _votes(node)]
    return votes.count("rows"), votes.count("columns")


def _votes(node: ast.AST) -> Iterator[str]:
    for place, operand in enumerate(_operands(node)):
        turned = _transposed(operand)
        if turned is not None:
            yield "rows" if (place == 0) != _is_weight(turned) else "columns"
    axis = _summed_axis(node)
    if isinstance(node, ast.Subscript):
        axis = _axis_of_shape(node)
    if axis in (0, 1):
        yield ("rows", "columns")[axis]


def _operands(node: ast.AST) -> tuple[ast.expr, ...]:
    """Return both sides of a product of matrices."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if isinstance(node, ast.Call) and _method(node) in _PRODUCTS and node.args:
        return (*_on_left(node), *node.args)[:2]
    return ()


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _on_left(call: ast.Call) -> tuple[ast.expr, ...]:
    """Return the array whose method is called: ``A`` of ``A.dot(B)``; none of ``np.dot``."""
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    is_numpy = isinstance(holder, ast.Name) and holder.id in ("np", "numpy")
    return () if holder is None or is_numpy else (holder,)


def _transposed(node: ast.expr) -> ast.expr | None:
    """Return what ``.T``, ``.transpose()`` or ``np.transpose`` turns."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    if isinstance(node, ast.Call) and _method(node) == "transpose":
        return next(iter((*node.args, *_on_left(node))), None)
    return None


def _summed_axis(node: ast.AST) -> int | None:
    """Return the axis of ``np.sum(dZ, axis=1)`` and ``dZ.sum(axis=1)``."""
    if isinstance(node, ast.Call) and _method(node) in _SUMS:
        return next((_index(word.value) for word in node.keywords if word.arg == "axis"), None)
    return None


def _axis_of_shape(node: ast.Subscript) -> int | None:
    """Return the axis of ``X.shape[1]``, None for that of a weight."""
    holder = node.value
    if isinstance(holder, ast.Attribute) and holder.attr == "shape":
        return None if _is_weight(holder.value) else _index(node.slice)
    return None


def _index(node: ast.expr) -> int | None:
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _is_weight(node: ast.expr) -> bool:
    """Tell whether an expression is called a weight: ``W2``, ``self.W2``, ``parameters["W2"]``."""
    if isinstance(node, ast.Subscript):
        key = node.slice
        parts = [part.value for part in ast.walk(key) if isinstance(part, ast.Constant)]
        texts = [part for part in parts if isinstance(part, str)]
        return _WEIGHT.fullmatch(texts[0]) is not None if texts else _is_weight(node.value)
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return _WEIGHT.fullmatch(name) is not None
