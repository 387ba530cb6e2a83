"""Where a value comes from: one place that sets a name, and how names and keys are read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ..reading.source import Unit

_COPIES = frozenset(
    ("copy", "array", "asarray", "astype", "reshape", "squeeze", "deepcopy", "float64")
)


@dataclass(eq=False, repr=False, slots=True)
class Def:
    """One place that sets a name, or an entry ``grads[dW2]`` of a holder.

    Attributes
    ----------
    where : ast node
        The statement, or of a returned dict the value.
    value : ast.expr or None
        What is put in, None for what comes from outside.
    kind : str
        assign, change (of what was there), bound (an argument), returned, or input.
    uses : dict
        For each name, entry or followed call in the value, what may have set it.
    index : ast.expr or None
        The number that a key such as ``dW{}`` is made with.
    """

    name: str
    where: ast.AST
    value: ast.expr | None
    unit: Unit
    kind: str = "assign"
    uses: dict[ast.AST, set[Def]] = field(default_factory=dict)
    index: ast.expr | None = None
    looped: bool = False
    number: int = 0

    def __hash__(self) -> int:
        """Return its number, not its address: sets are gone through in the same order each time."""
        return self.number

    def reads(self) -> set[Def]:
        """Return everything that its value is made from."""
        return set().union(*self.uses.values()) if self.uses else set()

    def uses_of(self, node: ast.AST) -> set[Def]:
        """Return what a part of its value is made from."""
        inside = set(ast.walk(node))
        return set().union(*(found for leaf, found in self.uses.items() if leaf in inside))

    def passed_on(self) -> set[Def] | None:
        """Return what the value is where it is something else's value, or a copy; else None."""
        if self.kind == "change" or self.value is None:
            return None
        leaves = list(_leaves_of(self.value))
        if not all(leaf in self.uses for leaf in leaves):
            return None
        return set().union(*(self.uses[leaf] for leaf in leaves))


Env: TypeAlias = dict[str, frozenset[Def]]


