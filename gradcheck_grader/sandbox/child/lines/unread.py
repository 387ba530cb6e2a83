"""A delta times a slope that no gradient is made from: it is computed, and left unread."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .ancestry import makers
from .origins import Def
from .statements import multiplies_entries


def unread(definitions: Iterable[Def], used: Collection[Def], delta: Iterable[Def]) -> Def | None:
    """Return the first product of a delta and something else that is not among the ``used``."""
    sources = set(makers(delta))
    for one in definitions:
        if one in used:
            continue
        read = one.reads()
        factors = frozenset(item for item in read if sources & set(makers([item])))
        if factors and read - factors and multiplies_entries(one, factors):
            return one
    return None
