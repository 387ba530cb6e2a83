"""Objects made without ``__init__``, which often loads data, draws weights or trains."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, cast

from ..reading.binding import same_meaning
from ..reading.definitions import Outline
from ..reading.source import Unit
from .initial import initials_of
from .keyed import keyed_in
from .layers import by_number, sizes_of
from .numbered import numbered_in
from .own import are_weights, gives_way, joined, stands_for

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Maker:
    """Makes the objects that a method is called on, a new one for each call.

    They have the attributes that ``__init__`` would set to a plain value, such as ``self.reg = 0``,
    and those that are given. Where both have a network's value, the one that is given counts.

    Parameters
    ----------
    owner : type
        The class.
    plan : Outline
        Where its ``__init__`` stands.
    names : mapping
        The names of its module.
    units : mapping
        The pieces of source, by the label that their frames carry.
    outside : callable, optional
        A method of the class that stands outside of it.
    """

    def __init__(
        self,
        owner: type,
        plan: Outline,
        names: Mapping[str, Any],
        units: Mapping[str, Unit],
        outside: Callable[..., Any] | None = None,
    ) -> None:
        self._owner = owner
        self._names = names
        self._initials = initials_of(owner, plan, names, units)
        self._plain = {word: public_name(word, owner) for word in _words(owner) | _read_by(outside)}
        self._kept = {
            (word, key): (key or plain, numbered)
            for (name, key), numbered in numbered_in(owner, plan).items()
            for word, plain in self._plain.items()
            if plain == public_name(name, owner)
        }
        self._keyed = {public_name(name, owner) for name in keyed_in(owner, plan)}
        self._readers: dict[str, list[str]] = {}
        self._set: dict[str, dict[str, Any]] = {}
        self._last: Any = None
        self._rest: list[Callable[[], object]] = []
        if getattr(owner, "__abstractmethods__", None):
            cast(Any, owner).__abstractmethods__ = frozenset()

    def make(
        self,
        attributes: Mapping[str, Any],
        entries: Mapping[str, Any] = NOTHING,
        without: Container[str] = (),
        *,
        again: bool = False,
    ) -> Any:
        """Return an object with these attributes, under every name that its class reads.

        ``entries`` are values that a class may keep one by one, as ``self.W1``; they never take the
        place of a method. What is named in ``without``, private or not, the class
        sets for itself. ``again`` asks for the object of the call before, whatever it holds now.
        """
        receiver = self._last if again and self._last is not None else self._new(entries)
        self._last = receiver if attributes else None
        for (word, key), value in by_number(entries, self._kept).items():
            own = getattr(receiver, word, None)
            held = {**own, key: value} if isinstance(own, dict) else {key: value}
            _give(receiver, {word: value if key is None else held})
        for name, value in entries.items():
            _give(receiver, self._meant(receiver, name, value))
        self._set = {
            name: {name: value} | self._meant(receiver, name, value, name, attributes)
            for name, value in attributes.items()
        }
        for given in self._set.values():
            for word, value in given.items():
                if self._plain.get(word, word) not in without:
                    _give(receiver, {word: value})
        for do_again in self._rest:
            do_again()
        self._rest = []
        return receiver

    def _new(self, entries: Mapping[str, Any]) -> Any:
        """Return an object that nothing was given to yet."""
        try:
            receiver: Any = object.__new__(self._owner)
        except TypeError:  # a class built on one in C has a __new__ of its own
            receiver = cast(Any, self._owner).__new__(self._owner)
        sizes = sizes_of(entries)
        self._rest = [one.run(receiver, self._names, sizes) for one in self._initials]
        return receiver

    def taken_back(self, receiver: Any, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the attributes of the last object hold after the call.

        Of several names of one value, the one counts that holds something else now.
        """
        held = {}
        for name, value in given.items():
            was = self._set.get(name, {})
            now = [(getattr(receiver, word, old), old) for word, old in was.items()]
            held[name] = next((other for other, old in reversed(now) if other is not old), value)
        return held

    def _meant(
        self,
        receiver: Any,
        name: str,
        value: Any,
        always: str | None = None,
        given: Container[str] = (),
    ) -> dict[str, Any]:
        """Return the names that a value is read under, with what each gets.

        These are private ones, and others of one meaning; ``always`` is one that the class cannot
        have for itself. What is ``given`` under a name has that name for its own: ``cache`` is not
        what ``caches`` holds.
        """
        if name not in self._readers:
            words = self._plain.items()
            self._readers[name] = [word for word, plain in words if stands_for(plain, name)]
        found = {}
        for word in self._readers[name]:
            if self._plain[word] != name and self._plain[word] in given:
                continue
            own, plain = self._own(receiver, word), self._plain[word]
            is_unset = own is None and plain in self._keyed and are_weights(plain, name)
            if plain == always or is_unset or gives_way(own, plain, name, value):
                found[word] = joined(own, value)
        return found

    def _own(self, receiver: Any, word: str) -> Any:
        """Return what the class has set under a name; None where that is nothing."""
        held = getattr(receiver, "__dict__", {})
        return held[word] if word in held else inspect.getattr_static(self._owner, word, None)


def namespace(function: Callable[..., Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of an object without a class, under every name that is read."""
    alike = {
        word: value
        for name, value in attributes.items()
        for word in _read_by(function)
        if same_meaning(word.lstrip("_"), name)
    }
    return alike | dict(attributes)


def _give(receiver: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        with suppress(AttributeError):  # a property without setter
            setattr(receiver, name, value)


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


def public_name(word: str, owner: type) -> str:
    """Return a name without what makes it private: ``_name``, or ``__name`` as Python spells it."""
    for base in owner.__mro__:
        word = word.removeprefix(f"_{base.__name__.lstrip('_')}__")
    return word.lstrip("_")
