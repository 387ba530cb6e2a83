"""Whether a call changed its arguments in place: a picture of each before, and one after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

_PLAIN = (int, float, str, bool, complex)


def pictures(values: Sequence[Any]) -> list[Any]:
    """Return a picture of each value."""
    return [picture(value) for value in values]


def picture(value: Any) -> Any:
    """Return something that compares equal as long as nobody changes ``value`` in place."""
    kind = type(value)
    if kind is np.ndarray:
        return value.shape, value.tobytes()
    if kind is dict:
        # The usual case, a dict of arrays, without a call for each of them.
        return list(value), [
            (item.shape, item.tobytes()) if type(item) is np.ndarray else picture(item)
            for item in value.values()
        ]
    if kind is list or kind is tuple:
        return [picture(item) for item in value]
    return value if kind in _PLAIN else kind.__name__
