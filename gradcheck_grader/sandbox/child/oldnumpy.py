"""Names that NumPy has dropped, which course code of some years ago still uses."""

from __future__ import annotations

import ast

import numpy as np

_SUCCESSORS = {
    **dict.fromkeys(("float", "float_"), "float64"),
    **dict.fromkeys(("int", "long"), "int64"),
    **dict.fromkeys(("Inf", "Infinity", "infty", "PINF"), "inf"),
    **dict.fromkeys(("NaN", "NAN"), "nan"),
    "bool": "bool_",
    "complex": "complex128",
    "object": "object_",
    "str": "str_",
    "alltrue": "all",
    "cumproduct": "cumprod",
    "in1d": "isin",
    "mat": "asmatrix",
    "product": "prod",
    "round_": "round",
    "row_stack": "vstack",
    "sometrue": "any",
    "trapz": "trapezoid",
}


def modernise(node: ast.AST) -> dict[str, str]:
    """Replace dropped names in a tree by their successors; return those that were replaced."""
    replaced = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and _is_numpy(part.value):
            successor = _SUCCESSORS.get(part.attr)
            if successor is not None and not hasattr(np, part.attr):
                replaced[part.attr] = successor
                part.attr = successor
    return replaced


def _is_numpy(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy")
