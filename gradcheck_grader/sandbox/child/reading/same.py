"""Whether several files hold one piece of work: copies of it, or a notebook and its script."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from .definitions import FUNCTIONS, Outline, Statement
from .locate import Found, home_of
from .needed import needed_by
from .source import Source

_COPY = re.compile(r"^(?:copy_of_)+|(?:_-_copy)+$")
_REPEATABLE = (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)
_NUMBER = re.compile(r"-(\d{1,3})$|_?\((\d{1,3})\)$")


def are_the_same(hits: Sequence[tuple[Source, Outline, Found]], files: Mapping[str, bytes]) -> bool:
    """Tell whether it does not matter which of the files is graded."""
    paths = [source.path for source, _, _ in hits]
    if _are_two_forms(paths):
        return True
    others = {path: content for path, content in files.items() if path not in paths}
    meanings = (_meaning(*hit, others) for hit in hits)
    first = next(meanings)
    return all(meaning == first for meaning in meanings)


def _are_two_forms(paths: Sequence[str]) -> bool:
    """Tell whether the names are those of a notebook and of the script exported from it.

    ``Copy of HW 3.ipynb`` is exported as ``copy_of_hw_3.py``. Where only one has a number, as in
    ``hw (1).py``, a browser or Canvas has added it; two numbers are two exercises.
    """
    stems, numbers, suffixes = set(), set(), set()
    for path in paths:
        stem, suffix = posixpath.splitext(path.casefold())
        plain = re.sub(r"[\s_]+", "_", stem)
        folder, name = posixpath.split(plain)
        number = _NUMBER.search(name)
        stems.add(posixpath.join(folder, _COPY.sub("", _NUMBER.sub("", name))))
        numbers |= {number[1] or number[2]} if number else set()
        suffixes.add(suffix)
    return len(stems) == 1 and len(numbers) <= 1 and len(suffixes) == len(paths)


def _meaning(
    source: Source, plan: Outline, found: Found, others: Mapping[str, bytes]
) -> tuple[Any, ...]:
    """Return the code of a function and of all that it needs, without comments and spacing.

    If it imports what was handed in beside it, all that lies there belongs to it.
    """
    home = home_of(plan, found)
    needed = needed_by(plan, [found.owner or found.name, *([home] if home else [])])
    parts = [part for statement in needed for part in statement.parts]
    code = _code(needed)
    folder = posixpath.dirname(source.path)
    beside = {
        posixpath.relpath(path, folder or "."): content
        for path, content in others.items()
        if not folder or path.startswith(f"{folder}/")
    }
    return found.name, found.owner, code, beside if _imports_any(parts, beside) else {}


def _code(statements: Sequence[Statement]) -> list[tuple[Any, ...]]:
    """Return what statements say; an import or a definition that is repeated counts once."""
    said: list[tuple[Any, ...]] = []
    for statement in statements:
        code = tuple(_fields(part) for part in statement.parts)
        if isinstance(statement.node, _REPEATABLE):
            said = [other for other in said if other != code]  # the last one stands
        said.append(code)
    return said


def _fields(node: ast.AST) -> tuple[Any, ...]:
    """Return what a node says itself; in one order, those of all nodes say the whole tree."""
    return type(node), *(
        tuple(_said(item) for item in value) if isinstance(value, list) else _said(value)
        for _, value in ast.iter_fields(node)
    )


def _said(value: Any) -> str:
    return "" if isinstance(value, ast.AST) else repr(value)


def _imports_any(parts: Sequence[ast.AST], beside: Collection[str]) -> bool:
    """Tell whether one of the files, or of the folders, is imported."""
    own = {re.split(r"[/.]", path)[0] for path in beside}
    return any(name.split(".")[0] in own or not name for part in parts for name in _imported(part))


def _imported(part: ast.AST) -> Iterator[str]:
    """Yield the modules that a node imports; a relative one as nothing."""
    if isinstance(part, ast.ImportFrom):
        yield "" if part.level else part.module or ""
    elif isinstance(part, ast.Import):
        yield from (alias.name for alias in part.names)
