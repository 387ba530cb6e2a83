"""Text from untrusted code, made fit to be shown: cut, and without characters that deceive."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_KEPT = "\n\t"
_BRIEF = 64  # more than is told of a key; the text of a value is not told at all
# Control, format (the bidirectional overrides are among them), surrogate, private, unassigned,
# and the two separators that some viewers take for the end of a line.
_DROPPED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def clean(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text`` that only show, and never act or hide."""
    # No more than this is looked at, however long the text that came.
    plain = _ANSI.sub("", text[: 4 * limit].replace("\r\n", "\n"))
    kept = "".join(
        char for char in plain if char in _KEPT or unicodedata.category(char) not in _DROPPED
    )
    return kept if len(kept) <= limit else kept[: max(limit - 1, 0)] + "…"


def clean_line(text: str, limit: int) -> str:
    """Return ``text`` cleaned and on one line."""
    return " ".join(clean(text, limit).split())


def with_brief_texts(value: Any) -> Any:
    """Return a value with its texts cut: no gradient is one, and long ones could fill the memory.

    One character outside of ASCII makes a text up to four times as long here as it was sent.
    """
    if isinstance(value, str):
        return value[:_BRIEF]
    if isinstance(value, dict):
        return {key[:_BRIEF]: with_brief_texts(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(with_brief_texts(item) for item in value)
    return value
