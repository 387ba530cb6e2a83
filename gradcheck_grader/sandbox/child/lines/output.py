"""The delta of the last layer in two statements: the error, and that times a slope."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from .ancestry import makers
from .origins import Def
from .roles import Role
from .statements import is_scaled, multiplies_entries

IsLabel = Callable[[Def], bool]


def error_and_slope(chain: Sequence[Def], is_label: IsLabel) -> list[tuple[Role, Def]]:
    """Return both statements of a chain, the last one first; nothing if they do something else."""
    if len(chain) != 2:
        return []
    last, error = chain
    given = frozenset(one for one in last.reads() if error in makers([one]))
    is_told = any(map(is_label, last.reads())) or not any(map(is_label, error.reads()))
    if is_told or not given or is_scaled(last) or not multiplies_entries(last, given):
        return []
    return [(Role.GATE, last), (Role.ERROR, error)]


def from_labels(one: Def, is_label: IsLabel) -> bool:
    """Tell whether something is taken off the labels: ``Y - A``."""
    return any(
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and any(map(is_label, one.uses_of(node.left)))
        and not any(map(is_label, one.uses_of(node.right)))
        for node in ast.walk(one.where)
    )
