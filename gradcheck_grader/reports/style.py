"""How text is drawn: colour, signs, width, and what a terminal's encoding can show."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from dataclasses import dataclass
from typing import TextIO

from gradcheck_grader.choices import Colour

CODES = {"good": "36", "bad": "1;31", "carried": "33", "dim": "2", "bold": "1"}
SIGNS = {
    "correct": ("✓", "ok", "good"),
    "follow-through": ("↳", "~ok", "carried"),
    "missing": ("–", "-", "dim"),
    "not graded": ("?", "?", "dim"),
}
WRONG = ("✗", "FAIL", "bad")
PLAIN = str.maketrans(
    {"·": "-", "×": "x", "█": "#", "░": ".", "│": "|", "─": "-", "–": "-", "↳": "~", "’": "'"}
    | {"“": '"', "”": '"', "…": "~"}
)
NARROW, WIDE = 80, 100


@dataclass(frozen=True, slots=True)
class Style:
    """A way to draw: ``unicode`` signs or ASCII words, colours or none, and a width."""

    colour: bool = False
    unicode: bool = True
    width: int = NARROW

    def paint(self, text: str, role: str) -> str:
        """Return the text in the colour of its role; unchanged without colour."""
        return f"\x1b[{CODES[role]}m{text}\x1b[0m" if self.colour and text else text

    def sign(self, verdict: str) -> str:
        """Return the sign of a verdict: never colour alone tells one from another."""
        sign, plain, role = SIGNS.get(verdict, WRONG)
        return self.paint(sign if self.unicode else plain, role)

    def role(self, verdict: str) -> str:
        """Return the colour of a verdict."""
        return SIGNS.get(verdict, WRONG)[2]

    def wrap(self, text: str, indent: int) -> list[str]:
        """Return lines of at most ``width`` columns, all indented."""
        room = max(self.width - indent, 20)
        lines = [
            line
            for part in text.splitlines()
            for line in textwrap.wrap(part, room, break_on_hyphens=False) or [""]
        ]
        return [" " * indent + line for line in lines]

    def spread(self, left: str, right: str, indent: int = 0) -> str:
        """Return one line with a text at each end; both unpainted."""
        gap = self.width - indent - len(left) - len(right)
        return " " * indent + left + " " * max(gap, 2) + right

    def titled(self, left: str, right: str) -> str:
        """Return one line with a title at its left end, and what is said beside it at the right."""
        return self.paint(left, "bold") + self.paint(self.spread(left, right)[len(left) :], "dim")

    def rule(self) -> str:
        """Return a horizontal line."""
        return self.paint("─" * self.width, "dim")

    def finish(self, text: str) -> str:
        """Return the text with every sign that the encoding lacks replaced."""
        return text if self.unicode else text.translate(PLAIN).encode("ascii", "replace").decode()


def style_for(stream: TextIO, colour: Colour) -> Style:
    """Return the style that suits a stream.

    NO_COLOR, FORCE_COLOR and TERM=dumb are honoured; without a terminal there is no colour and
    the width is 80 columns.
    """
    terminal = stream.isatty()
    painted = {"always": True, "never": False}.get(colour)
    if painted is None:
        forced = bool(os.environ.get("FORCE_COLOR"))
        refused = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        painted = (terminal or forced) and not refused
    columns = shutil.get_terminal_size((NARROW, 24)).columns if terminal else NARROW
    return Style(painted, _can_show(stream), max(min(columns, WIDE), 60))


def _can_show(stream: TextIO) -> bool:
    try:
        "✓✗↳–·×█░│─".encode(stream.encoding or sys.getdefaultencoding())
    except (UnicodeEncodeError, LookupError):
        return False
    return True
