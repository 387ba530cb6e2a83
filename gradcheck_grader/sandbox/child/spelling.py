"""Keys of the arguments, spelled as the student's function spells them.

Most files read ``parameters["W1"]``; some read ``w1``, ``weight1`` or ``W_1``. Which one is told by
the texts that stand in the function.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

_NUMBERED = re.compile(r"([A-Za-z]+)(\d+)")
_LONG = {"W": ("weight", "weights"), "b": ("bias", "biases")}


def respell(arguments: Iterable[Any], read: Iterable[str]) -> None:
    """Rename, in place, keys of dicts that the function reads under another spelling only.

    Parameters
    ----------
    arguments : iterable
        Values of a call; only dicts are looked at.
    read : iterable of str
        Keys that stand in the function, ``{}`` for a number that is put in: ``w1``, ``w{}``.
    """
    wanted = frozenset(read)
    for argument in arguments:
        if type(argument) is dict:
            renamed = {_spelling(key, wanted): value for key, value in argument.items()}
            if len(renamed) == len(argument) and renamed.keys() != argument.keys():
                argument.clear()
                argument.update(renamed)


def _spelling(key: str, wanted: frozenset[str]) -> str:
    """Return the first spelling of a key that the function reads; the key itself if none."""
    match = _NUMBERED.fullmatch(key)
    if match is None:
        return key
    letters, number = match.groups()
    for stem in _stems(letters):
        if f"{stem}{number}" in wanted or f"{stem}{{}}" in wanted:
            return f"{stem}{number}"
    return key


def _stems(letters: str) -> Iterator[str]:
    """Yield the spellings of ``W``: W, w, W_, w_, weight, Weight ... the given one first."""
    plain = (letters, letters.swapcase(), *_LONG.get(letters, ()))
    for stem in (*plain, *(word.capitalize() for word in plain[2:])):
        yield stem
        yield f"{stem}_"
