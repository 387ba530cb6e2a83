"""What the values of a call hold: the entries of dicts, and the sizes of the network."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def named_by(form: str, value: Any) -> dict[str, Any]:
    """Return what a value holds, by the names in its form, ``((A{l-1}, W{l}, b{l}), Z{l})``.

    A form with ``{l}`` is that of each item of a list.
    """
    if "{l" not in form:
        return dict(_pairs(ast.parse(form, mode="eval").body, value))
    named: dict[str, Any] = {}
    for layer, item in enumerate(value, start=1):
        own = form.replace("{l-1}", str(layer - 1)).replace("{l+1}", str(layer + 1))
        named |= named_by(own.replace("{l}", str(layer)), item)
    return named


def _pairs(node: ast.expr, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.Name):
        yield node.id, value
    elif isinstance(node, (ast.Tuple, ast.List)):
        for place, item in zip(node.elts, value, strict=True):
            yield from _pairs(place, item)
    elif isinstance(node, ast.Dict):
        for place, item in zip(node.values, value.values(), strict=True):
            yield from _pairs(place, item)


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
