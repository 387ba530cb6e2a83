"""What is in a syntax tree, at the price of one pass: every file that is graded pays for it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any, TypeVar

N = TypeVar("N", bound=ast.AST)

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# What stands in fields and has nothing below it; contexts are no code.
_PLAIN = frozenset((int, str, bool, type(None), ast.Load, ast.Store, ast.Del))
_SIGNS = (ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
# Most nodes, and nothing is below them but a context.
_LEAVES = frozenset(
    (ast.Name, ast.Constant, *(kind for s in _SIGNS for kind in s.__subclasses__()))
)


class Parts(tuple[ast.AST, ...]):
    """All nodes of a tree, breadth first; those of one kind without a look at the others."""

    def of(self, kind: type[N]) -> Sequence[N]:
        """Return the nodes of one kind, breadth first."""
        return self._by_kind.get(kind, ())

    @cached_property
    def _by_kind(self) -> dict[type, list[Any]]:
        found: dict[type, list[Any]] = defaultdict(list)
        for node in self:
            found[type(node)].append(node)
        return found


def nodes(start: ast.AST) -> Parts:
    """Return a node and everything below it, breadth first, as ``ast.walk`` would yield it.

    Contexts (``Load``, ``Store``) are left out: they stand beside every name and are no code.
    """
    found = [start]
    for node in found:  # it grows while it is gone through
        if type(node) in _LEAVES:
            continue
        for value in vars(node).values():
            kind = type(value)
            if kind in _PLAIN:
                continue
            if kind is list:
                found += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                found.append(value)
    return Parts(found)


def own_nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    """Return the nodes of a function's body, breadth first, without those of functions in it."""
    found: list[ast.AST] = list(function.body)
    for node in found:  # it grows while it is gone through
        if not isinstance(node, _SCOPES):
            found += ast.iter_child_nodes(node)
    return found


def is_static(decorator: ast.expr) -> bool:
    """Tell whether a decorator makes a method one without ``self``."""
    return isinstance(decorator, ast.Name) and decorator.id == "staticmethod"
