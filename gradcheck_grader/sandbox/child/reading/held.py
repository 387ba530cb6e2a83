"""What the values of a call hold: the entries of dicts, and how many examples there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .binding import same_meaning

# What has an entry for each example, the likeliest to be passed first.
_PER_EXAMPLE = ("X", "Y", "AL", "A0", "A1")


def entries_in(values: Iterable[Any]) -> dict[str, Any]:
    """Return what the dicts among the values hold: ``W1``, ``A1``."""
    held = [value for value in values if type(value) is dict]
    return {key: value for entries in held for key, value in entries.items()}


def examples_in(names: Sequence[str], values: Sequence[Any], in_rows: bool) -> int | None:
    """Return the number of examples, None where nothing that is passed tells it."""
    named = [*zip(names, values, strict=True), *entries_in(values).items()]
    for wanted in _PER_EXAMPLE:
        for name, value in named:
            shape = getattr(value, "shape", ())
            if shape and same_meaning(name, wanted):
                # Class numbers lie in one dimension.
                return int(shape[0] if in_rows else shape[-1])
    return None
