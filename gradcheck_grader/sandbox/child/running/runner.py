"""Runs kept statements one by one; one that raises costs only the names that it was to bind."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..facts import Facts, LoadFailure, note
from ..reading.definitions import FUNCTIONS, STAR, Function, Statement
from ..reading.modern import modernise
from ..reading.plain import plain_class, plain_function
from ..reading.purity import BUILTINS
from ..reading.scalars import Lenient
from ..reading.tree import nodes

# Annotations are not evaluated: they often name what is not here.
_NO_ANNOTATIONS = annotations.compiler_flag


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """A statement that was to be run and raised."""

    statement: Statement
    error: Exception


class Runner:
    """Runs statements, and remembers what went wrong and what was changed to make them run.

    Parameters
    ----------
    is_absent : callable
        Tells of a module's name whether it was not handed in.

    Attributes
    ----------
    broken : dict
        Names that a statement was to bind, and what it raised instead.
    """

    def __init__(self, is_absent: Callable[[str], bool]) -> None:
        self._is_absent = is_absent
        self._replaced: dict[str, str] = {}
        self._simplified: list[Function | ast.ClassDef] = []
        self.broken: dict[str, Broken] = {}

    def run(self, statement: Statement, namespace: dict[str, Any]) -> None:
        """Run one statement in a module's namespace."""
        node, label = statement.node, statement.unit.label
        self._replaced |= modernise(statement.parts)
        before = {name: namespace[name] for name in statement.binds & namespace.keys()}
        try:
            with Lenient(statement.parts):
                execute(node, label, namespace)
        except LoadFailure:
            # A star import may well be of something that the function never uses.
            if STAR not in statement.binds:
                raise
        except Exception as error:
            self.broken |= dict.fromkeys(statement.binds, Broken(statement, error))
            self._define_plainly(node, label, namespace)
        else:
            if isinstance(node, FUNCTIONS) and not callable(namespace.get(node.name)):
                self._define_plainly(node, label, namespace)
        if isinstance(node, ast.ImportFrom) and self._is_absent(node.module or ""):
            # What the file itself defines is better than what stands in for a missing module.
            namespace.update(before)

    def notes(self) -> list[Facts]:
        """Return what a reader should know about the changes."""
        notes = [
            note("old-name", f"`{old}` is gone from today's versions; it was read as `{new}`.")
            for old, new in self._replaced.items()
        ]
        for node in self._simplified:
            message = (
                f"Decorators or values in the definition of `{node.name}` cannot be made here; it "
                "is run without them."
            )
            notes.append(note("simplified", message, node.lineno))
        return notes

    def _define_plainly(self, node: ast.stmt, label: str, namespace: dict[str, Any]) -> None:
        """Define a function or a class that raised without what made it raise, if that works."""
        if isinstance(node, FUNCTIONS):
            plain: ast.stmt = plain_function(node)
        elif isinstance(node, ast.ClassDef):
            plain = plain_class(node, namespace.keys() | BUILTINS)
        else:
            return
        with suppress(Exception), Lenient(nodes(plain)):
            execute(plain, label, namespace)
            self._simplified.append(node)
            self.broken.pop(node.name, None)


def execute(node: ast.stmt, label: str, namespace: dict[str, Any]) -> None:
    """Run one statement; its frames carry ``label`` and the line numbers of the source."""
    if isinstance(node, ast.ClassDef):
        # A dataclass wants its annotations as they are; others do without.
        try:
            _execute(node, label, namespace, 0)
            return
        except (NameError, AttributeError, TypeError):
            pass
    _execute(node, label, namespace, _NO_ANNOTATIONS)


def _execute(node: ast.stmt, label: str, namespace: dict[str, Any], flags: int) -> None:
    code = compile(ast.Module([node], []), label, "exec", flags, dont_inherit=True)
    exec(code, namespace)
