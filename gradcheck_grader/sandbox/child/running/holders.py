"""An answer that holds its values under names and is no dict: read into one before it is sent.

Reading a class of the student's own may run their code: here, where it ran before, within the
limits of its call.
"""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from contextlib import suppress
from itertools import islice
from types import FunctionType, MemberDescriptorType, ModuleType
from typing import Any

import numpy as np

_PLAIN = (dict, list, tuple, np.ndarray, np.generic, int, float, complex, str, bytes, set)
_USUAL = frozenset((dict, list, tuple, np.ndarray))  # told at once: each call of a function asks
_SERIES = (Iterator, ItemsView, ValuesView)
_MOST = 1000  # no answer has more gradients
_NO_ANSWERS = (type, ModuleType, FunctionType, BaseException)
_NUMBERS = (np.ndarray, np.number, float, int)
_GRADIENT = re.compile(r"(d|grad)_?(w|b|weights?|bias(es)?)_?\d+", re.IGNORECASE)


def with_dicts(answer: Any) -> Any:
    """Return the answer with a dict in place of what holds names, itself or one of its items.

    What gives its items one by one, as a generator does, is gone through.
    """
    if type(answer) is dict:
        return answer  # nearly always
    answer = _in_full(answer)
    kind = type(answer)
    if kind is list or kind is tuple:
        return kind(_names(_in_full(item)) for item in answer)
    return _names(answer)


def _in_full(value: Any) -> Any:
    """Return the items of what can only be gone through, as a list; anything else as it is.

    So is what does not come to an end: it is no gradients.
    """
    if type(value) in _USUAL or not issubclass(type(value), _SERIES):
        return value
    items = list(islice(value, _MOST + 1))
    return items if len(items) <= _MOST else value


def _names(value: Any) -> Any:
    """Return what a value holds under names, as a dict; itself if it holds nothing so."""
    kind = type(value)
    if value is None or issubclass(kind, _PLAIN):
        return _named_tuple(value) or value
    if issubclass(kind, _NO_ANSWERS):
        return value
    if issubclass(kind, Mapping) or (_defines(kind, "keys") and _defines(kind, "__getitem__")):
        return dict(value)
    # What else an object keeps is no part of an answer: all that hangs on a network would be sent.
    held = attributes_of(value)
    return {name: kept for name, kept in held.items() if is_numbers(kept)} or value


def _named_tuple(value: Any) -> dict[str, Any] | None:
    """Return a named tuple with dW1, db1 ...; any other is a tuple, known by the order in it."""
    fields = getattr(type(value), "_fields", ()) if issubclass(type(value), tuple) else ()
    if not any(type(name) is str and _GRADIENT.fullmatch(name) for name in fields):
        return None
    return dict(zip(fields, tuple.__iter__(value), strict=False))


def _defines(kind: type, name: str) -> bool:
    """Tell whether a class has a method; asked for it, an object might answer to any name."""
    return any(name in vars(cls) for cls in kind.__mro__)


def attributes_of(value: Any) -> dict[str, Any]:
    """Return what an object itself holds, by name; of its class nothing is asked."""
    held: dict[str, Any] = {}
    with suppress(AttributeError):
        held |= object.__getattribute__(value, "__dict__")
    for cls in type(value).__mro__:
        for name, kept in vars(cls).items():
            if type(kept) is MemberDescriptorType:  # one of __slots__
                with suppress(AttributeError):  # it was never filled
                    held[name] = kept.__get__(value)
    return held


def is_numbers(value: Any) -> bool:
    """Tell an array or a number, or rows of numbers."""
    if type(value) not in (list, tuple):
        return issubclass(type(value), _NUMBERS)
    rows = [row if type(row) in (list, tuple) else [row] for row in value]
    return all(issubclass(type(item), _NUMBERS) for row in rows for item in row)
