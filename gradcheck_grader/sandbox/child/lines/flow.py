"""Where the values of a function come from: for each name, the assignments that may have set it.

The statements are followed in order, both branches of an `if`, loops more than once, and into the
functions of the same file. Nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from ..reading.definitions import Definition, Outline
from .origins import Def, Env, called, decided, dotted, joined, key_text, names_in, settled, slot_of
from .reads import ANSWER, Frame, Reader

UNKNOWN = "?"  # an entry of which nobody knows which one it is
_MOST, _ROUNDS = 1000, 3  # statements, times through a loop


class LostError(Exception):
    """The function is larger than is worth following."""


class Flow(Reader):
    """Follows one function and what it calls; ``answer`` holds what it returns, by key."""

    def __init__(self, plan: Outline, start: Definition, owner: str | None) -> None:
        super().__init__(plan, owner)
        self._left = _MOST
        self.inside = frozenset(ast.walk(start.node))  # what stands in this function itself
        frame = Frame(start.unit, (), False)
        written = start.node.args
        names = [*written.posonlyargs, *written.args, *written.kwonlyargs]
        extra = [written.vararg, written.kwarg]
        self._local = {
            node.name: Definition(node, start.unit)
            for node in ast.walk(start.node)
            if isinstance(node, ast.FunctionDef) and node is not start.node
        }
        env: Env = {}
        for argument in [*names, *(item for item in extra if item is not None)]:
            made = self._define(frame, argument.arg, argument, None, {}, "input")
            env[argument.arg] = frozenset((made,))
        self.env = self._block(start.node.body, env, frame)
        self.answer = {key: value for key, value in frame.returned.items() if key != ANSWER}

    def _block(self, body: Iterable[ast.stmt], env: Env, frame: Frame) -> Env:
        for statement in body:
            self._left -= 1
            if self._left < 0:
                raise LostError
            is_last = _returns(statement, env)
            env = self._statement(statement, env, frame)
            env |= self._on_object  # what methods that it calls have set there
            self._on_object = {}
            if is_last:
                break
        return env

    def _statement(self, node: ast.stmt, env: Env, frame: Frame) -> Env:
        if isinstance(node, ast.If):
            chosen = decided(node.test, env)
            branches = {True: [node.body], False: [node.orelse], None: [node.body, node.orelse]}
            return joined(self._block(body, dict(env), frame) for body in branches[chosen])
        if isinstance(node, (ast.For, ast.While)):
            return self._loop(node, env, frame)
        if isinstance(node, ast.With):
            return self._block(node.body, env, frame)
        if isinstance(node, ast.Match):
            return self._match(node, env, frame)
        if isinstance(node, (ast.Try, ast.TryStar)):
            done = self._block([*node.body, *node.orelse], dict(env), frame)
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
            self._uses(node.value, env, frame)
            self._method(node.value, env, frame)
        return env

    def _match(self, node: ast.Match, env: Env, frame: Frame) -> Env:
        """Follow every case; a name in its pattern holds a part of what is matched."""
        ends = [] if _always(node.cases[-1]) else [env]
        for case in node.cases:
            inner = dict(env)
            uses = self._uses(node.subject, inner, frame)
            for name in _captured(case.pattern):
                made = self._define(frame, name, case.pattern, node.subject, uses, "change")
                inner[name] = frozenset((made,))
            ends.append(self._block(case.body, inner, frame))
        return joined(ends)

    def _loop(self, node: ast.For | ast.While, env: Env, frame: Frame) -> Env:
        outer, frame.looped = frame.looped, True
        for _ in range(_ROUNDS):
            inner = dict(env)
            for target, value in _heads(node):
                uses = self._uses(value, inner, frame)
                for name in names_in(target):
                    made = self._define(frame, name, node, value, uses, "change")
                    inner[name] = frozenset((made,))
            env = joined([env, self._block(node.body, inner, frame)])
        frame.looped = outer
        return self._block(node.orelse, env, frame)

    def _assign(
        self, target: ast.expr, value: ast.expr, where: ast.AST, env: Env, frame: Frame
    ) -> None:
        self._put(target, value, where, dict(env), env, frame)

    def _put(
        self, target: ast.expr, value: ast.expr, where: ast.AST, old: Env, env: Env, frame: Frame
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
        frame: Frame,
    ) -> None:
        name, index = slot_of(target, env) or (dotted(target), None)
        if name is not None:
            made = self._define(frame, name, where, value, uses, index=index)
            env[name] = frozenset((made,)) | _kept(name, env)

    def _unpack(
        self, target: ast.expr, value: ast.expr, where: ast.AST, env: Env, frame: Frame
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
        self, target: ast.expr, value: ast.expr, where: ast.AST, env: Env, frame: Frame
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
        if slot is None and any(key.startswith(f"{name}[") for key in env):
            env[f"{name}[{UNKNOWN}]"] = frozenset((made,))
        env[name] = frozenset((made,)) | _kept(name, env)

    def _method(self, call: ast.Call, env: Env, frame: Frame) -> None:
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

    def _entries(self, name: str, value: ast.expr, env: Env, frame: Frame) -> None:
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
        if (held := dotted(value)) is not None:
            for own in [own for own in env if own.startswith(f"{held}[")]:
                env[name + own.removeprefix(held)] = env[own]

    def _entry(
        self, name: str, value: ast.expr, index: ast.expr | None, env: Env, frame: Frame
    ) -> None:
        value = settled(value, env)
        uses = self._uses(value, env, frame)
        made = self._define(frame, name, value, value, uses, "returned", index)
        env[name] = frozenset((made,)) | _kept(name, env)

    def _answer(self, value: ast.expr, env: Env, frame: Frame) -> Env:
        """Return what a ``return`` gives: the whole, its items by place, and entries by key."""
        value = settled(value, env)
        made: Env = {}
        uses = self._uses(value, env, frame)
        made[ANSWER] = frozenset((self._define(frame, ANSWER, value, value, uses, "returned"),))
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


def _returns(node: ast.stmt, env: Env) -> bool:
    """Tell whether nothing after a statement is run: it returns, whichever branch is taken."""
    if not isinstance(node, ast.If):
        return isinstance(node, ast.Return)
    chosen = decided(node.test, env)
    taken = {True: [node.body], False: [node.orelse], None: [node.body, node.orelse]}[chosen]
    return all(body and _returns(body[-1], env) for body in taken)


def _heads(node: ast.For | ast.While) -> list[tuple[ast.expr, ast.expr]]:
    """Return what a loop sets and from what; of ``zip`` each name from its own."""
    if isinstance(node, ast.While):
        return []
    target, value = node.target, node.iter
    if isinstance(value, ast.Call) and called(value) == "zip" and isinstance(target, ast.Tuple):
        return list(zip(target.elts, value.args, strict=False))
    return [(target, value)]


def _captured(pattern: ast.pattern) -> list[str]:
    """Return the names that a pattern sets."""
    parts = list(ast.walk(pattern))
    names = [part.name for part in parts if isinstance(part, (ast.MatchAs, ast.MatchStar))]
    names += [part.rest for part in parts if isinstance(part, ast.MatchMapping)]
    return [name for name in names if name is not None]


def _always(case: ast.match_case) -> bool:
    """Tell whether a case is taken whatever is matched: ``case _``."""
    pattern = case.pattern
    return case.guard is None and isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def _kept(name: str, env: Env) -> frozenset[Def]:
    """Return what else an entry may be from before: ``grads[dW{}]`` is one for every layer."""
    return env.get(name, frozenset()) if "{}" in name else frozenset()
