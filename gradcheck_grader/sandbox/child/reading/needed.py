"""Which of the kept statements a function leads to, by the names that they mention."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from .definitions import ASSIGNMENTS, FUNCTIONS, STAR, Outline, Statement, mentioned
from .tree import nodes

# Code that looks names up by text may want any of them.
_LOOKUPS = frozenset(("globals", "eval", "exec", "vars", "locals"))
# How a class knows of those that are built on it.
_OF_SUBCLASSES = frozenset(("__init_subclass__", "__subclasses__"))


def needed_by(plan: Outline, roots: Iterable[str]) -> list[Statement]:
    """Return the statements that the names in ``roots`` lead to, in their order."""
    binding = _binding(plan.statements)
    waiting, seen = [STAR, *roots], set[str]()
    chosen = set[int]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in _LOOKUPS:
            return list(plan.statements)
        for statement in binding.get(name, ()):
            chosen.add(id(statement))
            waiting += statement.uses
    return [statement for statement in plan.statements if id(statement) in chosen]


def _binding(statements: Sequence[Statement]) -> dict[str, list[Statement]]:
    """Return the statements that give each name its value, or put something into it."""
    kinds = {name: statement for statement in statements for name in statement.binds}
    binding: dict[str, list[Statement]] = {}
    for statement in statements:
        for name in statement.binds | _registered_with(statement, kinds):
            binding.setdefault(name, []).append(statement)
    return binding


def _registered_with(statement: Statement, kinds: Mapping[str, Statement]) -> set[str]:
    """Return the names whose values may keep a definition, as its heading shows.

    ``@register("tanh")`` puts a function into a table, ``@area.register`` into another function,
    ``@add_to(Net)`` into a class; and a class may know of those that are built on it.
    """
    node, known = statement.node, set[str]()
    if isinstance(node, ast.ClassDef):
        known |= {name for base in node.bases for name in mentioned(base) if _asks(name, kinds)}
    for decorator in node.decorator_list if isinstance(node, (*FUNCTIONS, ast.ClassDef)) else ():
        names = mentioned(decorator)
        called = [kinds[name] for name in names & kinds.keys()]
        inside = [made.uses for made in called if isinstance(made.node, FUNCTIONS)]
        held = {name for name in names.union(*inside) if _holds(name, kinds)}
        known |= held | _extended(decorator)
    return known


def _extended(decorator: ast.expr) -> set[str]:
    """Return ``area`` of ``@area.register``."""
    attributes = nodes(decorator).of(ast.Attribute)
    registers = (part.value for part in attributes if part.attr == "register")
    return {holder.id for holder in registers if isinstance(holder, ast.Name)}


def _holds(name: str, kinds: Mapping[str, Statement]) -> bool:
    """Tell whether a name is that of a value or a class, in which something can be kept."""
    return name in kinds and isinstance(kinds[name].node, (*ASSIGNMENTS, ast.ClassDef))


def _asks(name: str, kinds: Mapping[str, Statement]) -> bool:
    """Tell whether a class may ask which classes are built on it."""
    if name not in kinds or not isinstance(kinds[name].node, ast.ClassDef):
        return False
    words = (
        getattr(part, "attr", getattr(part, "name", None))
        for statement in dict.fromkeys(kinds.values())
        for part in statement.parts
    )
    return not _OF_SUBCLASSES.isdisjoint(words)
