"""An array of one entry where a number is wanted: NumPy took it until 2.3, and courses still do.

``int(y)`` of a (1, 1) array, ``math.exp(z)``, ``dW[i, j] = error * x[j]``: code that was right for
years stops under NumPy 2.4. It is run as it was meant; what is an error in every NumPy stays one.
"""

from __future__ import annotations

import ast
import warnings
from typing import Any

import numpy as np

from .tree import Parts, nodes

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


class Lenient:
    """Has a statement take arrays of one entry for numbers, as long as it is compiled in here.

    Whoever reads it later finds it as it was written.

    Parameters
    ----------
    parts : Parts
        The statement's nodes.
    """

    def __init__(self, parts: Parts) -> None:
        kinds = () if _IS_LENIENT else (ast.Call, ast.Assign, ast.AugAssign)
        asked = (part for kind in kinds for part in parts.of(kind))
        self._changes = [change for part in asked if (change := _change(part))]

    def __enter__(self) -> None:
        for node, field, changed, _ in self._changes:
            setattr(node, field, changed)

    def __exit__(self, *_: object) -> None:
        for node, field, _, written in self._changes:
            setattr(node, field, written)


def _change(node: ast.AST) -> tuple[ast.AST, str, Any, Any] | None:
    """Return the field of a cast, or of what is put into an array, as it is run and as written."""
    if isinstance(node, ast.Call) and _is_cast(node):
        wrapped = [
            item if isinstance(item, ast.Starred) else _call(_NUMBER, [item]) for item in node.args
        ]
        return node, "args", wrapped, node.args
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        target = _target(node)
        if target is not None:
            return node, "value", _call(_ENTRY, [target.value, node.value]), node.value
    return None


def _is_cast(node: ast.Call) -> bool:
    """Tell whether a call is ``float(x)`` or ``math.exp(x)``."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "math"
    return isinstance(function, ast.Name) and function.id in _CASTS


def _target(node: ast.Assign | ast.AugAssign) -> ast.Subscript | None:
    """Return ``x[i, j]`` of ``x[i, j] = value`` or ``x[i, j] += value``; keys are no numbers."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    target = targets[0]
    if len(targets) > 1 or not isinstance(target, ast.Subscript):
        return None
    return target if _is_steady(target.value) and _is_index(target) else None


def _is_steady(node: ast.expr) -> bool:
    """Tell whether an expression can be read once more without doing anything."""
    if isinstance(node, ast.Subscript):
        return _is_steady(node.value) and _is_index(node)
    return isinstance(node, ast.Name) or (
        isinstance(node, ast.Attribute) and _is_steady(node.value)
    )


def _is_index(node: ast.Subscript) -> bool:
    """Tell whether a subscript is made of names and numbers."""
    kinds = (ast.Name, ast.Tuple, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
    return all(
        type(part.value) is int if isinstance(part, ast.Constant) else isinstance(part, kinds)
        for part in nodes(node.slice)
    )


def _call(name: str, arguments: list[ast.expr]) -> ast.Call:
    place = arguments[-1]
    function = ast.copy_location(ast.Name(name, ast.Load()), place)
    return ast.copy_location(ast.Call(function, arguments, []), place)
