"""Which module-level statements of a source are run: definitions, imports and plain values.

Training loops, plots, downloads and prints are not among them. Of those kept, only the ones that
the target function leads to are run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from .purity import Light, is_pure
from .source import Unit
from .tree import Parts, nodes

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_TRIES = (ast.Try, ast.TryStar)
_BLOCKS = (ast.If, *_TRIES, ast.With, ast.For, ast.While, ast.Match)
# Methods that put something into what has them.
_FILLING = ("add", "append", "extend", "insert", "setdefault", "update")
STAR = "*"


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A module-level statement, the names that it binds and the names that it mentions.

    ``parts`` are all nodes of its tree, gone through once for everybody who asks.
    """

    node: ast.stmt
    unit: Unit
    binds: frozenset[str]
    uses: frozenset[str]
    parts: Parts


@dataclass(frozen=True, eq=False)
class Definition:
    """A function or method, and the piece of source that it stands in.

    ``statement`` is the module-level statement that it is, if it is one by itself.
    """

    node: Function
    unit: Unit
    statement: Statement | None = None

    @cached_property
    def parts(self) -> Parts:
        """All nodes of its tree, gone through once for everybody who asks."""
        return nodes(self.node) if self.statement is None else self.statement.parts


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What is kept of a source, in order, and what is not run for each name that is left out."""

    statements: tuple[Statement, ...]
    left_out: dict[str, Statement]

    def functions(self) -> list[tuple[str, Statement]]:
        """Return the module-level functions, named lambdas included."""
        return [
            (name, statement)
            for statement in self._definitions()
            for name in statement.binds
            if isinstance(statement.node, FUNCTIONS) or _is_lambda(statement.node)
        ]

    def classes(self) -> list[tuple[ast.ClassDef, Statement]]:
        """Return the module-level classes."""
        return [(s.node, s) for s in self._definitions() if isinstance(s.node, ast.ClassDef)]

    def function(self, name: str, owner: str | None) -> Definition | None:
        """Return the last definition of a function, or of a method of ``owner``."""
        for statement in reversed(self._definitions()):
            node = statement.node
            if isinstance(node, ast.ClassDef) and node.name == owner:
                named = [method for method in methods(node) if method.name == name]
                if named:
                    return Definition(named[-1], statement.unit)
            elif isinstance(node, FUNCTIONS) and owner is None and node.name == name:
                return Definition(node, statement.unit, statement)
        return None

    def _definitions(self) -> list[Statement]:
        """Return the statements, with those inside an `if` or `try` in place of the block."""
        return [
            statement if node is statement.node else _statement(node, statement.unit)
            for statement in self.statements
            for node in _unfolded(statement.node)
        ]

    def bound(self) -> frozenset[str]:
        """Return every name that a kept statement binds."""
        return frozenset().union(*(statement.binds for statement in self.statements))


def outline(units: Sequence[Unit]) -> Outline:
    """Sort the statements of a source into those that may be run and those that are left out."""
    sorter = _Sorter()
    for unit in units:
        for node in unit.tree.body:
            sorter.sort(node, unit)
    return Outline(tuple(sorter.kept), sorter.left_out)


def methods(node: ast.ClassDef) -> list[Function]:
    """Return the functions that a class defines."""
    return [item for item in node.body if isinstance(item, FUNCTIONS)]


def bound_names(node: ast.stmt) -> frozenset[str]:
    """Return the module-level names that a statement binds; ``*`` for a star import."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return frozenset((node.name,))
    if isinstance(node, ast.Import):
        return frozenset(alias.asname or alias.name.split(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return frozenset(alias.asname or alias.name for alias in node.names)
    if isinstance(node, ASSIGNMENTS):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return frozenset(name for target in targets for name in _stored(target))
    if isinstance(node, ast.Expr):
        return frozenset(_filled(node))
    inner = frozenset(name for child in _block_statements(node) for name in bound_names(child))
    return inner | _loop_names(node)


def mentioned(node: ast.AST) -> frozenset[str]:
    """Return every plain name inside a node, whether a local of the same name exists or not."""
    return _names(nodes(node))


def _names(parts: Parts) -> frozenset[str]:
    return frozenset([name.id for name in parts.of(ast.Name)])


class _Sorter:
    """Goes through a source once; ``known`` is what is bound so far by kept statements."""

    def __init__(self) -> None:
        self.kept: list[Statement] = []
        self.left_out: dict[str, Statement] = {}
        self._known: set[str] = set()
        self._light = Light(self._known)

    def sort(self, node: ast.stmt, unit: Unit) -> None:
        """Keep a statement, or note the names that are without a value because it is not run."""
        if self._is_safe(node, self._known):
            self._keep(node, unit)
            return
        if isinstance(node, ASSIGNMENTS):
            self._forget(_replaced_names(node))
        for name in bound_names(node):
            self.left_out.setdefault(name, _statement(node, unit))
        self._keep_definitions(node, unit)

    def _keep_definitions(self, block: ast.stmt, unit: Unit) -> None:
        """Keep what is defined inside a block that is not run."""
        if is_main_guard(block):
            return
        for node in _block_statements(block):
            if isinstance(node, _DEFINITIONS):
                self._keep(node, unit)
            else:
                self._keep_definitions(node, unit)

    def _forget(self, names: frozenset[str]) -> None:
        """Drop the plain values of names that get one later which is not computed.

        The earlier value would be a wrong one: better none, and a message that says why.
        """
        self.kept = [
            s for s in self.kept if not (isinstance(s.node, ASSIGNMENTS) and s.binds <= names)
        ]
        self._known -= names.difference(*(s.binds for s in self.kept)) if self.kept else names

    def _keep(self, node: ast.stmt, unit: Unit) -> None:
        statement = _statement(node, unit)
        self.kept.append(statement)
        self._known |= statement.binds
        self._light.keep(statement.binds, node)
        for name in statement.binds:
            self.left_out.pop(name, None)

    def _is_safe(self, node: ast.stmt, known: set[str]) -> bool:
        """Tell whether running a statement defines something and does nothing else."""
        if isinstance(node, (*_DEFINITIONS, ast.Pass)):
            return True
        if isinstance(node, ast.Expr):
            given = _given_to(node, known)
            plain = isinstance(node.value, (ast.Name, ast.Constant))
            return plain or (bool(given) and all(is_pure(v, known, self._light) for v in given))
        if isinstance(node, ASSIGNMENTS):
            stored = node.targets if isinstance(node, ast.Assign) else [node.target]
            plain = all(_is_plain_target(target, known) for target in stored)
            return plain and node.value is not None and is_pure(node.value, known, self._light)
        if isinstance(node, ast.For):
            inner = known | bound_names(node)
            plain = _is_plain_target(node.target, inner) and is_pure(node.iter, known, self._light)
            return plain and all(self._is_safe(c, inner) for c in _block_statements(node))
        if isinstance(node, (ast.If, *_TRIES)) and not is_main_guard(node):
            # A `try` asks whether a name is there; reading one that is not only raises.
            inner = known | (mentioned(node) if isinstance(node, _TRIES) else bound_names(node))
            condition = isinstance(node, _TRIES) or is_pure(node.test, known)
            return condition and all(self._is_safe(c, inner) for c in _block_statements(node))
        return False


def _statement(node: ast.stmt, unit: Unit) -> Statement:
    parts = nodes(node)
    return Statement(node, unit, bound_names(node), _names(parts), parts)


def _is_lambda(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)


def is_main_guard(node: ast.AST) -> bool:
    """Tell whether a node is ``if __name__ == "__main__"``."""
    return isinstance(node, ast.If) and "__name__" in mentioned(node.test)


def _is_plain_target(target: ast.expr, known: Iterable[str]) -> bool:
    """Tell whether a value is put in a name, or into something that a known name holds."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(_is_plain_target(item, known) for item in target.elts)
    if isinstance(target, (ast.Subscript, ast.Attribute)):
        return isinstance(target.value, ast.Name) and target.value.id in known
    return isinstance(target, ast.Name)


def _stored(target: ast.expr) -> list[str]:
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for item in target.elts for name in _stored(item)]
    if isinstance(target, (ast.Subscript, ast.Attribute, ast.Starred)):
        return _stored(target.value)
    return [target.id] if isinstance(target, ast.Name) else []


def _replaced_names(node: ast.stmt) -> frozenset[str]:
    """Return the names that an assignment gives a new value, not those that it puts a value in."""
    names = nodes(node).of(ast.Name)
    return frozenset(name.id for name in names if isinstance(name.ctx, ast.Store))


def _filled(node: ast.Expr) -> list[str]:
    """Return ``table`` of ``table.update(...)``."""
    function = node.value.func if isinstance(node.value, ast.Call) else None
    if not isinstance(function, ast.Attribute) or function.attr not in _FILLING:
        return []
    return [function.value.id] if isinstance(function.value, ast.Name) else []


def _given_to(node: ast.Expr, known: set[str]) -> list[ast.expr]:
    """Return what is put into a known value, as in ``table.update(...)``."""
    if not isinstance(node.value, ast.Call) or not known.issuperset(_filled(node) or ("",)):
        return []
    return [*node.value.args, *(keyword.value for keyword in node.value.keywords)]


def _loop_names(node: ast.stmt) -> frozenset[str]:
    return frozenset(_stored(node.target)) if isinstance(node, ast.For) else frozenset()


def _block_statements(node: ast.stmt) -> list[ast.stmt]:
    """Return the statements inside a block, of every branch."""
    if not isinstance(node, _BLOCKS):
        return []
    names = ("body", "orelse", "finalbody")
    branches: list[list[ast.stmt]] = [getattr(node, name, []) for name in names]
    branches[1:1] = [inner.body for inner in _inner_blocks(node)]
    return [statement for branch in branches for statement in branch]


def _unfolded(node: ast.stmt) -> list[ast.stmt]:
    """Return the statements of a block, of blocks inside it, and so on; any other as it is."""
    if not isinstance(node, _BLOCKS):
        return [node]
    return [inner for child in _block_statements(node) for inner in _unfolded(child)]


def _inner_blocks(node: ast.stmt) -> Sequence[ast.ExceptHandler | ast.match_case]:
    if isinstance(node, ast.Match):
        return node.cases
    return node.handlers if isinstance(node, _TRIES) else []
