"""What one assignment looks like: a product, a scale, a size; and where it stands."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..facts import Facts
from .origins import Def, called
from .roles import Role

_PRODUCTS = frozenset(
    ("dot", "matmul", "outer", "einsum", "sum", "mean", "multiply", "tensordot", "divide", "add")
)


def multiplies(one: Def, delta: frozenset[Def]) -> bool:
    """Tell whether a value is a product with a delta, rather than with a part of one."""
    if one.value is None:
        return False
    parents = {child: node for node in ast.walk(one.value) for child in ast.iter_child_nodes(node)}
    return any(_is_factor(node, parents) for node, found in one.uses.items() if found & delta)


def _is_factor(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.Call) and called(node) in _PRODUCTS:
            return True
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.MatMult):
                return True
            if not isinstance(node.op, (ast.Mult, ast.Div)):
                return False
    return True


def multiplies_entries(one: Def, arrays: frozenset[Def]) -> bool:
    """Tell whether a value is a product with one of these entry by entry, or one set to 0 there."""
    if one.kind == "change":
        op = getattr(one.where, "op", None)
        return isinstance(one.where, ast.Assign) or isinstance(op, (ast.Mult, ast.Div))
    if one.value is None:
        return False
    parents = {child: node for node in ast.walk(one.value) for child in ast.iter_child_nodes(node)}
    return any(_is_multiplied(node, parents) for node, found in one.uses.items() if found & arrays)


def _is_multiplied(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Tell whether nothing but products, and at least one of them, is made from a part."""
    is_any = node in parents
    while node in parents:
        node = parents[node]
        is_call = isinstance(node, ast.Call) and called(node) in ("multiply", "where")
        if not is_call and not isinstance(getattr(node, "op", None), (ast.Mult, ast.Div)):
            return False
    return is_any


def only_call(one: Def) -> ast.Call | None:
    """Return the call of a function of the same file in a statement that only multiplies."""
    calls = [node for node in one.uses if isinstance(node, ast.Call)]
    waiting: list[ast.AST] = [] if one.value is None else [one.value]
    for node in waiting:  # it grows while it is gone through
        if isinstance(node, (ast.UnaryOp, ast.Compare)):
            return None
        if isinstance(node, ast.BinOp) and not isinstance(node.op, (ast.Mult, ast.MatMult)):
            return None
        waiting += [] if node in one.uses else ast.iter_child_nodes(node)
    return calls[0] if len(calls) == 1 else None


def is_size(one: Def) -> bool:
    """Tell whether a value is a number of rows or columns, or one less."""
    if one.value is None or one.uses or is_numbered(one) or is_negated(one):
        return False
    return any(
        (isinstance(node, ast.Attribute) and node.attr in ("shape", "size"))
        or (isinstance(node, ast.Call) and called(node) == "len")
        for node in ast.walk(one.value)
    )


def counts_entries(one: Def) -> bool:
    """Tell whether a size is that of a whole array: ``X.size``, or its rows times its columns."""
    nodes = [] if one.value is None else list(ast.walk(one.value))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    if any(called(node) == "size" and len(node.args) + len(node.keywords) > 1 for node in calls):
        return False  # along one axis
    return any(called(node) == "prod" for node in calls) or any(
        (isinstance(node, ast.Attribute) and node.attr == "size") or isinstance(node, ast.Mult)
        for node in nodes
    )


def role_of(one: Def) -> Role | None:
    """Return what a later statement does to a gradient: scale, add; None for anything else."""
    node = one.where
    value = node if isinstance(node, ast.AugAssign) else one.value
    operator = getattr(value, "op", None)
    if isinstance(operator, (ast.Mult, ast.Div)):
        return Role.SCALE
    return Role.ADD if isinstance(operator, (ast.Add, ast.Sub)) else None


def is_numbered(one: Def) -> bool:
    """Tell whether a statement multiplies or divides by a number that is not 1."""
    return any(
        isinstance(node, (ast.BinOp, ast.AugAssign))
        and isinstance(node.op, (ast.Mult, ast.Div))
        and any(_is_number(getattr(node, side, None)) for side in ("left", "right", "value"))
        for node in ast.walk(one.where)
    )


def _is_number(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value not in (1, True)


def is_negated(one: Def) -> bool:
    """Tell whether a statement has a minus in front of something."""
    return any(
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and not _is_index(node, one.where)
        for node in ast.walk(one.where)
    )


def _is_index(node: ast.UnaryOp, whole: ast.AST) -> bool:
    """Tell whether a negative number is ``A[-1]`` or ``axis=-1``, and no factor."""
    return isinstance(node.operand, ast.Constant) and any(
        (isinstance(outer, ast.Subscript) and node in ast.walk(outer.slice))
        or (isinstance(outer, ast.keyword) and outer.value is node)
        for outer in ast.walk(whole)
    )


def is_scaled(one: Def) -> bool:
    """Tell whether a statement divides by something, takes a mean, or multiplies by a number."""
    return is_numbered(one) or any(
        (isinstance(node, ast.Call) and called(node) in ("mean", "average", "divide"))
        or (isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div))
        for node in ast.walk(one.where)
    )


def place_of(one: Def) -> Facts:
    """Return where a statement stands: its first line, and its columns there."""
    node = one.where
    line, end_line = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
    facts = one.unit.place(line)
    text = (facts["source"] or "").encode()
    start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
    stop = end if line == end_line else len(text)
    columns: Sequence[int] = [len(text[:byte].decode("utf-8", "replace")) for byte in (start, stop)]
    return {**facts, "caret": list(columns)}
