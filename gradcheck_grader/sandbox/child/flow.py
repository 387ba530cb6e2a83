"""Where the values of a function come from: for each name, the assignments that may have set it.

The statements are followed in order, both branches of an `if`, loops more than once, and into the
functions of the same file. Nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .definitions import Definition, Outline
from .origins import (
    Def,
    Env,
    called,
    decided,
    dotted,
    joined,
    key_text,
    look_up,
    names_in,
    settled,
    slot_of,
)
from .source import Unit

ANSWER = "return"  # what stands in for the name of what a function returns
PARAMETER = re.compile(r"[Wb](\d+|\{\})")
_DEEPEST, _MOST, _ROUNDS = 5, 4000, 3  # calls inside calls, statements, times through a loop
_SIZES = frozenset(("shape", "size", "ndim", "dtype"))
_SIZED = frozenset(("len", "range", "zeros", "ones", "zeros_like", "ones_like", "empty", "print"))


class LostError(Exception):
    """The function is larger than is worth following."""


@dataclass(eq=False, slots=True)
class _Frame:
    """One function being followed; ``path`` tells the calls that led there."""

    unit: Unit
    path: tuple[int, ...]
    looped: bool
    returned: Env = field(default_factory=dict)


class Flow:
    """Follows one function and what it calls; ``answer`` holds what it returns, by key."""

    def __init__(self, plan: Outline, start: Definition, owner: str | None) -> None:
        self._plan, self._owner = plan, owner
        self._made: dict[tuple[object, ...], Def] = {}
        self._calls: dict[tuple[tuple[int, ...], ast.AST], Env] = {}
        self._left = _MOST
        frame = _Frame(start.unit, (), False)
        written = start.node.args
        names = [*written.posonlyargs, *written.args, *written.kwonlyargs]
        extra = [written.vararg, written.kwarg]
        env: Env = {}
        for argument in [*names, *(item for item in extra if item is not None)]:
            made = self._define(frame, argument.arg, argument, None, {}, "input")
            env[argument.arg] = frozenset((made,))
        self.env = self._block(start.node.body, env, frame)
        self.answer = {key: value for key, value in frame.returned.items() if key != ANSWER}

    def _define(
        self,
        frame: _Frame,
        name: str,
        where: ast.AST,
        value: ast.expr | None,
        uses: Mapping[ast.AST, Iterable[Def]],
        kind: str = "assign",
        index: ast.expr | None = None,
    ) -> Def:
        key = (frame.path, where, name)
        made = self._made.get(key)
        if made is None:
            made = Def(name, where, value, frame.unit, kind, {}, index, frame.looped)
            self._made[key] = made
        for node, found in uses.items():
            made.uses.setdefault(node, set()).update(found)
        return made

    def _block(self, body: Iterable[ast.stmt], env: Env, frame: _Frame) -> Env:
        for statement in body:
            self._left -= 1
            if self._left < 0:
                raise LostError
            env = self._statement(statement, env, frame)
        return env

    def _statement(self, node: ast.stmt, env: Env, frame: _Frame) -> Env:
        if isinstance(node, ast.If):
            chosen = decided(node.test, env)
            branches = {True: [node.body], False: [node.orelse], None: [node.body, node.orelse]}
            return joined(self._block(body, dict(env), frame) for body in branches[chosen])
        if isinstance(node, (ast.For, ast.While)):
            return self._loop(node, env, frame)
        if isinstance(node, ast.With):
            return self._block(node.body, env, frame)
        if isinstance(node, ast.Try):
            done = self._block(node.body, dict(env), frame)
            others = [self._block(item.body, dict(env), frame) for item in node.handlers]
            return self._block(node.finalbody, joined([done, *others]), frame)
        if isinstance(node, ast.Return) and node.value is not None:
            made = self._answer(node.value, env, frame)
            frame.returned = joined([frame.returned, made])
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value, node, env, frame)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._assign(node.target, node.value, node, env, frame)
        elif isinstance(node, ast.AugAssign):
            self._change(node.target, node.value, node, env, frame)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self._method(node.value, env, frame)
        return env

    def _loop(self, node: ast.For | ast.While, env: Env, frame: _Frame) -> Env:
        outer, frame.looped = frame.looped, True
        for _ in range(_ROUNDS):
            inner = dict(env)
            if isinstance(node, ast.For):
                uses = self._uses(node.iter, inner, frame)
                for name in names_in(node.target):
                    made = self._define(frame, name, node, node.iter, uses, "change")
                    inner[name] = frozenset((made,))
            env = joined([env, self._block(node.body, inner, frame)])
        frame.looped = outer
        return self._block(node.orelse, env, frame)

    def _assign(
        self, target: ast.expr, value: ast.expr, where: ast.AST, env: Env, frame: _Frame
    ) -> None:
        self._put(target, value, where, dict(env), env, frame)

    def _put(
        self, target: ast.expr, value: ast.expr, where: ast.AST, old: Env, env: Env, frame: _Frame
    ) -> None:
        """Set a target; ``old`` is what values are read from: of several all before any is set."""
        value = settled(value, old)
        if isinstance(target, (ast.Tuple, ast.List)):
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                for item, own in zip(target.elts, value.elts, strict=True):
                    self._put(item, own, where, old, env, frame)
            else:
                self._unpack(target, value, where, env, frame)
        elif isinstance(target, ast.Subscript) and slot_of(target, env) is None:
            self._change(target, value, where, env, frame)
        else:
            self._set(target, value, where, self._uses(value, old, frame), env, frame)
            if not isinstance(target, ast.Subscript):
                self._entries(dotted(target) or "", value, env, frame)

    def _set(
        self,
        target: ast.expr,
        value: ast.expr,
        where: ast.AST,
        uses: Mapping[ast.AST, Iterable[Def]],
        env: Env,
        frame: _Frame,
    ) -> None:
        name, index = slot_of(target, env) or (dotted(target), None)
        if name is not None:
            made = self._define(frame, name, where, value, uses, index=index)
            env[name] = frozenset((made,)) | _kept(name, env)

    def _unpack(
        self, target: ast.expr, value: ast.expr, where: ast.AST, env: Env, frame: _Frame
    ) -> None:
        """Give each name its item of what a followed call returned, or the whole of the rest."""
        uses = self._uses(value, env, frame)
        followed = self._calls.get((frame.path, value), {})
        for place, item in enumerate(getattr(target, "elts", ())):
            own = followed.get(f"{ANSWER}[{place}]")
            if isinstance(item, (ast.Tuple, ast.List)):
                self._unpack(item, value, where, env, frame)
            else:
                self._set(item, value, where, {value: own} if own else uses, env, frame)

    def _change(
        self, target: ast.expr, value: ast.expr, where: ast.AST, env: Env, frame: _Frame
    ) -> None:
        """Follow ``x -= y`` and ``x[mask] = y``: the name is made from itself, too."""
        slot = slot_of(target, env)
        base = target.value if isinstance(target, ast.Subscript) and slot is None else target
        name, index = slot or (dotted(base), None)
        if name is None:
            return
        uses = dict(self._uses(value, env, frame))
        if isinstance(target, ast.Subscript) and slot is None:
            uses |= self._uses(target.slice, env, frame)
        old = self._entry_of(name, target, env, frame) if slot else env.get(name, ())
        uses[target] = set(old)
        made = self._define(frame, name, where, value, uses, "change", index)
        env[name] = frozenset((made,)) | _kept(name, env)

    def _method(self, call: ast.Call, env: Env, frame: _Frame) -> None:
        """Follow ``grads.update({...})`` and ``deltas.append(dZ)``."""
        function = call.func
        name = dotted(function.value) if isinstance(function, ast.Attribute) else None
        if name is None or not isinstance(function, ast.Attribute):
            return
        if function.attr == "update":
            for item in call.args:
                self._entries(name, item, env, frame)
            for keyword in call.keywords:
                self._entry(f"{name}[{keyword.arg}]", keyword.value, None, env, frame)
        elif function.attr in ("append", "insert") and call.args:
            self._entry(f"{name}[{{}}]", call.args[-1], None, env, frame)

    def _entries(self, name: str, value: ast.expr, env: Env, frame: _Frame) -> None:
        """Set the entries of a holder that is given a dict, or what a followed call returned."""
        followed = self._calls.get((frame.path, value))
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        if isinstance(value, ast.Dict):
            pairs = list(zip(value.keys, value.values, strict=True))
        elif isinstance(value, ast.Call) and dotted(value.func) == "dict":
            for keyword in value.keywords:
                self._entry(f"{name}[{keyword.arg}]", keyword.value, None, env, frame)
        for key, item in pairs:
            text, index = key_text(key) if key is not None else (None, None)
            if text is not None:
                self._entry(f"{name}[{text}]", item, index, env, frame)
        for key_name, found in (followed or {}).items():
            if key_name != ANSWER and not re.fullmatch(r"return\[\d+\]", key_name):
                env[name + key_name.removeprefix(ANSWER)] = found
        if isinstance(value, ast.Name):
            for own in [own for own in env if own.startswith(f"{value.id}[")]:
                env[name + own.removeprefix(value.id)] = env[own]

    def _entry(
        self, name: str, value: ast.expr, index: ast.expr | None, env: Env, frame: _Frame
    ) -> None:
        value = settled(value, env)
        uses = self._uses(value, env, frame)
        made = self._define(frame, name, value, value, uses, "returned", index)
        env[name] = frozenset((made,)) | _kept(name, env)

    def _answer(self, value: ast.expr, env: Env, frame: _Frame) -> Env:
        """Return what a ``return`` gives: the whole, its items by place, and entries by key."""
        value = settled(value, env)
        made: Env = {}
        uses = self._uses(value, env, frame)
        made[ANSWER] = frozenset(
            (self._define(frame, ANSWER, value, value, uses, "returned"),)
        )
        followed = self._calls.get((frame.path, value), {})
        made |= {key: found for key, found in followed.items() if key != ANSWER}
        inner = dict(env)
        self._entries(ANSWER, value, inner, frame)
        items = list(value.elts) if isinstance(value, (ast.Tuple, ast.List)) else []
        for place, item in enumerate(items):
            self._entries(ANSWER, item, inner, frame)
            own = self._define(
                frame, f"{ANSWER}[{place}]", item, item, self._uses(item, env, frame), "returned"
            )
            made[own.name] = frozenset((own,))
            name = dotted(item)
            listed = inner.get(f"{name}[{{}}]") or inner.get(f"{name}[-1]")
            if name is not None and listed is None:
                made[f"{ANSWER}[{name}]"] = frozenset((own,))
            for end in ("{}", "-1") if name is not None and listed else ():
                if found := inner.get(f"{name}[{end}]"):
                    made[f"{ANSWER}[{name}{end}]"] = found
        return made | {key: found for key, found in inner.items() if key.startswith(f"{ANSWER}[")}

    def _uses(self, node: ast.AST, env: Env, frame: _Frame) -> dict[ast.AST, set[Def]]:
        """Return what each name, entry and followed call inside an expression may hold."""
        found: dict[ast.AST, set[Def]] = {}
        for leaf, definitions in self._leaves(node, env, frame):
            found.setdefault(leaf, set()).update(definitions)
        return found

    def _leaves(
        self, node: ast.AST, env: Env, frame: _Frame
    ) -> Iterator[tuple[ast.AST, Iterable[Def]]]:
        if isinstance(node, ast.Attribute) and node.attr in _SIZES:
            return
        if isinstance(node, ast.Subscript) and (slot := slot_of(node, env)) is not None:
            yield node, self._entry_of(slot[0], node, env, frame)
            return
        name = dotted(node)
        if name is not None and name in env:
            yield node, env[name]
            return
        if isinstance(node, ast.Call):
            if called(node) in _SIZED:
                return
            if (whole := self._follow(node, env, frame)) is not None:
                yield node, whole
                return
        for child in ast.iter_child_nodes(node):
            yield from self._leaves(child, env, frame)

    def _entry_of(self, slot: str, node: ast.AST, env: Env, frame: _Frame) -> Iterable[Def]:
        """Return what an entry may hold; of something from outside, ``cache["Y"]``, a new input.

        A weight that is updated in place counts as the one that came in: which layers have been
        updated by then is not followed.
        """
        held = env.get(slot.split("[")[0], frozenset())
        from_outside = bool(held) and all(one.kind == "input" for one in held)
        found = look_up(slot, env)
        if found and not (from_outside and PARAMETER.fullmatch(slot.split("[", 1)[1][:-1])):
            return found
        made = self._define(frame, slot.split("[", 1)[1][:-1], node, None, {}, "input")
        made.uses.setdefault(node, set()).update(held)
        return (made,)

    def _follow(self, call: ast.Call, env: Env, frame: _Frame) -> frozenset[Def] | None:
        """Go into a function of the same file; return what it returns, None for any other."""
        name = dotted(call.func) or ""
        owner = self._owner if name.startswith("self.") else None
        definition = self._plan.function(name.removeprefix("self."), owner)
        path = (*frame.path, id(call))
        if definition is None or len(path) > _DEEPEST or any(a is None for a in _given(call)):
            return None
        if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(definition.node)):
            return None
        inner = _Frame(definition.unit, path, frame.looped)
        bound = self._bound(call, definition, owner is not None, env, frame)
        own = _Frame(frame.unit, path, frame.looped)
        start: Env = {}
        for parameter, (value, uses) in bound.items():
            made = self._define(own, parameter, call, value, uses, "bound")
            start[parameter] = frozenset((made,))
        if owner is not None:
            start |= {key: found for key, found in env.items() if key.startswith("self.")}
        self._block(definition.node.body, start, inner)
        self._calls[(frame.path, call)] = inner.returned
        return inner.returned.get(ANSWER)

    def _bound(
        self, call: ast.Call, definition: Definition, is_method: bool, env: Env, frame: _Frame
    ) -> dict[str, tuple[ast.expr, dict[ast.AST, set[Def]]]]:
        written = definition.node.args
        names = [item.arg for item in (*written.posonlyargs, *written.args)][is_method:]
        given = dict(zip(reversed(names), reversed(written.defaults), strict=False))
        given |= dict(zip(names, call.args, strict=False))
        given |= {item.arg: item.value for item in call.keywords if item.arg is not None}
        return {key: (value, self._uses(value, env, frame)) for key, value in given.items()}


def _kept(name: str, env: Env) -> frozenset[Def]:
    """Return what else an entry may be from before: ``grads[dW{}]`` is one for every layer."""
    return env.get(name, frozenset()) if "{}" in name else frozenset()


def _given(call: ast.Call) -> list[str | None]:
    """Return None for every argument that is unpacked from something."""
    named = [item.arg for item in call.keywords]
    return [None if isinstance(item, ast.Starred) else "" for item in call.args] + named
