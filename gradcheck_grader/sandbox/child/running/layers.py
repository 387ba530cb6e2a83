"""What a class keeps of all layers at once: their sizes, and their weights and biases by number.

``Net([3, 5, 1])`` sets ``self.L = len(sizes) - 1`` and ``self.weights = [...]``; in a call all of
them are those of the call's network.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..reading.binding import plain_name, same_meaning
from .numbered import Numbered, Place

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


def entries_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the dicts among the values hold: ``W1``, ``A1``."""
    held = [value for value in values.values() if type(value) is dict]
    return {key: value for entries in held for key, value in entries.items()}


def by_number(
    values: Mapping[str, Any], kept: Mapping[Place, tuple[str, Numbered]]
) -> dict[Place, Any]:
    """Return the weights and the biases of all layers, for the places of a class that hold them.

    ``kept`` says what each is called, and how it is numbered. Nothing where it does not keep both:
    what is called weights alone may hold anything.
    """
    found = {
        kind: {
            place: numbered.of(held)
            for place, (plain, numbered) in kept.items()
            if plain_name(plain) in names and (held := _of_kind(values, kind))
        }
        for kind, names in _KINDS.items()
    }
    return found["W"] | found["b"] if all(found.values()) else {}


def _of_kind(values: Mapping[str, Any], kind: str) -> list[Any]:
    """Return W1, W2 ... as far as they go."""
    found: list[Any] = []
    while isinstance(value := values.get(f"{kind}{len(found) + 1}"), np.ndarray):
        found.append(value)
    return found
