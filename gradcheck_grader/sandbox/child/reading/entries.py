"""Parameters that are named as entries of our dicts: ``Z1``, ``W2``, or the network's output."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from inspect import Parameter
from typing import Any, TypeAlias

from .spelling import is_spelling

Entries: TypeAlias = tuple[tuple[str, int, str], ...]  # parameter, index of the dict, and key

OUTPUT = "A of the last layer"  # in place of its key, which is another in each network


def entries_for(
    places: Sequence[Parameter], values: Sequence[Any], outputs: Collection[str]
) -> Entries:
    """Return the dict's index and the key for each place; nothing unless all are named so.

    ``outputs`` are names for the output, as in ``backward(X, y, output)``: A of the last layer.
    """
    held = {key: i for i, value in enumerate(values) if type(value) is dict for key in value}
    found = [
        (place.name, held[key], key)
        for place in places
        for key in held
        if place.kind is not Parameter.POSITIONAL_ONLY and is_spelling(place.name, key)
    ]
    if "A1" in held and len(outputs) == 1:
        found += [(name, held["A1"], OUTPUT) for name in outputs]
    named = dict.fromkeys(name for name, _, _ in found)
    return tuple(found) if len(found) == len(named) == len(places) else ()


def key_in(held: Mapping[str, Any], key: str) -> str:
    """Return the key itself; of the output A with the highest number."""
    if key != OUTPUT:
        return key
    return f"A{max(int(name[1:]) for name in held if re.fullmatch(r'A[0-9]+', name))}"
