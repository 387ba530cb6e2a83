"""What values are made from: which of them depend on the labels, and through what."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from .origins import Def

_LABEL = re.compile(
    r"(y(?!.*(hat|pred|out))\w*|t|targets?|labels?|truth|\w*_?(one_?hot|labels?|targets?))",
    re.IGNORECASE,
)


class Ancestry:
    """Knows of each value what it is made from."""

    def __init__(self) -> None:
        self._closures: dict[Def, frozenset[Def]] = {}

    def frontier(self, sinks: Iterable[Def], common: frozenset[Def]) -> frozenset[Def]:
        """Return the first of ``common`` on every way back from the sinks."""
        found, waiting, seen = set[Def](), list(sinks), set[Def]()
        while waiting:
            one = waiting.pop()
            if one in common:
                found.add(one)
            elif one not in seen:
                seen.add(one)
                waiting += self.tainted(one.reads())
        return frozenset(found)

    def closure_of(self, definitions: Iterable[Def]) -> frozenset[Def]:
        """Return what values are made from and depends on the labels, themselves included."""
        reached = frozenset().union(*(self._closure(one) for one in definitions))
        return frozenset(self.tainted(reached))

    def _closure(self, start: Def) -> frozenset[Def]:
        """Return everything that a value is made from, itself included."""
        if start not in self._closures:
            seen, waiting = {start}, [start]
            while waiting:
                for one in waiting.pop().reads() - seen:
                    seen.add(one)
                    if not named_label(one):
                        waiting.append(one)
            self._closures[start] = frozenset(seen)
        return self._closures[start]

    def tainted(self, definitions: Iterable[Def]) -> list[Def]:
        """Return those that depend on the labels and are none themselves."""
        return [
            one
            for one in definitions
            if not self.is_label(one)
            and not isinstance(one.where, ast.For)
            and any(named_label(item) for item in self._closure(one))
        ]

    def is_label(self, one: Def) -> bool:
        """Tell whether a value is the labels, or made from them alone, such as one-hot columns."""
        if named_label(one):
            return True
        ends = [item for item in self._closure(one) if item.kind == "input" and not item.reads()]
        return bool(ends) and all(named_label(item) for item in ends)


def makers(starts: Iterable[Def], stops: frozenset[Def] = frozenset()) -> list[Def]:
    """Return the definitions that compute what others only pass on."""
    found: dict[Def, None] = {}
    waiting, seen = list(starts), set[Def]()
    while waiting:
        one = waiting.pop(0)
        if one in seen or one in stops:
            continue
        seen.add(one)
        passed = one.passed_on()
        if passed is None:
            found[one] = None
        else:
            waiting += passed
    return list(found)


def walked(starts: Iterable[Def], stops: frozenset[Def]) -> set[Def]:
    """Return everything on the way back, up to the stops."""
    seen, waiting = set[Def](), list(starts)
    while waiting:
        one = waiting.pop()
        if one not in seen and one not in stops:
            seen.add(one)
            waiting += one.reads()
    return seen


def unbound(found: frozenset[Def]) -> frozenset[Def]:
    """Return deltas by what the caller called them, not by a parameter's name."""
    waiting, own = list(found), set[Def]()
    while waiting:
        one = waiting.pop()
        passed = one.passed_on() if one.kind == "bound" else None
        if passed is None:
            own.add(one)
        else:
            waiting += passed
    return frozenset(own)


def named_label(one: Def) -> bool:
    """Tell whether a name is one that labels usually have."""
    return _LABEL.fullmatch(one.name.split(".")[-1]) is not None
