"""Formatted strings of Python 3.12 in the words of those before it.

Since 3.12 the braces of ``f"{grads["dW1"]}"`` may hold the quotes of the string itself, and
backslashes. An older Python refuses the whole file for it.
"""

from __future__ import annotations

import ast
import re

_START = re.compile(
    r"#[^\n]*|(?<![\w])(?P<prefix>[A-Za-z]{0,2})(?P<quote>'''|\"\"\"|'|\")", re.ASCII
)


def without_new_fstrings(text: str) -> str:
    """Return a text with the strings that only a newer Python reads written for an older one."""
    done, place = "", 0
    while (match := _START.search(text, place)) is not None:
        quote = match["quote"]
        end = match.end() if quote is None else _end(text, match.end(), match["prefix"], quote)
        if end is None:
            break
        whole = text[match.start() : end]
        if quote is not None and "f" in match["prefix"].lower():
            whole = _older(text[match.end() : end - len(quote)], match["prefix"], quote)
        done += text[place : match.start()] + whole
        place = end
    return done + text[place:]


def _end(text: str, start: int, prefix: str, quote: str) -> int | None:
    """Return where a string ends that begins with what stands before ``start``."""
    place, formatted = start, "f" in prefix.lower()
    while place < len(text):
        if text.startswith(quote, place):
            return place + len(quote)
        if text[place] == "\n" and len(quote) == 1:
            return None
        if text[place] == "\\" or (formatted and text.startswith(("{{", "}}"), place)):
            place += 2
        elif formatted and text[place] == "{":
            inner = _field_end(text, place + 1)
            if inner is None:
                return None
            place = inner
        else:
            place += 1
    return None


def _field_end(text: str, start: int) -> int | None:
    """Return where a field ends, after its brace; strings in it may have any quotes."""
    place, depth = start, 1
    while place < len(text) and depth:
        match = _START.match(text, place)
        if match is not None and match["quote"]:
            inner = _end(text, match.end(), match["prefix"], match["quote"])
            if inner is None:
                return None
            place = inner
            continue
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        place += 1
    return None if depth else place


def _older(body: str, prefix: str, quote: str) -> str:
    """Return a formatted string as an older Python reads it; the same, if one does."""
    whole = f"{prefix}{quote}{body}{quote}"
    if _is_read(whole):
        return whole
    rest = _rewritten(body)
    for other in (quote, "'''", '"""'):
        written = f"{prefix}{other}{rest}{other}"
        if _is_read(written):
            return written
    return whole


def _is_read(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _rewritten(body: str) -> str:
    """Return the text of a formatted string with the strings in its fields written anew."""
    done, place = "", 0
    while place < len(body):
        end = None
        if body.startswith("{", place) and not body.startswith("{{", place):
            end = _field_end(body, place + 1)
        if end is None:
            step = 2 if body.startswith(("{{", "}}", "\\"), place) else 1
            done, place = done + body[place : place + step], place + step
        else:
            done, place = done + _spelled(body[place:end]), end
    return done


def _spelled(field: str) -> str:
    """Return a field with the strings in it written for an older Python."""
    done, place = "", 0
    while (match := _START.search(field, place)) is not None and match["quote"]:
        prefix, quote = match["prefix"], match["quote"]
        end = _end(field, match.end(), prefix, quote)
        if end is None:
            break
        literal = field[match.start() : end]
        if "f" in prefix.lower():
            literal = _older(field[match.end() : end - len(quote)], prefix, quote)
        elif "\\" in literal:
            literal = _bytes_of(literal)
        done, place = done + field[place : match.start()] + literal, end
    return done + field[place:]


def _bytes_of(literal: str) -> str:
    r"""Return ``'\n'`` as ``bytes([10]).decode()``, which needs no backslash."""
    value = ast.literal_eval(literal) if _is_read(literal) else None
    return f"bytes({list(value.encode())}).decode()" if isinstance(value, str) else literal
