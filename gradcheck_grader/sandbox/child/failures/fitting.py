"""What does not fit in a student's statement: shapes, or values that names are to take."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

import numpy as np

from ..facts import listed
from ..reading.tree import nodes
from .frames import StudentFrame, operand_shapes

# Of a matrix product NumPy names the two sizes that differ, and no shapes.
_PRODUCT = re.compile(
    r"matmul: Input operand 1 has a mismatch in its core dimension 0, .*"
    r"\(size (\d+) is different from (\d+)\)"
)


def say_value(error: ValueError, text: str, last: StudentFrame | None) -> str:
    """Return the message of a ValueError: what was unpacked, or which shapes do not fit."""
    unpacked = _say_unpacked(last) if last and "values to unpack" in text else None
    if unpacked is not None:
        return unpacked
    shapes = operand_shapes(error, text, last)
    node = last.expression() if last else None
    if len(shapes) < 2 or not isinstance(node, (ast.BinOp, ast.Call)) or _fit(node, *shapes[:2]):
        said = _say_updated(text, last, shapes) or _say_product(text, node)
        return said or f"It stopped with {type(error).__name__}: {text}"
    sizes = " and ".join(str(shape) for shape in shapes)
    more = _say_classes(node, last) if last else ""
    return f"The shapes in `{ast.unparse(node)[:80]}` do not fit: {sizes}.{more}"


def _say_classes(node: ast.expr, last: StudentFrame) -> str:
    """Say of labels that are class numbers that they are, where they meet a matrix."""
    for part in (node.left, node.right) if isinstance(node, ast.BinOp) else ():
        held = last.value(part)
        if type(held) is np.ndarray and held.ndim == 1 and held.dtype.kind in "iu":
            return f" `{ast.unparse(part)}` holds the number of a class for each example."
    return ""


def _fit(node: ast.expr, left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    """Return whether it is a product of matrices that fit: then it is their kind that does not."""
    is_product = isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
    return is_product and len(left) == len(right) == 2 and left[1] == right[0]


def _say_updated(
    text: str, last: StudentFrame | None, shapes: Sequence[tuple[int, ...]]
) -> str | None:
    """Say which shapes do not fit in ``a -= b``, of which NumPy tells that of the result, too."""
    if last is None or "broadcast" not in text or len(shapes) < 2:
        return None
    for node in nodes(last.unit.tree).of(ast.AugAssign):
        if node.lineno == last.line:
            own, other = shapes[:2]
            return f"The shapes in `{ast.unparse(node)[:80]}` do not fit: {own} and {other}."
    return None


def _say_product(text: str, node: ast.expr | None) -> str | None:
    """Say which sizes in a product differ, where what is multiplied has no name to look up."""
    sizes = _PRODUCT.match(text)
    if sizes is None or node is None:
        return None
    right, left = sizes.groups()
    sizes_said = f"the last size on the left is {left}, the first on the right is {right}"
    return f"The shapes in `{ast.unparse(node)[:80]}` do not fit: {sizes_said}."


def _say_unpacked(last: StudentFrame) -> str | None:
    """Say what a dict, a tuple or a list holds that was unpacked into another number of names."""
    for node in nodes(last.unit.tree).of(ast.Assign):
        if not node.lineno <= last.line <= _end(node):
            continue
        target, taken = node.targets[0], _taken_from(node.value)
        held = last.value(taken)
        if type(held) not in (dict, tuple, list) or not isinstance(target, (ast.Tuple, ast.List)):
            continue
        if len(held) != len(target.elts) and all(map(_is_plain, target.elts)):
            keys = [key for key in held if isinstance(key, str)] if type(held) is dict else []
            named = f" ({listed(keys, 14)})" if keys else ""
            values = "1 value" if len(held) == 1 else f"{len(held)} values"
            names = f"{len(target.elts)} names are" if len(target.elts) > 1 else "1 name is"
            return f"`{ast.unparse(taken)}` holds {values}{named}, and {names} to take them."
    return None


def _is_plain(node: ast.expr) -> bool:
    return not isinstance(node, (ast.Tuple, ast.List, ast.Starred))


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _taken_from(node: ast.expr) -> ast.expr:
    """Return the dict of ``cache.values()``; anything else as it is."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        return node.func.value if node.func.attr in ("values", "items", "keys") else node
    return node
