"""Calls of NumPy that do another thing than they seem to: a third factor, arrays of integers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .tree import Parts

_OF_TWO = frozenset(("multiply", "dot", "matmul", "add", "subtract", "divide"))
_FILLED = frozenset(("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like"))
_INTEGERS = frozenset(("int", "np.int64", "np.int32", "numpy.int64", "numpy.int32", "'int'"))


def third_arguments(parts: Parts) -> Iterator[ast.Call]:
    """Yield calls such as ``np.multiply(a, b, c)``, whose third argument gets the result."""
    for call in parts.of(ast.Call):
        if len(call.args) == 3 and not call.keywords and _of_numpy(call) in _OF_TWO:
            yield call


def fractions_lost(parts: Parts) -> Iterator[tuple[str, int, int]]:
    """Yield arrays of integers in which other values are stored: name, and both lines."""
    told = set()
    stores: list[ast.Assign | ast.AugAssign] = [*parts.of(ast.Assign), *parts.of(ast.AugAssign)]
    for node in sorted(stores, key=lambda one: one.lineno):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        name = getattr(target.value, "id", "") if isinstance(target, ast.Subscript) else ""
        if not name or name in told or isinstance(node.value, ast.Constant):
            continue
        made = _made_before(parts, name, node.lineno)
        if made is not None and _is_of_integers(made.value):
            told.add(name)
            yield name, made.lineno, node.lineno


def _made_before(parts: Parts, name: str, line: int) -> ast.Assign | None:
    """Return the last statement above a line that gives a name its value."""
    makers = [
        node
        for node in parts.of(ast.Assign)
        if node.lineno < line and getattr(node.targets[0], "id", "") == name
    ]
    return max(makers, key=lambda node: node.lineno, default=None)


def _is_of_integers(value: ast.expr) -> bool:
    """Return whether an expression makes an array that holds integers, by what is written."""
    if not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Attribute) and value.func.attr == "astype":
        return bool(value.args) and ast.unparse(value.args[0]) in _INTEGERS
    made = _of_numpy(value)
    kinds = [ast.unparse(one.value) for one in value.keywords if one.arg == "dtype"]
    if kinds or made != "array":
        return made in _FILLED | {"array"} and kinds[:1] != [] and kinds[0] in _INTEGERS
    return bool(value.args) and _is_integer(value.args[0])


def _is_integer(node: ast.expr) -> bool:
    """Return whether a list, also one that is repeated, holds integers that are written down."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return isinstance(node.left, ast.List) and _is_integer(node.left)
    if isinstance(node, ast.List):
        return bool(node.elts) and all(map(_is_integer, node.elts))
    return isinstance(node, ast.Constant) and type(node.value) is int


def _of_numpy(call: ast.Call) -> str:
    """Return the name of a function of NumPy that is called; nothing of another one."""
    function = call.func
    module = getattr(function.value, "id", "") if isinstance(function, ast.Attribute) else ""
    return getattr(function, "attr", "") if module in ("np", "numpy") else ""
