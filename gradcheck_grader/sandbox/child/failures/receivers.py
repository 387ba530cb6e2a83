"""Methods whose object is not what they take it for: no `self`, or an attribute nobody sets."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..reading.definitions import Outline, methods
from ..reading.source import Unit
from ..reading.tree import nodes
from .frames import StudentFrame

# What gives attributes names that the source does not show.
_SETTERS = frozenset(("setattr", "__setattr__", "__getattr__", "__dict__", "vars"))


def say_receiver(
    error: BaseException,
    text: str,
    last: StudentFrame,
    plan: Outline,
    units: Mapping[str, Unit],
) -> str | None:
    """Return what is wrong with the object of a method, if that is behind an exception."""
    return _say_without_self(error, text, last, plan) or _say_never_set(error, last, plan, units)


def _say_without_self(
    error: BaseException, text: str, last: StudentFrame, plan: Outline
) -> str | None:
    """Say of a method without `self` that its first argument gets the object."""
    held = type(getattr(error, "obj", None)).__name__
    for node, _ in plan.classes():
        if node.name != held and f"'{node.name}' object" not in text:
            continue
        for method in methods(node):
            first = [argument.arg for argument in method.args.args[:1]]
            is_there = method.lineno <= last.line <= (method.end_lineno or 0)
            if is_there and first and first != ["self"] and not method.decorator_list:
                return (
                    f"`{method.name}` stands in class `{node.name}` and has no `self`: "
                    f"`{first[0]}` gets the object. Write `self` in front of it, or move the "
                    "function out of the class."
                )
    return None


def _say_never_set(
    error: BaseException, last: StudentFrame, plan: Outline, units: Mapping[str, Unit]
) -> str | None:
    """Say of an attribute of a learner's object that nothing gives it a value."""
    node = last.expression()
    owner = type(getattr(error, "obj", None)).__name__
    if not isinstance(error, AttributeError) or not isinstance(node, ast.Attribute):
        return None
    if owner not in {item.name for item, _ in plan.classes()}:
        return None
    for unit in units.values():
        for part in nodes(unit.tree):
            stores = isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
            if stores and getattr(part, "attr", "") == error.name:
                return None
            if {getattr(part, "id", ""), getattr(part, "attr", "")} & _SETTERS:
                return None
    return f"`{ast.unparse(node)}` has no value: nothing in the file sets it."
