"""Text from untrusted code, made fit to be shown: cut, and without characters that deceive."""

from __future__ import annotations

import re
import unicodedata

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_KEPT = "\n\t"
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
