"""Methods whose object is not what they take it for: no `self`, or an attribute nobody sets."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Mapping

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


def say_unset(name: str, plan: Outline, held: Container[str]) -> str:
    """Say why an attribute that a method of the file sets has no value, and what to do.

    ``held`` are the names that the object has.
    """
    known = [method for node, _ in plan.classes() for method in methods(node)]
    begun = {
        part.attr
        for method in known
        if method.name == "__init__"
        for assigned in nodes(method).of(ast.Assign)
        if _BEGUN.search(ast.unparse(assigned.value))
        for target in assigned.targets
        for part in _own(target)
    }
    setters = {
        method.name: method
        for method in known
        for assigned in nodes(method).of(ast.Assign)
        if any(part.attr == name for target in assigned.targets for part in _own(target))
    }
    # The pass that sets it stops, too, where a weight has a name that nobody knows.
    passes = [setter for word, setter in setters.items() if word != "__init__"]
    read = [part.attr for setter in passes for part in _own(setter)]
    behind = next((word for word in [name, *read] if word in begun and word not in held), None)
    if behind is not None:
        also = "" if behind == name else f", as `self.{behind}` has none"
        return (
            f"`self.{name}` has no value{also}: `__init__` is not run when the method is graded. "
            "A weight or a bias of the call is there under the number of its layer, as `self.W1` "
            "or `self.b1`."
        )
    others = [f"`{setter}`" for setter in setters]
    said = "`__init__` is not run when the method is graded"
    if others and "__init__" not in setters:
        said = f"{' and '.join(others[:2])}, which would set it, was not run before or stopped"
    return f"`self.{name}` has no value: {said}. Take it from the arguments."


def _own(node: ast.AST) -> list[ast.Attribute]:
    """Return the attributes of the object that stand in a piece of code."""
    return [
        part
        for part in nodes(node).of(ast.Attribute)
        if isinstance(part.value, ast.Name) and part.value.id == "self"
    ]
