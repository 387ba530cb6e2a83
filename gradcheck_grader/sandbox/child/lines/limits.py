"""Calls that may limit a gradient: whether one has, its numbers tell; where, the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..facts import Facts, note
from ..reading.definitions import Definition

_LIMITS = dict.fromkeys(("clip", "minimum", "maximum"), "cuts-values") | {"norm": "takes-a-norm"}


def limits(definition: Definition | None) -> Iterator[Facts]:
    """Yield a note of each such call in a function: its text, and its line."""
    if definition is None or definition.unit.cell is not None:  # a note has no cell
        return
    for node in definition.parts.of(ast.Call):
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        if name in _LIMITS:
            yield note(_LIMITS[name], ast.unparse(node)[:200], node.lineno)
