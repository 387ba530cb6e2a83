"""Bytes that were handed in -> pieces of Python: one for a file, one for each notebook cell."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..facts import Facts, LoadFailure, note, problem
from .parse import Parsed, parse
from .pasted import say_pasted
from .syntax_words import say_syntax

MIB = 1024 * 1024
MOST_BYTES = {".py": 2 * MIB, ".ipynb": 20 * MIB}
"""A notebook may hold pictures; a program of this size holds data, or is no program."""

_FOREIGN = {
    b"PK\x03\x04": "a zip archive",
    b"%PDF": "a PDF",
    b"{\\rtf": "a text with fonts (RTF)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"\x7fELF": "a compiled program",
    b"\x1f\x8b": "a compressed file",
}
_OFFICE = b"[Content_Types].xml"  # begins every zip that Word or another of its kind writes
_PAGE = re.compile(rb"\s*<(!doctype\s+)?html\b", re.IGNORECASE)
_MARK = b"\xef\xbb\xbf"  # of UTF-8
_ENCODINGS = ("cp1252", "gb18030")
_SOURCE_LINE = 160
# How nearly all programs begin, nothing of another kind does.
_PLAIN_STARTS = frozenset(b"#\"'abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A piece of source with line numbers of its own; ``error`` stands in for a tree."""

    path: str
    cell: int | None
    text: str
    tree: ast.Module
    error: SyntaxError | None

    @property
    def label(self) -> str:
        """Return the name that frames of this code carry; no real file is called so."""
        return f"<{self.path}>" if self.cell is None else f"<{self.path}, code cell {self.cell}>"

    def line(self, number: int | None) -> str | None:
        """Return the text of a line, cut."""
        lines = self.text.split("\n")
        if number is None or not 0 < number <= len(lines):
            return None
        return lines[number - 1].rstrip()[:_SOURCE_LINE]

    def place(self, number: int | None) -> Facts:
        """Return the facts that lead a reader to a line."""
        source = self.line(number)
        return {"file": self.path, "cell": self.cell, "line": number, "source": source}

    def file_line(self, number: int) -> int | None:
        """Return the line for a note, which has no cell: a cell's line is none of the file."""
        return number if self.cell is None else None

    def where(self, number: int) -> str:
        """Return a line in words."""
        return f"line {number}" if self.cell is None else f"code cell {self.cell}, line {number}"


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file, read."""

    path: str
    units: tuple[Unit, ...]
    notes: tuple[Facts, ...]


def is_source(path: str) -> bool:
    """Tell whether a file's name says that it holds Python."""
    return path.lower().endswith((".py", ".ipynb"))


def candidates(files: Mapping[str, bytes], main: str | None) -> list[str]:
    """Return the files to look in: the main one, else what is called as a source, else all.

    Of several, those that hold something: a package has an empty ``__init__.py``.
    """
    if main is not None and main in files:
        return [main]
    named = [path for path in files if is_source(path)] or list(files)
    return [path for path in named if files[path].strip()] or named


def read(path: str, content: bytes) -> Source:
    """Read one file; raise `LoadFailure` if nothing in it can be Python."""
    _refuse_size(path, content)
    text, notes = _decode(path, content)
    if not text.strip():
        raise LoadFailure(problem("load", f"{path} is empty.", file=path))
    if path.lower().endswith(".ipynb") or (text.lstrip()[:1] == "{" and '"cell_type"' in text):
        texts: list[tuple[int | None, str]] = list(enumerate(_cells(path, text), start=1))
    else:
        texts = [(None, text)]
    units = []
    for cell, piece in texts:
        parsed = parse(piece)
        units.append(Unit(path, cell, piece, parsed.tree, parsed.error))
        notes += _repair_notes(units[-1], parsed)
    _refuse_broken_file(units)
    return Source(path, tuple(units), tuple(notes))


def syntax_problem(unit: Unit, error: SyntaxError) -> Facts:
    """Return the facts of a syntax error in a unit: its line, and a caret under it."""
    where = unit.place(error.lineno)
    if _is_placeholder(where["source"]):
        message = "A placeholder is not filled in: nothing stands after the `=`."
        return problem("load", message, exception="SyntaxError", **where)
    pasted = say_pasted(error.msg, where["source"] or "")
    start = max((error.offset or 1) - 1, 0)
    end = (error.end_offset or 0) - 1 if error.end_lineno == error.lineno else start + 1
    caret = (start, max(end, start + 1)) if error.lineno and error.offset else None
    said = say_syntax(error.msg, where["source"] or "", start) or error.msg
    message = f"It is not valid Python: {said}{'' if said[-1:] in ('?', '.') else '.'}"
    if error.msg == "unexpected indent":
        message += _say_indent(unit, error.lineno or 0)
    message = pasted or message
    return problem("load", message, caret=caret, exception=type(error).__name__, **where)


