"""Objects made without ``__init__``, which often loads data, draws weights or trains."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, cast

from ..reading.binding import same_meaning
from ..reading.definitions import Outline
from .initial import run, steps_of

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Maker:
    """Makes the objects that a method is called on, a new one for each call.

    They have the attributes that ``__init__`` would set to a plain value, such as ``self.reg = 0``,
    and those that are given.

    Parameters
    ----------
    owner : type
        The class.
    plan : Outline
        Where its ``__init__`` stands.
    names : mapping
        The names of its module.
    outside : callable, optional
        A method of the class that stands outside of it.
    """

    def __init__(
        self,
        owner: type,
        plan: Outline,
        names: Mapping[str, Any],
        outside: Callable[..., Any] | None = None,
    ) -> None:
        self._owner = owner
        self._names = names
        self._steps = steps_of(owner, plan)
        self._plain = {word: _plain(word, owner) for word in _words(owner) | _read_by(outside)}
        self._set: dict[str, list[str]] = {}
        if getattr(owner, "__abstractmethods__", None):
            cast(Any, owner).__abstractmethods__ = frozenset()

    def make(self, attributes: Mapping[str, Any], entries: Mapping[str, Any] = NOTHING) -> Any:
        """Return an object with these attributes, under every name that its class reads.

        ``entries`` are values that a class may keep one by one, as ``self.W1``; they never take the
        place of anything that the class has itself.
        """
        try:
            receiver: Any = object.__new__(self._owner)
        except TypeError:  # a class built on one in C has a __new__ of its own
            receiver = cast(Any, self._owner).__new__(self._owner)
        for steps, defaults in self._steps:
            run(steps, receiver, self._names, defaults)
        held = getattr(receiver, "__dict__", {})
        own = {word for word, value in held.items() if not _is_to_be_filled(value)}
        free = self._plain.keys() - own.union(dir(self._owner))
        for name, value in entries.items():
            _give(receiver, free.intersection((name, *self._alike(name, free))), value)
        self._set = {name: [name, *self._alike(name, free)] for name in attributes}
        for name, spellings in self._set.items():
            _give(receiver, spellings, attributes[name])
        return receiver

    def taken_back(self, receiver: Any, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the attributes of the last object hold after the call.

        Of several names of one value, the one counts that holds something else now.
        """
        held = {}
        for name, value in given.items():
            now = [getattr(receiver, word, value) for word in self._set.get(name, ())]
            held[name] = next((other for other in reversed(now) if other is not value), value)
        return held

    def _alike(self, name: str, free: Collection[str]) -> list[str]:
        """Return the other names that a value is read under: private ones, and of one meaning."""
        return [
            word
            for word, plain in self._plain.items()
            if word != name and (plain == name or (word in free and same_meaning(plain, name)))
        ]


def namespace(function: Callable[..., Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of an object without a class, under every name that is read."""
    alike = {
        word: value
        for name, value in attributes.items()
        for word in _read_by(function)
        if same_meaning(word.lstrip("_"), name)
    }
    return alike | dict(attributes)


def _give(receiver: Any, spellings: Iterable[str], value: Any) -> None:
    for spelling in spellings:
        with suppress(AttributeError):  # a property without setter
            setattr(receiver, spelling, value)


def _is_to_be_filled(value: Any) -> bool:
    return value is None or (type(value) in (dict, list, tuple) and not value)


def _words(owner: type) -> set[str]:
    """Return the names that the code of a class and of its bases mentions."""
    return {
        word
        for base in owner.__mro__
        for member in vars(base).values()
        for function in (member, getattr(member, "fget", None), getattr(member, "__func__", None))
        for word in _read_by(function)
    }


def _read_by(function: Any) -> set[str]:
    return set(getattr(getattr(function, "__code__", None), "co_names", ()))


def _plain(word: str, owner: type) -> str:
    """Return a name without what makes it private: ``_name``, or ``__name`` as Python spells it."""
    for base in owner.__mro__:
        word = word.removeprefix(f"_{base.__name__.lstrip('_')}__")
    return word.lstrip("_")
