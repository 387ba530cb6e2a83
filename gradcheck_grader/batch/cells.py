"""CSV that a spreadsheet can open: a cell of text is never taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from gradcheck_grader.sandbox.text import clean

ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
LONGEST = 2000
Cell = str | int | float | None


def guarded(text: str) -> str:
    """Return a text as a cell: one line, and with an apostrophe before what would be computed."""
    shown = re.sub(r"[\n\t]", " ", clean(text, LONGEST))
    # What is hidden before a sign is not in the cell any more, and the sign is first then.
    is_active = any(form.lstrip(" ").startswith(ACTIVE) for form in (text, shown))
    return f"'{shown}" if is_active and not NUMBER.fullmatch(shown) else shown


def line(cells: Iterable[Cell]) -> str:
    """Return one line of CSV; texts are guarded, numbers stay numbers, None is blank."""
    stream = io.StringIO()
    row = [
        "" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in cells
    ]
    csv.writer(stream, lineterminator="\n").writerow(row)
    return stream.getvalue()
