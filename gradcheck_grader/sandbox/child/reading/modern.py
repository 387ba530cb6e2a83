"""Names that NumPy and Python 3 have dropped, which course code of some years ago still uses."""

from __future__ import annotations

import ast

import numpy as np

from .tree import Parts

_NUMPY = {
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
_DICT = {"iteritems": "items", "itervalues": "values", "iterkeys": "keys"}


def modernise(parts: Parts) -> dict[str, str]:
    """Replace dropped names among a tree's nodes; return what was replaced by what."""
    replaced = {}
    for part in parts.of(ast.Attribute):
        of_numpy = isinstance(part.value, ast.Name) and part.value.id in ("np", "numpy")
        successor = (_NUMPY if of_numpy else _DICT).get(part.attr)
        if successor is not None and not (of_numpy and hasattr(np, part.attr)):
            prefix = "np." if of_numpy else "."
            replaced[prefix + part.attr] = prefix + successor
            part.attr = successor
    return replaced
