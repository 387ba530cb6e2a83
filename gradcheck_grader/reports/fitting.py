"""JSON for platforms: no number that JSON lacks, and never longer than a platform takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gradcheck_grader.phrases import cut

LENGTHS = (8000, 2000, 500, 100, 20)


def dump(document: Mapping[str, Any]) -> str:
    """Return JSON text; NaN and infinity are refused, since platforms do not read them."""
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    # A name that is no UTF-8 comes as lone surrogates, which no reader takes.
    return text.encode("utf-8", "replace").decode() + "\n"


def dump_within(document: Mapping[str, Any], size: int) -> str:
    """Return JSON of at most ``size`` bytes: every text in it is cut as far as it takes."""
    text = dump(document)
    for length in LENGTHS:
        if len(text.encode()) <= size:
            break
        text = dump(_within(document, length))
    return text


def _within(value: Any, length: int) -> Any:
    if isinstance(value, str):
        return cut(value, length)
    if isinstance(value, Mapping):
        return {key: _within(item, length) for key, item in value.items()}
    return [_within(item, length) for item in value] if isinstance(value, list | tuple) else value