def key_text(node: ast.expr) -> tuple[str | None, ast.expr | None]:
    """Return a key with ``{}`` for the number that is put in, and that number's expression."""
    if isinstance(node, ast.Constant):
        return (node.value, None) if isinstance(node.value, str) else (None, None)
    if isinstance(node, ast.JoinedStr) and len(node.values) == 2:
        start, end = node.values
        if isinstance(start, ast.Constant) and isinstance(end, ast.FormattedValue):
            return _numbered(str(start.value), end.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        start, made = node.left, node.right
        if isinstance(start, ast.Constant) and isinstance(made, ast.Call) and made.args:
            return _numbered(str(start.value), made.args[0])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        start = node.left
        if isinstance(start, ast.Constant) and str(start.value).endswith(("%d", "%s", "%i")):
            return _numbered(str(start.value)[:-2], node.right)
    if isinstance(node, ast.Call) and called(node) == "format" and len(node.args) == 1:
        text = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(text, ast.Constant) and re.fullmatch(r"\w+\{\d?\}", str(text.value)):
            return _numbered(str(text.value).split("{")[0], node.args[0])
    return None, None


def _numbered(start: str, number: ast.expr) -> tuple[str, ast.expr | None]:
    if isinstance(number, ast.Constant) and isinstance(number.value, int):
        return f"{start}{number.value}", None
    return f"{start}{{}}", number


def called(call: ast.Call) -> str:
    """Return the last part of a called function's name."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def dotted(node: ast.AST) -> str | None:
    """Return a name, or ``self.name``; None for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return None


def names_in(target: ast.expr) -> Iterator[str]:
    """Return the names that a target sets."""
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def slot_of(node: ast.AST, env: Env) -> tuple[str, ast.expr | None] | None:
    """Return the entry that a subscript is, ``grads[dW2]``, and the number in its key."""
    if not isinstance(node, ast.Subscript) or (base := dotted(node.value)) is None:
        return None
    text, index = key_text(node.slice)
    if text is not None:
        return f"{base}[{text}]", index
    is_kept = base.startswith("self.") and base not in env  # one for each layer, on the object
    if not is_kept and not any(_is_list(item) for item in env.get(base, ())):
        return None
    if isinstance(node.slice, (ast.Name, ast.BinOp)):
        return f"{base}[{{}}]", node.slice
    if isinstance(node.slice, (ast.Constant, ast.UnaryOp)):
        return f"{base}[{ast.unparse(node.slice)}]", None
    return None


def _is_list(definition: Def) -> bool:
    value = definition.value
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        value = value.left
    if isinstance(value, ast.ListComp):
        return True
    if isinstance(value, ast.Call):
        return called(value) in ("list", "dict")
    return isinstance(value, (ast.List, ast.Dict))


def look_up(slot: str, env: Env) -> frozenset[Def]:
    """Return what may have set an entry; an entry for every layer stands for each of them."""
    base, key = slot[:-1].split("[", 1)
    if slot in env and "{}" not in key:
        return env[slot]
    start = re.sub(r"(\{\}|-?\d+)$", "", key)
    alike = re.compile(
        re.escape(f"{base}[{start}") + (r"(\{\}|-?\d+)\]" if start != key else r"\]")
    )
    wanted = alike if "{}" in key else re.compile(re.escape(f"{base}[{start}{{}}]"))
    return frozenset().union(*(found for name, found in env.items() if wanted.fullmatch(name)))


def joined(branches: Iterable[Env]) -> Env:
    """Return what names may hold after one of several branches."""
    merged: Env = {}
    for env in branches:
        for name, found in env.items():
            merged[name] = merged.get(name, frozenset()) | found
    return merged


def _leaves_of(value: ast.expr) -> Iterator[ast.AST]:
    """Yield what a value is a copy of; of a conditional expression both."""
    if isinstance(value, ast.IfExp):
        yield from _leaves_of(value.body)
        yield from _leaves_of(value.orelse)
    else:
        yield _uncopied(value)


def _uncopied(node: ast.expr) -> ast.AST:
    while isinstance(node, ast.Call) and called(node) in _COPIES:
        held = node.func.value if isinstance(node.func, ast.Attribute) else None
        is_module = isinstance(held, ast.Name) and held.id in ("np", "numpy", "copy")
        if held is not None and not is_module:
            node = held
        elif node.args:
            node = node.args[0]
        else:
            break
    return node


def settled(value: ast.expr, env: Env) -> ast.expr:
    """Return the branch of a conditional expression that is taken, where that is known."""
    if isinstance(value, ast.IfExp):
        chosen = decided(value.test, env)
        if chosen is not None:
            return value.body if chosen else value.orelse
    return value


def decided(test: ast.expr, env: Env) -> bool | None:
    """Return the outcome of ``activation == "relu"`` or ``deriv`` where the value is known."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = decided(test.operand, env)
        return None if inner is None else not inner
    if not isinstance(test, ast.Compare):
        known = _known(test, env)
        return known if isinstance(known, bool) else None
    known, right = _known(test.left, env), test.comparators[0]
    if len(test.ops) != 1 or known is None or not isinstance(right, ast.Constant):
        return None
    same = known == right.value
    return {ast.Eq: same, ast.Is: same, ast.NotEq: not same, ast.IsNot: not same}.get(
        type(test.ops[0])
    )


def _known(node: ast.expr, env: Env) -> str | bool | None:
    """Return the text, or True or False, that a name has for certain, or None."""
    values = {_constant(item) for item in env.get(dotted(node) or "", ())}
    return values.pop() if len(values) == 1 else None


def _constant(definition: Def) -> str | bool | None:
    """Return the text, or True or False, that is put in a name, or None."""
    if isinstance(definition.value, ast.Constant) and definition.kind != "change":
        value = definition.value.value
        return value if isinstance(value, (str, bool)) else None
    passed = definition.passed_on()
    if passed is not None and len(passed) == 1 and definition.kind == "bound":
        return _constant(next(iter(passed)))
    return None
