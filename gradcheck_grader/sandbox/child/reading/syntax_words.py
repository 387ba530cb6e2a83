"""What is wrong with a line where Python says "invalid syntax" and no more."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from difflib import get_close_matches

_TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|\S")
_NUMBER_AND_NAME = re.compile(r"(?<![\w.])(\d+\.?\d*)([^\W\d]\w*)")
_OPERATORS = {"&&": "and", "||": "or", "++": "+= 1", "--": "-= 1"}  # of other languages
_NAMING = frozenset(("class", "def", "for", "from", "global", "import", "nonlocal", "with"))
_LEAST_ALIKE = 0.7


def say_syntax(said: str, line: str, start: int) -> str | None:
    """Return what to say instead of Python's words; ``start`` is where it stumbled."""
    if said == "invalid decimal literal":
        return _number_and_name(line, start)
    if said != "invalid syntax":
        return None
    around = line[max(start - 2, 0) : start + 2]
    for sign, instead in _OPERATORS.items():
        if sign in around:
            return f"`{sign}` is no operator in Python; write `{instead}`."
    before, after = _TOKEN.findall(line[:start]), _TOKEN.findall(line[start:])
    if _is_name_lambda(before, after):
        return "`lambda` is a word of Python itself: no value can be called so."
    if not before or not after:
        return None
    if len(before) == 1 and (_is_value(after[0]) or after[0] == "{"):
        return _keyword(before[0])
    if before[0] in _NAMING or not _ends_value(before[-1]) or not _is_value(after[0]):
        return None
    apart = f"nothing stands between `{before[-1]}` and `{after[0]}`"
    return f"{apart}. Is an operator missing, such as `*`?"


def _number_and_name(line: str, start: int) -> str | None:
    for found in _NUMBER_AND_NAME.finditer(line):
        if found.start() <= start <= found.end():
            number, _ = found.groups()
            return f"`{found[0]}` is no number and no name. Is a `*` missing after `{number}`?"
    return None


def _keyword(word: str) -> str | None:
    meant = get_close_matches(word.lower(), keyword.kwlist, 1, _LEAST_ALIKE)
    return f"`{word}` begins no statement. Is `{meant[0]}` meant?" if meant else None


def _is_name_lambda(before: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether `lambda` stands where a value does, and no function is made with it."""
    tokens = [*before[-1:], *after]
    at = tokens.index("lambda") if "lambda" in tokens[:2] else None
    if at is None or ":" in tokens[at + 1 :][:-1]:
        return False
    then = tokens[at + 1 : at + 2]
    return not then or not (then[0].isalnum() or then[0] in ("_", ":"))


def _is_value(token: str) -> bool:
    return (token[0].isalnum() or token[0] == "_") and not keyword.iskeyword(token)


def _ends_value(token: str) -> bool:
    return token in (")", "]", "}") or _is_value(token)
