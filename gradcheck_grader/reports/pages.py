"""What pages in HTML need: templates that escape, and a policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck_grader.models import Finding, ReportProblem
from gradcheck_grader.reports import words

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"
CARET_ROOM = 76  # columns of code under which a caret still stands at its place
SIGNS = {
    "correct": ("ok", "✓"),
    "follow-through": ("carried", "↳"),
    "wrong": ("wrong", "✗"),
    "wrong shape": ("wrong", "✗"),
    "missing": ("none", "–"),
    "error": ("none", "–"),
    "timeout": ("none", "–"),
    "not graded": ("none", "?"),
}


def environment(*folders: Path) -> Environment:
    """Return an environment for templates in these folders: it escapes, and knows no blanks."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def text_of(*paths: Path) -> str:
    """Return the text of some files, one after the other."""
    return "".join(path.read_text(encoding="utf-8") for path in paths)


def policy(style: str, script: str = "") -> str:
    """Return the content policy of a page: its own style and script, and no network at all."""
    allowed = [f"style-src '{_digest(style)}'"]
    if script:
        allowed.append(f"script-src '{_digest(script)}'")
    return "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])


def _digest(text: str) -> str:
    """Return the digest by which a policy knows what stands between two tags."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def prose(text: str) -> Markup:
    """Return what we say with the code in it, between backticks, as code."""
    from markupsafe import Markup, escape

    pieces = enumerate(words.QUOTED.split(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in pieces
    )


def frame(item: Finding | ReportProblem) -> tuple[str, str, str, str] | None:
    """Return a line of code: before the place, the place, after it, and the carets under it.

    The place is empty where it is not known; there are no carets under a line that will wrap.
    """
    if not item.source:
        return None
    source = item.source.expandtabs(1).rstrip()
    text = source.lstrip()
    if not item.caret:
        return text, "", "", ""
    shift = len(source) - len(text)
    start = min(max(item.caret[0] - shift, 0), len(text))
    end = min(max(item.caret[1] - shift, start), len(text))
    carets = " " * start + "^" * (end - start) if len(text) <= CARET_ROOM else ""
    return text[:start], text[start:end], text[end:], carets
