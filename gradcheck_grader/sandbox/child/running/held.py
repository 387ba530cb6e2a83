"""What the values of a call hold: the entries of dicts, and the sizes of the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..reading.binding import same_meaning
from ..reading.spelling import last_activation, layer_of
from .layers import sizes_of

# What has an entry for each example, the likeliest to be passed first.
_PER_EXAMPLE = ("X", "Y", "AL", "A0", "A1")


def entries_in(values: Iterable[Any]) -> dict[str, Any]:
    """Return what the dicts among the values hold: ``W1``, ``A1``."""
    held = [value for value in values if type(value) is dict]
    return {key: value for entries in held for key, value in entries.items()}


def sizes_in(names: Sequence[str], values: Sequence[Any], in_rows: bool) -> dict[str, Any]:
    """Return how many examples and layers there are, and units; None for what nothing tells."""
    entries = entries_in(values)
    return {
        "m": _examples([*zip(names, values, strict=True), *entries.items()], in_rows),
        "l": _layers(entries, values),
        "layersdims": sizes_of(entries),
    }


def _examples(named: Sequence[tuple[str, Any]], in_rows: bool) -> int | None:
    for wanted in _PER_EXAMPLE:
        for name, value in named:
            shape = getattr(value, "shape", ())
            if shape and same_meaning(name, wanted):
                # Class numbers lie in one dimension.
                return int(shape[0] if in_rows else shape[-1])
    return None


def _layers(entries: Mapping[str, Any], values: Sequence[Any]) -> int | None:
    """Return the number of the last activation, or how many layers have an item in a list."""
    last = last_activation(entries)
    if last is not None:
        return layer_of(last)
    return next((len(value) for value in values if type(value) is list), None)
