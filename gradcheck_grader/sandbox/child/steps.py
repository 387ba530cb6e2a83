"""The statements in which each gradient, and the delta that it is made from, are computed.

By data flow: a delta is what both dW and db of a layer are made from. What is not certain is left
out; nobody is led to a line by a guess.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from .definitions import Definition, Outline
from .facts import Facts
from .flow import PARAMETER, Flow
from .origins import Def, called

Sink: TypeAlias = tuple[str, int]  # dW or db, and a layer; or one of:
LOOP, LAST = 0, -1  # every layer that has no sink of its own, the last layer

_SINK = re.compile(
    r"(?:d[LJ]_?)?(?:d|grads?_?|g|delta_?|nabla_?)?_?([Ww]|[Bb])_?(\d+|\{\}|-1)(?:_?grads?)?"
)
_LABEL = re.compile(
    r"(y(?!.*(hat|pred|out))\w*|t|targets?|labels?|truth|\w*_?(one_?hot|labels?|targets?))",
    re.IGNORECASE,
)
_ACTIVATION = re.compile(r"[ahsxz]_?(\d|l|prev|prime)?\w?", re.IGNORECASE)
_PRODUCTS = frozenset(
    ("dot", "matmul", "outer", "einsum", "sum", "mean", "multiply", "tensordot", "divide", "add")
)


def steps(plan: Outline, function: Definition, owner: str | None) -> list[Facts]:
    """Return the facts of each statement; none of a function that cannot be followed."""
    try:
        return _Chains(Flow(plan, function, owner)).facts()
    except Exception:  # advice only: whatever is odd about the source, the function can be run
        return []


class _Chains:
    """The sinks of a function's gradients, and the walk back from them."""

    def __init__(self, flow: Flow) -> None:
        self._closures: dict[Def, frozenset[Def]] = {}
        self._sinks = _sinks(flow)
        read = {layer: self._delta(layer) for layer in dict.fromkeys(key[1] for key in self._sinks)}
        self._deltas = {layer: _unbound(found) for layer, found in read.items()}
        self._stops = frozenset().union(*read.values(), *self._deltas.values())

    def facts(self) -> list[Facts]:
        """Return all steps that are certain."""
        found = [fact for sink in self._sinks for fact in self._gradient(sink)]
        for layer, delta in self._deltas.items():
            outputs = [one for one in delta if not self._is_hidden(one)]
            hidden = [one for one in delta if self._is_hidden(one)]
            if layer == LOOP and outputs and hidden:
                found += [*self._of_delta(LAST, outputs), *self._of_delta(LOOP, hidden)]
            elif layer == LOOP and outputs and LAST not in self._deltas:
                found += self._of_delta(LAST, outputs)
            else:
                found += self._of_delta(layer, delta)
        return found

    def _gradient(self, sink: Sink) -> list[Facts]:
        """Return the steps of one gradient: the whole, or the product and what follows it."""
        chain = self._chain(self._sinks[sink]) or self._handed_on(self._sinks[sink])
        places = {one.where: one for one in chain}
        if len(places) == 1:
            (only,) = places.values()
            role = "whole" if self._tainted(only.reads()) else "plain"
            return [self._fact(sink, role, only), *self._size(sink, only)]
        cores = {one.where: one for one in chain if one.reads() & self._stops}
        later = [one for where, one in places.items() if where not in cores]
        roles = [_role(one) for one in later]
        if len(cores) != 1 or not all(roles) or len(set(roles)) < len(roles):
            return []
        found = [self._fact(sink, "core", one) for one in cores.values()]
        return found + [self._fact(sink, role, one) for role, one in zip(roles, later, strict=True)]

    def _handed_on(self, sinks: Iterable[Def]) -> list[Def]:
        """Return where a delta itself is given out as a gradient: the last to name it so."""
        found, waiting = dict[Def, None](), list(sinks)
        while waiting:
            one = waiting.pop()
            passed = one.passed_on() or set()
            if passed & self._stops:
                found[one] = None
            waiting += passed - self._stops
        return list(found)

    def _size(self, sink: Sink, one: Def) -> list[Facts]:
        sizes = {item.where: item for item in self._beside(one) if _is_size(item)}
        return [self._fact(sink, "size", item) for item in sizes.values()] if len(sizes) == 1 else []

    def _of_delta(self, layer: int, delta: Iterable[Def]) -> list[Facts]:
        """Return the steps of a delta: the whole, or what comes from above and the slope."""
        roles: dict[str, dict[ast.AST, Def]] = {}
        parts: dict[ast.AST, Def] = {}
        for one in delta:
            for role, maker in self._delta_roles(one):
                roles.setdefault(role, {})[maker.where] = maker
            chain = self._chain([one], is_delta=True) if self._is_hidden(one) else []
            parts |= {maker.where: maker for maker in chain}
        if "whole" in roles and len(roles) > 1:
            return []
        sure = [(role, *found.values()) for role, found in roles.items() if len(found) == 1]
        named = {one.where for _, one in sure}
        sure += [("part", one) for where, one in parts.items() if where not in named]
        return [self._fact(("dZ", layer), role, one) for role, one in sure]

    def _delta_roles(self, delta: Def) -> list[tuple[str, Def]]:
        chain = self._chain([delta], is_delta=True)
        places = {one.where: one for one in chain}
        is_named = delta.passed_on() is not None and isinstance(delta.value, (ast.Name, ast.Subscript))
        through = self._passes_an_argument(delta)
        if len(places) == 1 and not is_named and not through:
            return [("whole", chain[0])]
        if not self._is_hidden(delta):
            return []
        first = {one.where: one for one in chain if one.reads() & self._stops}
        if len(first) != 1:
            return []
        found = [("propagate", next(iter(first.values())))]
        last = {one.where: one for one in _makers([delta])}
        if is_named and len(places) == 1:
            found.append(("gate", delta))
        elif len(last) == 1 and last.keys() != first.keys() and not through:
            found.append(("gate", next(iter(last.values()))))
        return found

    def _passes_an_argument(self, delta: Def) -> bool:
        """Tell whether a delta is handed through a function, or on by name, unchanged."""
        waiting, seen = [delta], set[Def]()
        while waiting:
            one = waiting.pop()
            passed = one.passed_on()
            if one in seen or passed is None:
                continue
            seen.add(one)
            if one is not delta and (one.kind == "bound" or isinstance(one.value, ast.Name)):
                if one.kind != "returned":
                    return True
            waiting += passed
        return False

    def _delta(self, layer: int) -> frozenset[Def]:
        """Return what both gradients of a layer are made from, nearest to them."""
        weights, biases = self._sinks.get(("dW", layer)), self._sinks.get(("db", layer))
        if not weights or not biases:
            return frozenset()
        first = self._frontier(weights, self._closure_of(biases))
        both = first & self._frontier(biases, self._closure_of(weights))
        core = {one for one in _walked(weights, both) if _multiplies(one, both)}
        computed = {item for one in both for item in _makers([one])}
        if not core or any(_is_label(one) or one.kind == "input" for one in {*both, *computed}):
            return frozenset()
        return both

    def _frontier(self, sinks: Iterable[Def], common: frozenset[Def]) -> frozenset[Def]:
        found, waiting, seen = set[Def](), list(sinks), set[Def]()
        while waiting:
            one = waiting.pop()
            if one in common:
                found.add(one)
            elif one not in seen:
                seen.add(one)
                waiting += self._tainted(one.reads())
        return frozenset(found)

    def _closure_of(self, definitions: Iterable[Def]) -> frozenset[Def]:
        reached = frozenset().union(*(self._closure(one) for one in definitions))
        return frozenset(self._tainted(reached))

    def _closure(self, start: Def) -> frozenset[Def]:
        """Return everything that a value is made from, itself included."""
        if start not in self._closures:
            seen, waiting = {start}, [start]
            while waiting:
                for one in waiting.pop().reads() - seen:
                    seen.add(one)
                    if not _is_label(one):
                        waiting.append(one)
            self._closures[start] = frozenset(seen)
        return self._closures[start]

    def _tainted(self, definitions: Iterable[Def]) -> list[Def]:
        """Return those that depend on the labels and are none themselves."""
        return [
            one
            for one in definitions
            if not self._is_label(one)
            and not isinstance(one.where, ast.For)
            and any(_is_label(item) for item in self._closure(one))
        ]

    def _chain(self, starts: Iterable[Def], *, is_delta: bool = False) -> list[Def]:
        """Return the computed values between a step and the deltas that it is made from."""
        makers = _makers(starts, frozenset() if is_delta else self._stops)
        found, waiting = dict.fromkeys(makers), list(makers)
        while waiting:
            for one in self._tainted(waiting.pop(0).reads() - self._stops):
                for maker in _makers([one], self._stops):
                    if maker not in found and not self._is_label(maker):
                        found[maker] = None
                        waiting.append(maker)
        return [one for one in found if one.value is not None]

    def _is_hidden(self, delta: Def) -> bool:
        return any(one.reads() & self._stops for one in self._chain([delta], is_delta=True))

    def _beside(self, one: Def) -> list[Def]:
        """Return the computed values that a statement reads and that no label is in."""
        plain = [
            item
            for node, found in one.uses.items()
            if not isinstance(node, ast.Call)
            for item in found
        ]
        tainted = set(self._tainted(plain))
        makers = _makers(item for item in plain if item not in tainted and not self._is_label(item))
        return [
            item
            for item in makers
            if item.value is not None
            and item.kind != "bound"
            and not isinstance(item.where, ast.For)
        ]

    def _is_label(self, one: Def) -> bool:
        """Tell whether a value is the labels, or made from them alone, such as one-hot columns."""
        if _is_label(one):
            return True
        ends = [item for item in self._closure(one) if item.kind == "input" and not item.uses]
        return bool(ends) and all(_is_label(item) for item in ends)

    def _fact(self, sink: Sink, role: str, one: Def) -> Facts:
        others = [
            item
            for item in self._beside(one)
            if not _is_size(item) and not _ACTIVATION.fullmatch(item.name)
        ]
        return {
            "name": sink[0],
            "layer": sink[1],
            "role": role,
            "clean": not others,
            "scaled": _is_scaled(one),
            "numbered": _is_numbered(one),
            "negated": _is_negated(one),
            **_place(one),
        }


