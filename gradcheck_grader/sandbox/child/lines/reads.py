"""What the names in an expression may hold, and what the functions that it calls return."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..reading.definitions import Definition, Outline, methods
from ..reading.source import Unit
from ..reading.tree import is_static
from .origins import Def, Env, called, dotted, look_up, slot_of

ANSWER = "return"  # what stands in for the name of what a function returns
PARAMETER = re.compile(r"[Wb](\d+|\{\})")
_DEEPEST = 5  # calls inside calls
_SIZES = frozenset(("shape", "size", "ndim", "dtype"))
_SIZED = frozenset(("len", "range", "zeros", "ones", "zeros_like", "ones_like", "empty", "print"))


@dataclass(eq=False, slots=True)
class Frame:
    """One function being followed; ``path`` tells the calls that led there."""

    unit: Unit
    path: tuple[int, ...]
    looped: bool
    returned: Env = field(default_factory=dict)


class Reader:
    """Reads expressions, and goes into the functions of the same file that they call."""

    def __init__(self, plan: Outline, owner: str | None) -> None:
        self._plan, self._owner = plan, owner
        self._made: dict[tuple[object, ...], Def] = {}
        self._local: dict[str, Definition] = {}  # functions inside the function
        self.skipped: set[ast.AST] = set()  # calls of the student's own functions, not followed
        self._calls: dict[tuple[tuple[int, ...], ast.AST], Env] = {}
        self._on_object: Env = {}  # what methods that the statement calls have set on their object
        self._given: Env = {}  # what was on the object before
        classes = {node.name: node for node, _ in plan.classes()}
        every = [one for node in classes.values() for one in methods(node)]
        self._methods = {one.name for one in every}
        self._computed = {one.name for one in every if not _gives_attribute(one.body[-1])}
        self._classes = _with_bases(owner, classes)
        self._receivers = ("self", "cls", *self._classes)

    @property
    def definitions(self) -> list[Def]:
        """All places that set a name, in the order in which they were met."""
        return list(self._made.values())

    def _block(self, body: Iterable[ast.stmt], env: Env, frame: Frame) -> Env:
        raise NotImplementedError

    def _define(
        self,
        frame: Frame,
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
            count = len(self._made)
            made = Def(name, where, value, frame.unit, kind, {}, index, frame.looped, count)
            self._made[key] = made
        for node, found in uses.items():
            made.uses.setdefault(node, set()).update(found)
        return made

    def _uses(self, node: ast.AST, env: Env, frame: Frame) -> dict[ast.AST, set[Def]]:
        """Return what each name, entry and followed call inside an expression may hold."""
        found: dict[ast.AST, set[Def]] = {}
        for leaf, definitions in self._leaves(node, env, frame):
            found.setdefault(leaf, set()).update(definitions)
        return found

    def _leaves(
        self, node: ast.AST, env: Env, frame: Frame
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
            if isinstance(node.func, ast.Subscript) or self._is_theirs(node.func, env):
                self.skipped.add(node)
            if (whole := self._follow(node, env, frame)) is not None:
                self.skipped.discard(node)
                yield node, whole
                return
        elif name is not None and name.startswith("self."):
            if name.removeprefix("self.") in self._computed:
                self.skipped.add(node)  # a property
            yield node, self._given_on_object(name, node, frame)
            return
        for child in ast.iter_child_nodes(node):
            yield from self._leaves(child, env, frame)

    def _is_theirs(self, function: ast.expr, env: Env) -> bool:
        """Tell whether a function is a value, or a method of one of the student's classes."""
        name = dotted(function) or ""
        if name in env or name.rpartition(".")[0] in self._receivers:
            return True
        root: ast.AST = function
        while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call)):
            root = root.func if isinstance(root, ast.Call) else root.value
        is_held = isinstance(root, ast.Name) and root.id in {*env, *self._receivers, "super"}
        return is_held and getattr(function, "attr", "") in self._methods

    def _given_on_object(self, name: str, node: ast.AST, frame: Frame) -> frozenset[Def]:
        """Return what an attribute holds that nobody has set: it was there before."""
        made = self._define(frame, name, node, None, {}, "input")
        self._given.setdefault(name, frozenset((made,)))
        return self._given[name]

    def _entry_of(self, slot: str, node: ast.AST, env: Env, frame: Frame) -> Iterable[Def]:
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

    def _follow(self, call: ast.Call, env: Env, frame: Frame) -> frozenset[Def] | None:
        """Go into a function of the same file; return what it returns, None for any other."""
        name = dotted(call.func) or ""
        held, _, last = name.rpartition(".")
        is_method = self._owner is not None and held in self._receivers
        local = self._local.get(name)
        definition = local or self._definition(last, held, is_method)
        path = (*frame.path, id(call))
        if definition is None:
            return None
        yields = any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(definition.node))
        if yields or len(path) > _DEEPEST or any(a is None for a in _given(call)):
            self.skipped.add(call)
            return None
        inner = Frame(definition.unit, path, frame.looped)
        has_first = is_method and not any(map(is_static, definition.node.decorator_list))
        bound = self._bound(call, definition, has_first, env, frame)
        own = Frame(frame.unit, path, frame.looped)
        start: Env = dict(env) if local is not None else {}
        for parameter, (value, uses) in bound.items():
            made = self._define(own, parameter, call, value, uses, "bound")
            start[parameter] = frozenset((made,))
        if is_method:
            start |= {key: found for key, found in env.items() if key.startswith("self.")}
        end = self._block(definition.node.body, start, inner)
        if is_method:
            self._on_object |= {key: end[key] for key in end if key.startswith("self.")}
        self._calls[(frame.path, call)] = inner.returned
        return inner.returned.get(ANSWER)

    def _definition(self, name: str, held: str, is_method: bool) -> Definition | None:
        """Return what is called: a function, or a method of the class or of its bases."""
        if held not in ("", *self._receivers):
            return None
        if not is_method:
            return self._plan.function(name, None)
        found = (self._plan.function(name, owner) for owner in self._classes)
        return next((one for one in found if one is not None), None)

    def _bound(
        self, call: ast.Call, definition: Definition, is_method: bool, env: Env, frame: Frame
    ) -> dict[str, tuple[ast.expr, dict[ast.AST, set[Def]]]]:
        written = definition.node.args
        names = [item.arg for item in (*written.posonlyargs, *written.args)][is_method:]
        given = dict(zip(reversed(names), reversed(written.defaults), strict=False))
        given |= dict(zip(names, call.args, strict=False))
        given |= {item.arg: item.value for item in call.keywords if item.arg is not None}
        return {key: (value, self._uses(value, env, frame)) for key, value in given.items()}


def _with_bases(owner: str | None, classes: Mapping[str, ast.ClassDef]) -> list[str]:
    """Return a class and those that it is built on, where they are in the file."""
    found = [owner] if owner is not None and owner in classes else []
    for name in found:
        bases = [getattr(base, "id", "") for base in classes[name].bases]
        found += [base for base in bases if base in classes and base not in found]
    return found


def _gives_attribute(last: ast.stmt) -> bool:
    """Tell whether a method ends by handing out what the object holds, as ``W1`` of ``__W1``."""
    return isinstance(last, ast.Return) and isinstance(last.value, ast.Attribute)


def _given(call: ast.Call) -> list[str | None]:
    """Return None for every argument that is unpacked from something."""
    named = [item.arg for item in call.keywords]
    return [None if isinstance(item, ast.Starred) else "" for item in call.args] + named
