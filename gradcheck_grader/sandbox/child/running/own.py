"""What a class has itself under a name of a call's value: which of the two counts.

An ``__init__`` makes a network of some size, of zeros or of nothing; the network of the call takes
its place. ``self.t = 7`` or ``self.a1 = "tanh"`` are no values of a network, and stay.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..reading.binding import plain_name, same_meaning
from ..reading.spelling import is_spelling

_OF_A_LAYER = re.compile(r"[A-Za-z]+_?\d+")
_MAY_HOLD = frozenset(("weights", "theta", "thetas", "model"))
_NUMBERS, _HOLDERS = (int, float, np.generic), (dict, list, tuple)


def stands_for(word: str, name: str) -> bool:
    """Tell whether an attribute is spelled as one that may be the value with this name."""
    return same_meaning(word, name) or is_spelling(word, name) or are_weights(word, name)


def gives_way(own: Any, word: str, name: str, value: Any) -> bool:
    """Tell whether a value of the call takes the place of what a class has under a word for it."""
    if are_weights(word, name):  # a list of arrays elsewhere
        return isinstance(own, dict)
    kind = _kind(own)
    if own is None or (kind == "holder" and not own) or (kind == "array" and not own.size):
        return True
    if _OF_A_LAYER.fullmatch(name):
        return kind != ""
    is_unset = kind == "number" and own == 0 and plain_name(word) == plain_name(name)
    return is_unset or kind == _kind(value) != ""


def joined(own: Any, value: Any) -> Any:
    """Return a call's value with what a dict of a class holds beside those of layers: ``rate``."""
    if not isinstance(own, dict) or type(value) is not dict:
        return value
    more = {key: item for key, item in own.items() if not _OF_A_LAYER.fullmatch(str(key))}
    more = {key: item for key, item in more.items() if key not in value}
    return more | value if more else value


def are_weights(word: str, name: str) -> bool:
    """Tell whether a name is one for all parameters, and a word one that may hold them, too."""
    meanings = {plain_name(word), plain_name(name)}
    may_hold = not _MAY_HOLD.isdisjoint(meanings)
    return may_hold and any(same_meaning(m, "parameters") for m in meanings)


def _kind(value: Any) -> str:
    """Return what sort of thing a value is, an empty text for what no network has."""
    if isinstance(value, np.ndarray):
        return "array"
    if isinstance(value, _HOLDERS):
        return "holder"
    return "number" if isinstance(value, _NUMBERS) and not isinstance(value, bool) else ""
