"""Keys of the arguments, spelled as the student's function spells them.

Most files read ``parameters["W1"]``; some read ``w1``, ``weight1`` or ``W_1``, and ``h1`` for A1.
Which one is told by the texts that stand in the function. X is in the cache as A0, for those who
count layers from 0; some read it as ``cache["X"]``, and some unpack ``cache.values()`` or count in
it, and mean a cache without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

_NUMBERED = re.compile(r"([A-Za-z]+)(\d+)")
_INPUT = "A0"
# What a hidden layer gives is h in many texts; they call Z of a layer something else.
_LONG = {"W": ("weight", "weights"), "b": ("bias", "biases"), "A": ("h",), "a": ("h",)}


class Spelling:
    """How one function spells the keys of what it is given.

    Parameters
    ----------
    read : iterable of str
        Keys that stand in the function, ``{}`` for a number that is put in: ``w1``, ``w{}``.
    unpacked : iterable of int
        How many names are filled by the values of a dict, wherever that is done.
    from_arguments : iterable of str
        The keys among ``read`` that are read from an argument itself: those of another dict, such
        as one of gradients, may be spelled otherwise.
    in_helpers : iterable of str
        Keys that are read in what the function leads to. An argument may be passed on to it.
    placed : iterable of (int, str)
        From which place of a dict's values a name is filled, where they are taken one by one.
    """

    def __init__(
        self,
        read: Iterable[str],
        unpacked: Iterable[int] = (),
        from_arguments: Iterable[str] = (),
        in_helpers: Iterable[str] = (),
        placed: Iterable[tuple[int, str]] = (),
    ) -> None:
        self._read = frozenset(read)
        self._stems = frozenset(key.rstrip("0123456789{}") for key in self._read)
        self._from_arguments = frozenset(from_arguments)
        self._in_helpers = frozenset(in_helpers)
        self._unpacked = frozenset(unpacked)
        self._placed = frozenset(placed)
        # Dicts with the same keys come again and again; nearly all may stay as they are.
        self._known: set[tuple[Any, ...]] = set()

    def apply(self, arguments: Iterable[Any]) -> bool:
        """Rename, in place, keys of dicts that the function reads under another spelling only.

        Return whether any dict has other keys now.
        """
        is_changed = False
        for argument in arguments:
            if type(argument) is dict and (keys := tuple(argument)) not in self._known:
                if self._is_respelled(argument):
                    is_changed = True
                else:
                    self._known.add(keys)
        return is_changed

    def _is_respelled(self, argument: dict[Any, Any]) -> bool:
        """Rename keys of one dict; tell whether there were any."""
        is_shorter = self._is_one_too_long(argument)
        if is_shorter:
            del argument[_INPUT]
        names = self._respelled(tuple(argument))
        if names is not None:
            renamed = dict(zip(names, argument.values(), strict=True))
            argument.clear()
            argument.update(renamed)
        return is_shorter or names is not None

    def _is_one_too_long(self, argument: dict[Any, Any]) -> bool:
        """Tell whether the values fit the names that they are unpacked to but for X."""
        if _INPUT not in argument or not (self._unpacked or self._placed):
            return False
        size = len(argument)
        if size - 1 in self._unpacked and size not in self._unpacked:
            return True
        others = [key for key in argument if key != _INPUT]
        return self._fitting(others) > self._fitting([*argument])

    def _fitting(self, keys: list[Any]) -> int:
        """Return how many names are filled with the value of such a key."""
        return sum(i < len(keys) and is_spelling(name, keys[i]) for i, name in self._placed)

    def _respelled(self, keys: tuple[Any, ...]) -> tuple[str, ...] | None:
        """Return the function's names for these keys; None where they may stay as they are."""
        names = tuple(map(self._spelled, keys))
        return names if names != keys and len(set(names)) == len(keys) else None

    def _spelled(self, key: str) -> str:
        """Return the function's spelling of a key; the key itself if it has none."""
        if key in self._from_arguments:
            return key  # nearly always
        if key == _INPUT and not self._read & {"A{}", *(f"{stem}0" for stem in _stems("A"))}:
            named = next((name for name in ("X", "x") if name in self._read), None)
            if named is not None:
                return named
        match = _NUMBERED.fullmatch(key)
        if match is None:
            return key
        letters, number = match.groups()
        if self._stems.isdisjoint(_stems(letters)):
            return key
        if (found := _first(_stems(letters), number, self._from_arguments)) is not None:
            return found
        as_it_is = _first([letters], number, self._in_helpers)
        return as_it_is or _first(_stems(letters), number, self._read) or key


def _first(stems: Iterable[str], number: str, wanted: frozenset[str]) -> str | None:
    """Return the first of some spellings that is among the keys that are read, if any is."""
    for stem in stems:
        if f"{stem}{number}" in wanted or f"{stem}{{}}" in wanted:
            return f"{stem}{number}"
    return None


def is_spelling(word: str, name: str) -> bool:
    """Tell whether a word is one of the spellings of a name with a layer: ``weights1`` of W1."""
    match, other = _NUMBERED.fullmatch(name), re.fullmatch(r"(\w*?)(\d+)", word)
    if match is None or other is None or match[2] != other[2]:
        return False
    return other[1] in _stems(match[1])


def last_activation(keys: Iterable[str]) -> str | None:
    """Return the key of the activation with the largest number, None where there is no such key."""
    found = [key for key in keys if is_spelling(key, f"A{layer_of(key)}")]
    return max(found, key=layer_of, default=None)


def layer_of(key: str) -> int:
    """Return the number at the end of a key, 0 for one without."""
    match = re.search(r"\d+$", key)
    return 0 if match is None else int(match[0])


def _stems(letters: str) -> Iterator[str]:
    """Yield the spellings of ``W``: W, w, W_, w_, weight, Weight ... the given one first."""
    plain = (letters, letters.swapcase(), *_LONG.get(letters, ()))
    for stem in (*plain, *(word.capitalize() for word in plain[2:])):
        yield stem
        yield f"{stem}_"
