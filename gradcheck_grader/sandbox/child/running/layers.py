"""What a class keeps of all layers at once: their sizes, and their weights and biases by number.

``Net([3, 5, 1])`` sets ``self.L = len(sizes) - 1`` and ``self.weights = [...]``; in a call all of
them are those of the call's network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..reading.binding import plain_name, same_meaning
from .numbered import Numbered, Place

_SIZES = frozenset(("sizes", "architecture", "topology"))
_INPUTS = frozenset(("nx", "nin", "ninputs", "inputsize", "inputdim", "nfeatures"))
_KINDS = {"W": frozenset(("weights", "weight", "w", "ws")), "b": frozenset(("biases", "bias", "b"))}


def sizes_among(arguments: Sequence[str]) -> dict[str, int]:
    """Return the arguments of an ``__init__`` that are lists of sizes, and where each begins.

    ``Net(layers)`` is given those of all layers, ``Net(nx, layers)`` those after the inputs.
    """
    named = [a for a in arguments if same_meaning(a, "layersdims") or plain_name(a) in _SIZES]
    if named or not arguments:
        return dict.fromkeys(named, 0)
    first, others = plain_name(arguments[0]), arguments[1:2]
    if first == "layers":
        return {arguments[0]: 0}
    takes_inputs = first in _INPUTS and [plain_name(a) for a in others] == ["layers"]
    return dict.fromkeys(others, 1) if takes_inputs else {}


def sizes_of(values: Mapping[str, Any]) -> list[int] | None:
    """Return how many units the layers have, the input first, from W1, b1, b2 ..."""
    biases = _of_kind(values, "b")
    weight = values.get("W1")
    if not biases or not isinstance(weight, np.ndarray) or not biases[0].size:
        return None
    return [weight.size // biases[0].size, *(int(bias.size) for bias in biases)]


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
