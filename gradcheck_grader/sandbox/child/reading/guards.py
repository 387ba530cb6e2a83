"""Imports that a file can do without: ``try: import cupy as np``, ``except ImportError: ...``."""

from __future__ import annotations

import ast

from .definitions import Outline

_CAUGHT = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


def guarded_imports(plan: Outline) -> frozenset[str]:
    """Return the modules whose absence the file catches."""
    tries = [
        part
        for statement in plan.statements
        for part in statement.parts.of(ast.Try)
        if any(map(_catches, part.handlers))
    ]
    return frozenset(name for block in tries for node in block.body for name in _modules(node))


def _catches(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler catches that a module is not there."""
    caught = handler.type
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return caught is None or any(isinstance(k, ast.Name) and k.id in _CAUGHT for k in kinds)


def _modules(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