def _sinks(flow: Flow) -> dict[Sink, frozenset[Def]]:
    """Return what is handed back as each gradient; of a step in place what it takes off."""
    found: dict[Sink, set[Def]] = {}
    unclear: set[str] = set()
    entries = {key.split("[", 1)[1][:-1]: made for key, made in flow.answer.items()}
    named = {key: made for key, made in entries.items() if _SINK.fullmatch(key)}
    if not any(not PARAMETER.fullmatch(key) for key in named):
        named |= _updated(flow)
    for key, made in named.items():
        match = _SINK.fullmatch(key)
        assert match is not None
        kind = "dW" if match[1] in "Ww" else "db"
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
        return LAST if isinstance(one.index, ast.Name) else None
    return int(number) if int(number) != 0 else None


def _taken_off(one: Def) -> set[Def]:
    """Return a gradient; of an update ``W - rate * dW`` the gradient in it."""
    node = one.where
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
        return one.uses_of(node.value)
    if isinstance(one.value, ast.BinOp) and isinstance(one.value.op, ast.Sub):
        if PARAMETER.fullmatch(one.name.partition("[")[2][:-1] or one.name):
            named = one.uses_of(one.value.right)
            return {item for item in named if re.match(r"d|g", item.name)}
    return {one}


def _makers(starts: Iterable[Def], stops: frozenset[Def] = frozenset()) -> list[Def]:
    """Return the definitions that compute what others only pass on."""
    found: dict[Def, None] = {}
    waiting, seen = list(starts), set[Def]()
    while waiting:
        one = waiting.pop(0)
        if one in seen or one in stops:
            continue
        seen.add(one)
        passed = one.passed_on()
        if passed is None:
            found[one] = None
        else:
            waiting += passed
    return list(found)


