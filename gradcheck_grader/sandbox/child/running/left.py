"""What a method leaves on its object: the numbers that its call has set there, by name.

Many methods end with ``self.dW1 = ...`` and return nothing. What stood there before the call, such
as an answer that a class keeps from an earlier one, does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from typing import Any

import numpy as np

from .holders import attributes_of, is_numbers
from .objects import public_name

_HOLDERS, _KEYS = (dict, list), (str, int)


class Left:
    """What an object held before a call, to tell afterwards what the call has set.

    Parameters
    ----------
    receiver : object
        What the method is called on; None for a function.
    given : mapping
        What the call gives, by name. To put something else in its place is to update it.
    """

    def __init__(self, receiver: Any, given: Mapping[str, Any]) -> None:
        self._receiver = receiver
        self._given = given
        self._before = _held(receiver)

    def numbers(self) -> dict[str, Any]:
        """Return the numbers that were set since: attributes, and entries of dicts in attributes.

        Private attributes are named without what makes them private, where that name is free.
        """
        if self._receiver is None:
            return {}
        now, before = _held(self._receiver), self._before
        given = [self._given, *(held for held in self._given.values() if type(held) is dict)]
        ours = {id(item) for held in given for item in held.values() if type(item) is np.ndarray}
        left: dict[str, Any] = {}
        for name, value in now.items():
            if type(value) is dict:
                was = before.get(name)
                entries = _set_since(value, was if type(was) is dict else {}, ours)
                left |= {name: entries} if entries else {}
        left |= _set_since(now, before, ours)
        return {
            public_name(name, type(self._receiver)): value for name, value in left.items()
        } | left


def _held(receiver: Any) -> dict[str, Any]:
    """Return what an object holds, its dicts and lists copied; nothing if its class prevents it."""
    held: dict[str, Any] = {}
    if receiver is None:
        return held
    with suppress(Exception):
        for name, value in attributes_of(receiver).items():
            if type(name) is str:
                held[name] = copy(value) if type(value) in _HOLDERS else value
    return held


def _set_since(now: Mapping[Any, Any], before: Mapping[Any, Any], ours: set[int]) -> dict[str, Any]:
    """Return the numbers that are others than before, where there was none of ``ours``."""
    return {
        name: value
        for name, value in now.items()
        if type(name) in _KEYS and _is_other(value, before.get(name), ours) and is_numbers(value)
    }


def _is_other(value: Any, was: Any, ours: set[int]) -> bool:
    """Tell whether a value was set since, and not in the place of one of ours; a list item by item.

    A list may be filled in place, as ``self.dW[l] = ...`` does.
    """
    if type(value) is list and type(was) is list and len(value) == len(was) > 0:
        return all(_is_other(*pair, ours) for pair in zip(value, was, strict=True))
    return value is not was and id(was) not in ours
