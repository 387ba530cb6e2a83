"""Phrases of messages: a number with its noun, a text that is cut, a question after a name."""

from __future__ import annotations

from collections.abc import Collection


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number and what there is of it: ``1 cause``, ``2 causes``, ``2 links are``."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"


def cut(text: str, room: int) -> str:
    """Return the text in at most ``room`` characters, with a sign that it goes on."""
    return text if len(text) <= room else text[: max(room - 1, 0)] + "…"


def did_you_mean(name: str, known: Collection[str], most: int = 1) -> str:
    """Return a question about the known names that are most like one, or nothing."""
    import difflib  # most names are right

    near = difflib.get_close_matches(name, known, n=most)
    return f"Did you mean {' or '.join(near)}? " if near else ""
