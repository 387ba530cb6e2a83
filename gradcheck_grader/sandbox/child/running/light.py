"""What an ``__init__`` may call for nothing: found by the functions that its names hold."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Mapping
from typing import Any

from ..reading.purity import only_chooses, only_keeps
from ..reading.source import Unit

_DEEPEST = 5  # calls of one by another


class Held(Container[str]):
    """The names of functions that only choose, and of classes that only keep what they get.

    Parameters
    ----------
    get : callable
        Returns what a name holds, None for nothing.
    units : mapping
        The pieces of source, by the label that their frames carry; classes of others are not
        called.
    around : container, optional
        The names that these functions call, if not each other.
    """

    def __init__(
        self,
        get: Callable[[str], Any],
        units: Mapping[str, Unit],
        around: Container[str] | None = None,
    ) -> None:
        self._get = get
        self._units = units
        self._around = self if around is None else around
        self._found: dict[str, bool] = {}
        self._depth = 0

    def __contains__(self, name: object) -> bool:
        """Tell whether what a name holds can be called for nothing."""
        if not isinstance(name, str) or self._depth > _DEEPEST:
            return False
        if name not in self._found:
            self._found[name] = False  # until it is known: one that calls itself is none
            self._depth += 1
            self._found[name] = self._is_light(self._get(name))
            self._depth -= 1
        return self._found[name]

    def _is_light(self, held: Any) -> bool:
        if not isinstance(held, type):
            node = self._node(held)
            return node is not None and only_chooses(node, self._around)
        if type(held) is not type or not any(map(self._node, vars(held).values())):
            return False
        node = self._node(held.__init__)  # type: ignore[misc]
        return held.__init__ is object.__init__ or (  # type: ignore[misc]
            node is not None and only_keeps(node, self._around)
        )

    def _node(self, held: Any) -> ast.FunctionDef | None:
        """Return how a function of theirs is written."""
        code: Any = getattr(getattr(held, "__func__", held), "__code__", None)
        unit = self._units.get(getattr(code, "co_filename", ""))
        if unit is None:
            return None
        return next(
            (
                node
                for node in ast.walk(unit.tree)
                if isinstance(node, ast.FunctionDef)
                and (node.name, node.lineno) == (code.co_name, code.co_firstlineno)
            ),
            None,
        )
