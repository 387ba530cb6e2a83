"""All nodes of a syntax tree, at the price of one pass: every file that is graded pays for it."""

from __future__ import annotations

import ast

_CONTEXTS = (ast.Load, ast.Store, ast.Del)


def nodes(start: ast.AST) -> list[ast.AST]:
    """Return a node and everything below it, breadth first, as ``ast.walk`` would yield it.

    Contexts (``Load``, ``Store``) are left out: they stand beside every name and are no code.
    """
    found = [start]
    for node in found:  # it grows while it is gone through
        for value in vars(node).values():
            if type(value) is list:
                found += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and type(value) not in _CONTEXTS:
                found.append(value)
    return found
