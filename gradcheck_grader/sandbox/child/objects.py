"""Objects made without ``__init__``, which often loads data, draws weights or trains."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from .definitions import Function, Outline, methods
from .purity import is_pure


def make_object(
    owner: type, plan: Outline, names: Mapping[str, Any], attributes: Mapping[str, Any]
) -> Any:
    """Return an object of a class whose ``__init__`` has not run.

    It has the attributes that ``__init__`` would set to a plain value, such as ``self.reg = 0``,
    and those that are given.
    """
    if getattr(owner, "__abstractmethods__", None):
        cast(Any, owner).__abstractmethods__ = frozenset()
    try:
        receiver: Any = object.__new__(owner)
    except TypeError:  # a class built on one in C has a __new__ of its own
        receiver = cast(Any, owner).__new__(owner)
    _give(receiver, _initial_attributes(owner, plan, names))
    _give(receiver, attributes)
    return receiver


def _give(receiver: Any, attributes: Mapping[str, Any]) -> None:
    """Set attributes, and the private names that the class keeps them in."""
    for name, value in attributes.items():
        with suppress(AttributeError):  # a property without setter
            setattr(receiver, name, value)
        for private in _private_names(receiver, name):
            setattr(receiver, private, value)


def taken_back(receiver: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the attributes hold after the call; a private spelling that is used counts."""
    held = {}
    for name, value in names.items():
        spellings = [name, *_private_names(receiver, name)]
        held[name] = getattr(receiver, spellings[-1], value)
    return held


def _private_names(receiver: Any, name: str) -> list[str]:
    """Return the spellings ``_name`` and ``__name`` (mangled) that the class's code uses."""
    used = {
        word
        for base in type(receiver).__mro__
        for member in vars(base).values()
        for function in (member, getattr(member, "fget", None), getattr(member, "__func__", None))
        for word in getattr(getattr(function, "__code__", None), "co_names", ())
    }
    mangled = [f"_{base.__name__.lstrip('_')}__{name}" for base in type(receiver).__mro__]
    return [spelling for spelling in (f"_{name}", *mangled) if spelling in used]


def _initial_attributes(owner: type, plan: Outline, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain values that ``__init__`` sets, those of arguments by their defaults."""
    attributes: dict[str, Any] = {}
    nodes = {node.name: node for node, _ in plan.classes()}
    for base in reversed(owner.__mro__):
        for method in methods(nodes[base.__name__]) if base.__name__ in nodes else ():
            if method.name == "__init__":
                attributes |= _plain_attributes(method, _defaults(base), names)
    return attributes


def _defaults(owner: type) -> dict[str, Any]:
    parameters = inspect.signature(vars(owner)["__init__"]).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}


def _plain_attributes(
    method: Function,
    defaults: Mapping[str, Any],
    names: Mapping[str, Any],
) -> dict[str, Any]:
    arguments = {argument.arg for argument in ast.walk(method) if isinstance(argument, ast.arg)}
    known = (set(names) - arguments) | set(defaults)
    found = {}
    for node in method.body:
        if isinstance(node, ast.Assign) and is_pure(node.value, known):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                    code = compile(ast.Expression(node.value), "<__init__>", "eval")
                    with suppress(Exception):  # such as a key that is not in a table of theirs
                        found[target.attr] = eval(code, dict(names), dict(defaults))
    return found
