"""An array of one entry where a number is wanted: NumPy took it until 2.3, and courses still do.

``int(y)`` of a (1, 1) array, ``math.exp(z)``, ``dW[i, j] = error * x[j]``: code that was right for
years stops under NumPy 2.4. It is run as it was meant; what is an error in every NumPy stays one.
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

_NUMBER, _ENTRY = "__number__", "__entry__"
_CASTS = ("int", "float", "complex")


def _takes_arrays() -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy 1.25 to 2.3 do it, and warn
        try:
            float(np.ones((1, 1)))
        except TypeError:
            return False
    return True


_IS_LENIENT = _takes_arrays()


def number(value: Any) -> Any:
    """Return the entry of an array that has only one, everything else as it is."""
    return value.item() if type(value) is np.ndarray and value.size == 1 else value


def entry(holder: Any, value: Any) -> Any:
    """Return what is put into ``holder``: of an array with one entry the entry, into an array."""
    return number(value) if type(holder) is np.ndarray and holder.dtype.kind in "biufc" else value


BUILTINS = {_NUMBER: number, _ENTRY: entry}
"""Names that changed statements need among their builtins."""


def lenient(node: ast.stmt, parts: Iterable[ast.AST]) -> ast.stmt:
    """Return a statement that takes arrays of one entry for numbers; ``parts`` are its nodes.

    The statement itself stays as it is, for whoever reads it later.
    """
    if _IS_LENIENT or not any(_is_cast(part) or _is_put(part) for part in parts):
        return node
    changed = _Lenient().visit(copy.deepcopy(node))
    return ast.fix_missing_locations(changed)  # type: ignore[no-any-return]


def _is_cast(node: ast.AST) -> bool:
    """Tell whether a node is ``float(x)`` or ``math.exp(x)``."""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "math"
    return isinstance(function, ast.Name) and function.id in _CASTS


def _is_put(node: ast.AST) -> bool:
    """Tell whether a node is ``x[i, j] = value`` or ``x[i, j] += value``; keys are no numbers."""
    if isinstance(node, ast.Assign):
        target = node.targets[0] if len(node.targets) == 1 else None
    else:
        target = node.target if isinstance(node, ast.AugAssign) else None
    return isinstance(target, ast.Subscript) and _is_steady(target.value) and _is_index(target)


def _is_steady(node: ast.expr) -> bool:
    """Tell whether an expression can be read once more without doing anything."""
    if isinstance(node, ast.Subscript):
        return _is_steady(node.value) and _is_index(node)
    return isinstance(node, ast.Name) or (
        isinstance(node, ast.Attribute) and _is_steady(node.value)
    )


def _is_index(node: ast.Subscript) -> bool:
    """Tell whether a subscript is made of names and numbers."""
    parts = list(ast.walk(node.slice))
    kinds = (ast.Name, ast.Tuple, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Load)
    return all(
        type(part.value) is int if isinstance(part, ast.Constant) else isinstance(part, kinds)
        for part in parts
    )


class _Lenient(ast.NodeTransformer):
    """Wraps what is cast, and what is put into an array."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Wrap the arguments of a cast."""
        self.generic_visit(node)
        if _is_cast(node):
            node.args = [
                item if isinstance(item, ast.Starred) else _call(_NUMBER, [item])
                for item in node.args
            ]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Wrap what is put into an array."""
        return self._put(node, node.targets[0])

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Wrap what is added to an entry of an array."""
        return self._put(node, node.target)

    def _put(self, node: ast.Assign | ast.AugAssign, target: ast.expr) -> ast.AST:
        self.generic_visit(node)
        if _is_put(node) and isinstance(target, ast.Subscript):
            node.value = _call(_ENTRY, [copy.deepcopy(target.value), node.value])
        return node


def _call(name: str, arguments: list[ast.expr]) -> ast.Call:
    function = ast.Name(name, ast.Load())
    return ast.copy_location(ast.Call(function, arguments, []), arguments[-1])
