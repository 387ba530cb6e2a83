"""What a file's code looks like, whatever its names: hashes of stretches of tokens (winnowing).

Nothing is run. Schleimer, Wilkerson and Aiken, Winnowing: Local Algorithms for Document
Fingerprinting (2003): of each window of hashes the least is kept, so that two files with a long
enough stretch in common share one.
"""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..facts import LoadFailure
from ..marks import LONGEST_LINE, MOST_LINES, MOST_MARKS, MOST_UNITS
from .source import Unit, is_source, read

PRIME, BASE = 2**61 - 1, 1_000_000_007_000_003
GRAM, WINDOW = 12, 8  # tokens in a stretch; stretches in a window
MOST_TOKENS = 50_000
_SILENT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER, tokenize.STRING, tokenize.TYPE_COMMENT,
}  # fmt: skip
# Text within a formatted string is a token of its own since Python 3.12.
_OPENS, _CLOSES = (getattr(tokenize, f"FSTRING_{name}", -1) for name in ("START", "END"))

Token = tuple[str, int]  # normalised, and its line


def marks(files: Mapping[str, bytes], main: str | None) -> Any:
    """Return the units (path, cell, lines of text) and an array of marks.

    A mark is a row: hash, place of its unit, first line, last line.
    """
    units = list(_units(files, main))[:MOST_UNITS]
    rows = [
        (hash_, place, first, last)
        for place, unit in enumerate(units)
        for hash_, first, last in winnow(list(_tokens(unit.text)))
    ]
    room = MOST_LINES
    shown = []
    for unit in units:
        lines = _lines(unit.text, room)
        room -= len(lines)
        shown.append((unit.path, unit.cell or 0, lines))
    return shown, np.array(rows[:MOST_MARKS], dtype=np.int64).reshape(-1, 4)


def winnow(tokens: Sequence[Token]) -> Iterator[tuple[int, int, int]]:
    """Yield hash, first and last line of the stretches that are kept."""
    hashes = _hashes([text for text, _ in tokens])
    kept: set[int] = set()
    for start in range(max(len(hashes) - WINDOW + 1, min(len(hashes), 1))):
        window = hashes[start : start + WINDOW]
        least = min(window)
        # The last of equals: it stays the least of the most windows.
        kept.add(start + len(window) - 1 - window[::-1].index(least))
    for at in sorted(kept):
        yield hashes[at], tokens[at][1], tokens[at + GRAM - 1][1]


def _units(files: Mapping[str, bytes], main: str | None) -> Iterable[Unit]:
    """Yield what can be read, the main file alone if there is one; raise if nothing can."""
    paths = [main] if main in files else [path for path in files if is_source(path)]
    fault: LoadFailure | None = None
    found = False
    for path in paths:
        try:
            for unit in read(str(path), files[str(path)]).units:
                found = True
                yield unit
        except LoadFailure as failure:
            fault = fault or failure
    if fault is not None and not found:
        raise fault


def _tokens(text: str) -> Iterator[Token]:
    """Yield keywords and signs as they are, every name and every number alike, no text."""
    depth = count = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            depth += (token.type == _OPENS) - (token.type == _CLOSES)
            if depth or token.type in _SILENT or token.type == _CLOSES:
                continue
            count += 1
            if count > MOST_TOKENS:
                return
            yield _plain(token), token.start[0]
    except (tokenize.TokenError, SyntaxError):  # a cell that does not parse: what stands before
        return


def _plain(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NUMBER:
        return "0"
    if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
        return "v"
    return token.string


def _hashes(texts: Sequence[str]) -> list[int]:
    """Return a number for each stretch, from the one before it (Karp and Rabin, 1987)."""
    # hashlib would cost every start of the process more than this takes.
    numbers = [int.from_bytes(text.encode("utf-8", "replace"), "big") % PRIME for text in texts]
    first = pow(BASE, GRAM, PRIME)
    hashes, rolled = [], 0
    for place, number in enumerate(numbers):
        gone = numbers[place - GRAM] if place >= GRAM else 0
        rolled = (rolled * BASE + number - gone * first) % PRIME
        if place >= GRAM - 1:
            hashes.append(rolled)
    return hashes


def _lines(text: str, most: int) -> list[str]:
    return [line.rstrip()[:LONGEST_LINE] for line in text.split("\n")[:most]]
