"""What a class keeps of all layers at once: their sizes, and lists of weights and of biases.

``Net([3, 5, 1])`` sets ``self.L = len(sizes) - 1`` and ``self.weights = [...]``; in a call all of
them are those of the call's network.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..reading.binding import plain_name, same_meaning
from ..reading.definitions import Outline

_SIZES = frozenset(("sizes", "architecture"))
_KINDS = {"W": frozenset(("weights", "weight", "w", "ws")), "b": frozenset(("biases", "bias", "b"))}


def means_sizes(argument: str) -> bool:
    """Tell whether an argument of an ``__init__`` is the list of the sizes of all layers."""
    return same_meaning(argument, "layersdims") or plain_name(argument) in _SIZES


def sizes_of(values: Mapping[str, Any]) -> list[int] | None:
    """Return how many units the layers have, the input first, from W1, b1, b2 ..."""
    biases = _of_kind(values, "b")
    weight = values.get("W1")
    if not biases or not isinstance(weight, np.ndarray) or not biases[0].size:
        return None
    return [weight.size // biases[0].size, *(int(bias.size) for bias in biases)]


def lists_of(values: Mapping[str, Any], kept: Mapping[str, str]) -> dict[str, list[Any]]:
    """Return the lists for the words of a class, by word; ``kept`` says what each is called.

    Nothing where it does not keep both: what is called weights alone may hold anything.
    """
    found = {
        word: _of_kind(values, kind)
        for kind, names in _KINDS.items()
        for word, plain in kept.items()
        if plain_name(plain) in names
    }
    return found if len(found) == len(_KINDS) and all(found.values()) else {}


def kept_as_lists(owner: type, plan: Outline) -> frozenset[str]:
    """Return the attributes that a class and its bases set to lists made by a rule, and only so."""
    names = {base.__name__ for base in owner.__mro__}
    parts = [part for node, _ in plan.classes() if node.name in names for part in ast.walk(node)]
    made: dict[str, list[bool]] = {}
    for part in parts:
        if isinstance(part, ast.Assign):
            for target in part.targets:
                if isinstance(target, ast.Attribute):
                    made.setdefault(target.attr, []).append(_is_rule(part.value))
    return frozenset(name for name, rules in made.items() if all(rules))


def _is_rule(value: ast.expr) -> bool:
    return isinstance(value, ast.ListComp) or (isinstance(value, ast.List) and not value.elts)


def _of_kind(values: Mapping[str, Any], kind: str) -> list[Any]:
    """Return W1, W2 ... as far as they go."""
    found: list[Any] = []
    while isinstance(value := values.get(f"{kind}{len(found) + 1}"), np.ndarray):
        found.append(value)
    return found