def _say_indent(unit: Unit, number: int) -> str:
    """Say how a line that is indented too far stands to the line of code before it."""
    lines = unit.text.split("\n")
    before = [n for n in range(1, number) if lines[n - 1].split("#")[0].strip()]
    if not before or number > len(lines):
        return ""
    above, own = (_indent(lines[n - 1]) for n in (before[-1], number))
    if above and ("\t" in above) != ("\t" in own):
        with_tab, with_spaces = (number, before[-1]) if "\t" in own else (before[-1], number)
        return f" Line {with_tab} begins with a tab, line {with_spaces} with spaces only."
    if len(own.expandtabs()) <= len(above.expandtabs()):
        return ""
    said = f" Line {number} begins further to the right than line {before[-1]}"
    return f"{said}; the lines of one block begin below each other."


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _is_placeholder(line: str | None) -> bool:
    code = (line or "").split("#")[0].rstrip()
    return code.endswith("=") and not code.endswith(("==", "<=", ">=", "!="))


def _refuse_size(path: str, content: bytes) -> None:
    suffix = ".ipynb" if path.lower().endswith(".ipynb") else ".py"
    limit = MOST_BYTES[suffix]
    if len(content) > limit:
        size = len(content) / MIB
        message = f"{path} is too large to be read: {size:.1f} MB; the limit is {limit // MIB} MB."
        if suffix == ".ipynb":
            message += " Clear the outputs of the notebook and save it again."
        raise LoadFailure(problem("load", message, file=path))


def _decode(path: str, content: bytes) -> tuple[str, list[Facts]]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _clean(content.decode("utf-16", "replace")), []
    if kind := _foreign(content):
        raise LoadFailure(problem("load", f"{path} is {kind}, not Python source.", file=path))
    if b"\0" in content:
        message = f"{path} contains null bytes: it is no text file. Save it again as UTF-8."
        raise LoadFailure(problem("load", message, file=path))
    try:
        return _clean(content.decode(_declared(content))), []
    except UnicodeDecodeError:
        encoding, text = _guess(content)
        message = f"{path} is not UTF-8; it was read as {encoding}."
        return _clean(text), [note("encoding", message)]


def _foreign(content: bytes) -> str | None:
    """Return what a file is that is no text, or text of another kind."""
    if content and content[0] in _PLAIN_STARTS:
        return None
    if _PAGE.match(content.removeprefix(_MARK)):
        return "a web page"
    kind = next((kind for magic, kind in _FOREIGN.items() if content.startswith(magic)), None)
    return "a Word or other Office document" if kind and _OFFICE in content[:200] else kind


def _guess(content: bytes) -> tuple[str, str]:
    """Return the first usual encoding in which the text parses, else the most usual one."""
    readings = [(encoding, content.decode(encoding, "replace")) for encoding in _ENCODINGS]
    return next((r for r in readings if parse(r[1]).error is None), readings[0])


def _declared(content: bytes) -> str:
    """Return the encoding that a byte order mark or a coding line names, else UTF-8."""
    head = b"\n".join(content.split(b"\n", 2)[:2])
    if b"coding" not in head and not head.startswith(_MARK):
        return "utf-8"  # nearly always
    try:
        return tokenize.detect_encoding(io.BytesIO(content).readline)[0]
    except SyntaxError:  # an unknown encoding, or bytes that are not UTF-8
        return "utf-8-sig"


def _clean(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _cells(path: str, text: str) -> list[str]:
    """Return the text of each code cell of a notebook."""
    try:
        notebook = json.loads(text)
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
        return [_cell_text(cell) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        message = f"{path} is not a notebook that can be read ({type(error).__name__})."
        if isinstance(error, ValueError) and parse(text).error is None:
            message = f"{path} is Python text, not a notebook: give it a name that ends in .py."
        raise LoadFailure(problem("load", message, file=path)) from None


def _cell_text(cell: dict[str, Any]) -> str:
    # Format 3 calls it input. Both keep it as one string or as a list of lines.
    source = cell["source"] if "source" in cell else cell["input"]
    return _clean(source if isinstance(source, str) else "".join(source))


def _repair_notes(unit: Unit, parsed: Parsed) -> list[Facts]:
    notes = []
    if "python-2" in parsed.repairs:
        message = f"{unit.path} is written for Python 2; it was read as Python 3."
        notes.append(note("python-2", message))
    if parsed.mixed_tabs is not None:
        message = f"{unit.path} is indented with tabs and spaces mixed; a tab was read as 8 spaces."
        notes.append(note("mixed-tabs", message, parsed.mixed_tabs))
    if unit.cell is not None and unit.error is not None:
        line = unit.error.lineno or 1
        message = f"Code cell {unit.cell} was skipped: line {line} is not valid Python."
        notes.append(note("cell-skipped", message))
    return notes


def _refuse_broken_file(units: list[Unit]) -> None:
    """Refuse a file that does not parse; a notebook does without its broken cells."""
    error = units[0].error if len(units) == 1 else None
    if error is not None:
        raise LoadFailure(syntax_problem(units[0], error))
    if not units:
        raise LoadFailure(problem("load", "The notebook has no code cell."))
