"""Names that NumPy has dropped, which course code of some years ago still uses."""

from __future__ import annotations

import ast

import numpy as np

_SUCCESSORS = dict(
    pair.split("=")
    for pair in (
        "float=float64 float_=float64 int=int64 long=int64 bool=bool_ complex=complex128 str=str_ "
        "object=object_ Inf=inf Infinity=inf infty=inf PINF=inf NaN=nan NAN=nan product=prod "
        "cumproduct=cumprod sometrue=any alltrue=all row_stack=vstack in1d=isin trapz=trapezoid "
        "round_=round mat=asmatrix"
    ).split()
)


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
