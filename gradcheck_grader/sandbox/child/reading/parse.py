"""Text -> syntax tree, with what notebooks, Python 2 and newer Pythons add taken out first.

Every repair keeps the number of each line, and is tried only when the text does not parse as it is.
"""

from __future__ import annotations

import ast
import re
import tokenize
from contextlib import suppress
from dataclasses import dataclass

from .fstrings import without_new_fstrings

# A print statement is repaired one at a time, each at the price of one more parse.
_MOST_PRINTS = 300
_PYTHON_CELLS = {"time", "timeit", "capture", "prun", "debug", "python", "python3", "writefile"}
_RUN = re.compile(r"^(\s*)%run\s+(?:-\w+\s+)*['\"]?(?:[\w.-]*/)*(\w+)(?:\.py|\.ipynb)?['\"]?.*$")
_MAGIC = re.compile(
    r"^(\s*)(?:[%!].*"  # %matplotlib inline, !pip install
    r"|\?{1,2}[\w.]+\s*|[\w.]+\?{1,2}\s*"  # ?np.sum, np.sum?
    r"|[\w, ]+=\s*[%!].*)$"  # files = !ls
)
_TYPE = re.compile(r"^(\s*)type[ \t]+(\w+[ \t]*=(?!=))", re.MULTILINE)
_GENERIC = re.compile(r"^\s*(?:(?:async[ \t]+)?def|class|type)[ \t]+\w+[ \t]*(?=\[)", re.MULTILINE)
_EXCEPT = re.compile(r"^(\s*except\s+(?:[\w.]+|\([^)\n]*\)))\s*,\s*(\w+)\s*:", re.MULTILINE)
_RAISE = re.compile(r"^(\s*raise\s+[\w.]+)\s*,\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A tree and what was repaired for it; beside an error, the tree holds the imports alone.

    ``mixed_tabs`` is the first line whose tabs had to be read as spaces.
    """

    tree: ast.Module
    error: SyntaxError | None = None
    repairs: tuple[str, ...] = ()
    mixed_tabs: int | None = None


def parse(text: str) -> Parsed:
    """Return the tree of a file or a notebook cell."""
    if _is_foreign_cell(text):
        return Parsed(ast.Module([], []), repairs=("foreign-cell",))
    repairs: list[str] = []
    tree = _tree(text)
    if isinstance(tree, ast.Module):
        return Parsed(tree)
    first, repaired, mixed = tree, text, None
    for name, repair in _REPAIRS:
        before, repaired = repaired, repair(repaired)
        if repaired != before:
            mixed = tree.lineno if name == "tabs" else mixed
            repairs.append(name)
            tree = _tree(repaired)
        if isinstance(tree, ast.Module):
            return Parsed(tree, None, tuple(repairs), mixed)
    error = first if _same_line(text, repaired, first.lineno) else tree
    return Parsed(_imports_of(repaired), error, tuple(repairs), mixed)


def drop_magics(text: str) -> str:
    """Replace magics, shell lines and help requests by ``pass``, ``%run x`` by an import."""
    lines = text.split("\n")
    if lines and lines[0].startswith("%%"):
        lines[0] = ""
    for index, line in enumerate(lines):
        line = _RUN.sub(r"\1from \2 import *", line)
        lines[index] = _MAGIC.sub(r"\1pass", line)
    return "\n".join(lines)


def _tree(text: str) -> ast.Module | SyntaxError:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        return error
    except (RecursionError, MemoryError):
        return SyntaxError("it nests too deeply to be read")
    except ValueError as error:  # null bytes, lone surrogates: which ones depends on the version
        return SyntaxError(str(error))


def _same_line(text: str, repaired: str, number: int | None) -> bool:
    """Tell whether the repairs have left a line as it was."""
    lines, others = text.split("\n"), repaired.split("\n")
    index = (number or 1) - 1
    return lines[index : index + 1] == others[index : index + 1]


def _is_foreign_cell(text: str) -> bool:
    """Tell whether the whole cell is handed to something else: %%bash, %%html, %%javascript."""
    if "%%" not in text:  # nearly always
        return False
    match = re.match(r"\s*%%(\w+)", text)
    return match is not None and match[1] not in _PYTHON_CELLS


def _even_tabs(text: str) -> str:
    """Read a tab as Python 2 did, up to the next multiple of eight."""
    return text.expandtabs(8) if isinstance(_tree(text), TabError) else text


def _imports_of(text: str) -> ast.Module:
    """Return the imports among lines that do not parse together: other cells rely on them."""
    lines = re.finditer(r"^(?:import|from)\s.*$", text, re.MULTILINE)
    # Line numbers stay: each import is read below as many empty lines.
    trees = [_tree("\n" * text.count("\n", 0, line.start()) + line[0]) for line in lines]
    return ast.Module([s for t in trees if isinstance(t, ast.Module) for s in t.body], [])


def _from_python_312(text: str) -> str:
    """Put what Python 3.12 has added in the words of an older one: where that is newer, nothing."""
    return without_new_fstrings(_TYPE.sub(r"\1\2", _without_type_parameters(text)))


def _without_type_parameters(text: str) -> str:
    """Leave out ``[T: int]`` of ``def first[T: int](...)``, of a class and of a type."""
    done, place = "", 0
    for head in _GENERIC.finditer(text):
        end = _bracket_end(text, head.end())
        # A line that goes on keeps the numbers of those below.
        lines = "\\\n" * text.count("\n", head.end(), end)
        done, place = done + text[place : head.end()] + lines, end
    return done + text[place:]


def _bracket_end(text: str, start: int) -> int:
    """Return where the bracket ends that begins at a place; that place, if it never does."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"[": 1, "]": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return start


def _from_python_2(text: str) -> str:
    """Put ``print``, ``except`` and ``raise`` in the words of Python 3."""
    text = _EXCEPT.sub(r"\1 as \2:", text)
    return _call_prints(_RAISE.sub(r"\1(\2)", text))


def _call_prints(text: str) -> str:
    """Put parentheses around what Python 2 prints."""
    for _ in range(_MOST_PRINTS):
        error = _tree(text)
        if not isinstance(error, SyntaxError) or "call to 'print'" not in error.msg:
            break
        text = _call_one_print(text, error)
    return text


def _call_one_print(text: str, error: SyntaxError) -> str:
    """Repair the statement whose first character the parser has marked."""
    lines = text.split("\n")
    row, column = (error.lineno or 1) - 1, (error.offset or 1) - 1 + len("print")
    last, end = _end_of_statement(lines, row, column)
    # The end first: it may stand on the same line.
    lines[last] = f"{lines[last][:end]}){lines[last][end:]}"
    lines[row] = f"{lines[row][:column]}({lines[row][column:].lstrip()}"
    return "\n".join(lines)


def _end_of_statement(lines: list[str], row: int, column: int) -> tuple[int, int]:
    """Return the row and column after the last token of the statement that goes on at a place.

    The parser tells an end, too, but of a statement of several lines a wrong one.
    """
    rest = iter([lines[row][column:], *lines[row + 1 :]])
    last, end = 0, 0
    with suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(lambda: next(rest) + "\n"):
            if token.type == tokenize.NEWLINE or token.string == ";":
                break
            if token.type not in (tokenize.COMMENT, tokenize.NL):
                last, end = token.end
    return row + last - 1, end + (column if last == 1 else 0)


_PYTHON_2 = (("tabs", _even_tabs), ("python-2", _from_python_2))
# Twice: of several faults the parser tells the first, and each of the two may hide the other.
_NEWER = ("python-3.12", _from_python_312)
_REPAIRS = (("magics", drop_magics), _NEWER, *_PYTHON_2, *_PYTHON_2)
