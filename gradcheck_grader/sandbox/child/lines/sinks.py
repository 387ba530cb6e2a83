"""What a function hands back as gradients, layer by layer."""

from __future__ import annotations

import ast
import re
from typing import TypeAlias

from .ancestry import makers
from .flow import UNKNOWN, Flow
from .origins import Def
from .reads import PARAMETER

Sink: TypeAlias = tuple[str, int]  # dW or db, and a layer; or one of:
LOOP, LAST = 0, -1  # every layer that has no sink of its own, the last layer

_SINK = re.compile(
    r"(?:d[LJ]_?)?(?:d|grads?_?|g|delta_?|nabla_?)?_?"
    r"([Ww](?:eights?)?|[Bb](?:ias(?:es)?)?)_?(\d+|\{\}|-1)(?:_?grads?)?"
)
_ON_OBJECT = re.compile(r"self\._*(?:(\w+)\[(\{\}|-1)\]|(?:\w+\[)?([\w{}]+)\]?)")


def sinks_of(flow: Flow) -> dict[Sink, frozenset[Def]]:
    """Return what is handed back as each gradient; of a step in place what it takes off."""
    found: dict[Sink, set[Def]] = {}
    unclear: set[str] = set()
    entries = {key.split("[", 1)[1][:-1]: made for key, made in flow.answer.items()}
    named = {key: made for key, made in entries.items() if _SINK.fullmatch(key)}
    if UNKNOWN in entries:
        return {}
    if not named:
        named = _left(flow)
    if not any(not PARAMETER.fullmatch(key) for key in named):
        named |= _updated(flow)
    for key, made in named.items():
        match = _SINK.fullmatch(key)
        assert match is not None
        kind = "dW" if match[1][0] in "Ww" else "db"
        for one in made:
            layer = _layer(match[2], one)
            if layer is None:
                unclear.add(kind)
            else:
                found.setdefault((kind, layer), set()).update(_taken_off(one))
    return {
        sink: frozenset(made)
        for sink, made in found.items()
        if made and not (sink[0] in unclear and sink[1] in (LOOP, LAST))
    }


def _left(flow: Flow) -> dict[str, frozenset[Def]]:
    """Return what a method leaves on its object, as ``self.grads["dW1"]`` or ``self.dW[l]``.

    Nothing where two such places hold a gradient: it is not known which one is graded.
    """
    found: dict[str, frozenset[Def]] = {}
    for name, made in flow.env.items():
        key = _key_on_object(name)
        if not _SINK.fullmatch(key) or PARAMETER.fullmatch(key):
            continue
        if key in found:
            return {}
        found[key] = made
    return found


def _key_on_object(name: str) -> str:
    """Return the name of a gradient on an object; where numbers begin is not known: for all."""
    match = _ON_OBJECT.fullmatch(name)
    if match is None:
        return ""
    return f"{match[1]}{match[2]}" if match[1] else match[3]


def _updated(flow: Flow) -> dict[str, frozenset[Def]]:
    """Return the entries of arguments that the function sets, where they are parameters."""
    found: dict[str, frozenset[Def]] = {}
    for name, made in flow.env.items():
        base, _, key = name.partition("[")
        holders = flow.env.get(base, frozenset())
        if PARAMETER.fullmatch(key[:-1]) and any(one.kind == "input" for one in holders):
            found[key[:-1]] = made
    return found


def _layer(number: str, one: Def) -> int | None:
    if number == "{}":
        if one.looped:
            return LOOP
        return LAST if isinstance(one.index, (ast.Name, ast.Attribute)) else None
    return int(number) if int(number) != 0 else None


def _taken_off(one: Def) -> set[Def]:
    """Return a gradient; of an update ``W - rate * dW`` the gradient in it."""
    node = one.where
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
        return one.uses_of(node.value)
    key = one.name.partition("[")[2][:-1] or one.name
    value = one.value if PARAMETER.fullmatch(key) else None
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub):
        if any(item.kind != "input" for item in makers(one.uses_of(value.left))):
            return {one}  # the weight itself was changed before
        named = one.uses_of(value.right)
        return {item for item in named if re.match(r"d|g", item.name)}
    return {one}
