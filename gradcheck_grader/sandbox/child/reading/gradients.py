"""Which functions compute gradients, by the names that they give values to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from .definitions import FUNCTIONS, Definition
from .source import Unit
from .tree import nodes

_TARGETS = (ast.Name, ast.Attribute, ast.Subscript)
_KIND = r"(w|b|weights?|bias(es)?|thetas?)s?"
_GRADIENT = re.compile(rf"_*(d|grads?|gradients?|(delta_?)?nabla)_?{_KIND}_?\d*", re.IGNORECASE)
_HOLDER = re.compile(r"_*(grads?|gradients?|derivatives?)", re.IGNORECASE)


def makes_gradients(definition: Definition | None) -> bool:
    """Tell whether a function gives a value to what is called as a gradient."""
    return definition is not None and any(map(_is_gradient, _given(definition.parts)))


def gives_gradients(definition: Definition | None) -> bool:
    """Tell whether such a function returns gradients, or leaves them on its object."""
    if definition is None or not makes_gradients(definition):
        return False
    left = [node for node in _given(definition.parts) if root_name(node) == "self"]
    returned = [node for one in definition.parts.of(ast.Return) for node in nodes(one)]
    return any(map(_is_gradient, (*left, *returned)))


def stands_alone(unit: Unit) -> bool:
    """Tell whether statements outside of all functions compute gradients, other than by a call."""
    outside = [node for node in unit.tree.body if not isinstance(node, (*FUNCTIONS, ast.ClassDef))]
    made = [part for node in outside for part in nodes(node) if isinstance(part, ast.Assign)]
    return any(
        _is_gradient(part)
        for assigned in made
        if isinstance(assigned.value, ast.BinOp)
        for target in assigned.targets
        for part in nodes(target)
    )


def _given(parts: Iterable[ast.AST]) -> Iterator[ast.expr]:
    """Yield every name, attribute and item that is given a value."""
    for node in parts:
        if isinstance(node, _TARGETS) and isinstance(node.ctx, ast.Store):
            yield node


def _is_gradient(node: ast.AST) -> bool:
    """Tell whether a node is ``dW1``, ``self.grad_b``, ``d["dW1"]`` or an item of ``grads``."""
    if isinstance(node, ast.Subscript):
        held = node.value
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        named = isinstance(key, str) and _GRADIENT.fullmatch(key) is not None
        return named or _is_gradient(held)
    name = getattr(node, "attr", getattr(node, "id", ""))
    return any(pattern.fullmatch(name) for pattern in (_GRADIENT, _HOLDER))


def root_name(node: ast.AST) -> str:
    """Return the name in which ``self.grads["dW1"]`` begins."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return getattr(node, "id", "")