def _walked(starts: Iterable[Def], stops: frozenset[Def]) -> set[Def]:
    seen, waiting = set[Def](), list(starts)
    while waiting:
        one = waiting.pop()
        if one not in seen and one not in stops:
            seen.add(one)
            waiting += one.reads()
    return seen


def _unbound(found: frozenset[Def]) -> frozenset[Def]:
    """Return deltas by what the caller called them, not by a parameter's name."""
    waiting, own = list(found), set[Def]()
    while waiting:
        one = waiting.pop()
        passed = one.passed_on() if one.kind == "bound" else None
        if passed is None:
            own.add(one)
        else:
            waiting += passed
    return frozenset(own)


def _multiplies(one: Def, delta: frozenset[Def]) -> bool:
    """Tell whether a value is a product with a delta, rather than with a part of one."""
    if one.value is None:
        return False
    parents = {child: node for node in ast.walk(one.value) for child in ast.iter_child_nodes(node)}
    return any(
        _is_factor(node, parents) for node, found in one.uses.items() if found & delta
    )


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


def _is_label(one: Def) -> bool:
    return _LABEL.fullmatch(one.name.split(".")[-1]) is not None


def _is_size(one: Def) -> bool:
    """Tell whether a value is a number of rows or columns."""
    return one.value is not None and any(
        (isinstance(node, ast.Attribute) and node.attr in ("shape", "size"))
        or (isinstance(node, ast.Call) and called(node) == "len")
        for node in ast.walk(one.value)
    ) and not one.uses


def _role(one: Def) -> str:
    """Return what a later statement does to a gradient: scale, add, or nothing known."""
    node = one.where
    value = node if isinstance(node, ast.AugAssign) else one.value
    operator = getattr(value, "op", None)
    if isinstance(operator, (ast.Mult, ast.Div)):
        return "scale"
    return "add" if isinstance(operator, (ast.Add, ast.Sub)) else ""


def _is_numbered(one: Def) -> bool:
    """Tell whether a statement multiplies or divides by a number that is not 1."""
    return any(
        isinstance(node, (ast.BinOp, ast.AugAssign))
        and isinstance(node.op, (ast.Mult, ast.Div))
        and any(_is_number(getattr(node, side, None)) for side in ("left", "right", "value"))
        for node in ast.walk(one.where)
    )


def _is_number(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value not in (1, True)


def _is_negated(one: Def) -> bool:
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


def _is_scaled(one: Def) -> bool:
    """Tell whether a statement divides by something, takes a mean, or multiplies by a number."""
    for node in ast.walk(one.where):
        if isinstance(node, ast.Call) and called(node) in ("mean", "average", "divide"):
            return True
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            if any(isinstance(side, ast.Constant) for side in (node.left, node.right)):
                return True
    return False


def _place(one: Def) -> Facts:
    """Return where a statement stands: its first line, and its columns there."""
    node = one.where
    line, end_line = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
    facts = one.unit.place(line)
    text = (facts["source"] or "").encode()
    start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
    stop = end if line == end_line else len(text)
    columns: Sequence[int] = [len(text[:byte].decode("utf-8", "replace")) for byte in (start, stop)]
    return {**facts, "caret": list(columns)}
