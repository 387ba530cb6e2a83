"""The order in which a function takes the values of a flat tuple, where that is its file's own.

``(W1, b1, z1, a1, ...) = cache`` is right if the file's own forward pass packs its cache so, and a
slip if it does not: only what is packed in the same order, by the same names, tells.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from .definitions import Statement
from .spelling import is_spelling
from .tree import Parts

_SEQUENCES = (ast.Tuple, ast.List)


class OwnOrder:
    """How a function takes the values of a flat tuple.

    Parameters
    ----------
    parts : Parts
        The function's nodes.
    statements : iterable of Statement
        What is kept of its file.
    names : sequence of str
        What the values are called, in the order of the task; none if nothing flat is passed.

    Attributes
    ----------
    line : int
        Where it takes them in an order of the file's own; 0 where it does not.
    """

    def __init__(self, parts: Parts, statements: Iterable[Statement], names: Sequence[str]) -> None:
        self.line = 0
        self._size = len(names)
        self._places: tuple[int, ...] = ()
        for node in parts.of(ast.Assign) if names else ():
            for target in node.targets:
                words = _words(target) if isinstance(node.value, ast.Name) else ()
                places = _places(words, names)
                is_other = places not in ((), tuple(range(len(names))))
                if is_other and _is_packed(words, statements):
                    self._places, self.line = places, node.lineno

    def applied(self, values: Sequence[Any]) -> Sequence[Any]:
        """Return the values of a call, with the flat tuple among them in the function's order."""
        return [self._in_order(value) for value in values] if self._places else values

    def _in_order(self, value: Any) -> Any:
        if type(value) is not tuple or len(value) != self._size:
            return value
        return tuple(value[place] for place in self._places)


def _words(node: ast.expr) -> tuple[str, ...]:
    """Return the names in a tuple or a list of names, nothing for anything else."""
    if not isinstance(node, _SEQUENCES) or not all(isinstance(e, ast.Name) for e in node.elts):
        return ()
    return tuple(item.id for item in node.elts if isinstance(item, ast.Name))


def _places(words: Sequence[str], names: Sequence[str]) -> tuple[int, ...]:
    """Return the place of each word among the names; nothing unless each has one of its own."""
    found = [i for word in words for i, name in enumerate(names) if is_spelling(word, name)]
    return tuple(found) if len(found) == len(words) == len(set(found)) else ()


def _is_packed(words: tuple[str, ...], statements: Iterable[Statement]) -> bool:
    """Tell whether the file makes a tuple of these names in this order."""
    return any(
        isinstance(node.ctx, ast.Load) and _words(node) == words
        for statement in statements
        for node in statement.parts.of(ast.Tuple)
    )
