"""Forms of names: what an interface passes, written as Python displays of the names of values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

EVERYTHING = ("fprop_cache", "everything")  # argument names for one dict with the cache's entries
LAYER = re.compile(r"\{l(-1|\+1)?\}")


def at_layer(form: str, layer: int) -> str:
    """Return a form with ``{l}``, ``{l-1}`` and ``{l+1}`` filled in."""
    return LAYER.sub(lambda match: str(layer + int(match[1] or 0)), form)


def names_passed(
    forms: Iterable[str], values: Mapping[str, str], cache: Iterable[str]
) -> frozenset[str]:
    """Return every name in these forms, in the forms of their names, and in the cache."""
    found: set[str] = set()
    waiting = list(forms)
    while waiting:
        new = _names(waiting.pop()) - found
        found |= new
        waiting += [values[name] for name in new if name in values]
        if not new.isdisjoint(("cache", *EVERYTHING)):
            waiting += [entry.removesuffix("?") for entry in cache]
    return frozenset(found)


def _names(form: str) -> set[str]:
    """Return the names of a form, of the first layer; none if it cannot be read."""
    try:
        tree = ast.parse(at_layer(form, 1), mode="eval")
    except SyntaxError:
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
