"""Methods whose object is not what they take it for: no `self`, or an attribute nobody sets."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from ..reading.definitions import Outline, methods
from ..reading.source import Unit
from ..reading.tree import nodes
from .frames import StudentFrame

_BEGUN = re.compile(r"\b(rand\w*|normal|uniform|zeros|ones|full)\(")  # weights and biases
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


def say_unset(name: str, plan: Outline) -> str:
    """Say why an attribute that a method of the file sets has no value, and what to do."""
    setters = {
        method.name: ast.unparse(assigned.value)
        for node, _ in plan.classes()
        for method in methods(node)
        for assigned in nodes(method).of(ast.Assign)
        if any(_is_own(target, name) for target in assigned.targets)
    }
    others = [f"`{setter}`" for setter in setters if setter != "__init__"]
    if "__init__" not in setters and others:
        which = " and ".join(others[:2])
        return (
            f"`self.{name}` has no value: {which}, which would set it, was not run before or "
            "stopped. Take it from the arguments."
        )
    advice = "Take it from the arguments."
    if _BEGUN.search(setters.get("__init__", "")):
        advice = (
            "A weight or a bias of the call is there under the number of its layer, as `self.W1` "
            "or `self.b1`."
        )
    return f"`self.{name}` has no value: `__init__` is not run when the method is graded. {advice}"


def _is_own(target: ast.expr, name: str) -> bool:
    """Tell whether something is put in an attribute of the object, alone or beside others."""
    return any(
        isinstance(part, ast.Attribute)
        and part.attr == name
        and isinstance(part.value, ast.Name)
        and part.value.id == "self"
        for part in nodes(target)
    )
