"""What an ``__init__`` sets to plain values, found without running all of it.

``self.rate = 0.1``, ``self.f, self.df = TABLE[kind]``, ``self.relu = Relu()``, an ``if`` whose test
can be told: these are run one by one. What draws, trains, or hangs on an argument without a default
is left out. The sizes of the layers are those of the call's network. What raises is done again when
the object has its weights: ``Affine(self.params["W1"], self.params["b1"])``.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Callable, Container, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from types import CodeType
from typing import Any

from ..reading.definitions import ASSIGNMENTS, Function, Outline, methods
from ..reading.purity import Builders, is_pure
from ..reading.source import Unit
from .layers import sizes_among
from .light import Held


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One statement: an assignment, or a test with what is done if it holds and if not.

    ``into`` is what an item is put in, as it is written, ``sets`` the attributes that are set.
    """

    code: CodeType
    branches: tuple[list[Step], list[Step]] | None = None
    into: str | None = None
    sets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Initial:
    """What one ``__init__`` sets, its arguments' defaults, and those that are the layers' sizes."""

    steps: list[Step]
    defaults: dict[str, Any]
    sizes: dict[str, int]

    def run(
        self, receiver: Any, names: Mapping[str, Any], sizes: list[int] | None
    ) -> Callable[[], object]:
        """Set on an object what the steps set; return what does those again that raised.

        Then what the object has is left as it is: it was given.
        """
        own = (
            {}
            if sizes is None
            else {name: list(sizes[start:]) for name, start in self.sizes.items()}
        )
        known, local = dict(names), {**self.defaults, **own, "self": receiver}
        rest = _run(self.steps, known, local)
        return lambda: _run([s for s in rest if not s.sets & _names(receiver)], known, local)


def initials_of(
    owner: type, plan: Outline, names: Mapping[str, Any], units: Mapping[str, Unit]
) -> list[Initial]:
    """Return what each ``__init__`` of a class and its bases sets."""
    nodes = {node.name: node for node, _ in plan.classes()}
    light = Held(names.get, units)
    builders = Builders(Held(partial(_static, owner), units, light))
    return [
        Initial(
            _Reader(base, _known(method, base), light, builders).steps(method.body),
            _defaults(base),
            _sizes(base),
        )
        for base in reversed(owner.__mro__)
        if base.__name__ in nodes
        for method in methods(nodes[base.__name__])
        if method.name == "__init__"
    ]


def _run(steps: Sequence[Step], names: dict[str, Any], local: dict[str, Any]) -> list[Step]:
    """Run steps; return those that raised, and those that put more where one of them did."""
    rest: list[Step] = []
    for step in steps:
        if step.into is not None and step.into in [one.into for one in rest]:
            rest.append(step)  # the layers of a network keep their order
            continue
        try:  # a key may not be in a table of theirs
            if step.branches is None:
                exec(step.code, names, local)
            else:
                holds = bool(eval(step.code, names, local))
                rest += _run(step.branches[0 if holds else 1], names, local)
        except Exception:
            rest.append(step)
    return rest


def _static(owner: type, name: str) -> Any:
    """Return what a class has under a name, without asking it."""
    return inspect.getattr_static(owner, name, None)


def _names(receiver: Any) -> Set[str]:
    """Return the attributes that an object has for itself; with slots it has none that tell."""
    return getattr(receiver, "__dict__", {}).keys()


def _defaults(owner: type) -> dict[str, Any]:
    parameters = inspect.signature(vars(owner)["__init__"]).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}


def _sizes(owner: type) -> dict[str, int]:
    return sizes_among(list(inspect.signature(vars(owner)["__init__"]).parameters)[1:])


def _known(method: Function, owner: type) -> _Known:
    arguments = {argument.arg for argument in ast.walk(method) if isinstance(argument, ast.arg)}
    return _Known(frozenset(arguments) - {*_defaults(owner), *_sizes(owner), "self"})


@dataclass(frozen=True, slots=True)
class _Known:
    """Every name but the arguments that nobody passes; one that is not there raises later."""

    unknown: frozenset[str]

    def __contains__(self, name: object) -> bool:
        return name not in self.unknown


@dataclass(frozen=True, slots=True)
class _Reader:
    """Finds the steps of one ``__init__``: what it may call, and whose it is."""

    owner: type
    known: Container[str]
    light: Container[str]
    builders: Container[str]

    def steps(self, body: Sequence[ast.stmt]) -> list[Step]:
        found = []
        for node in body:
            if isinstance(node, ASSIGNMENTS) and node.value and self._is_pure(node.value):
                module = ast.Module([_mangled(node, self.owner)], [])
                code = compile(module, "<__init__>", "exec")
                found.append(Step(code, into=_into(node), sets=_attributes(module)))
            elif isinstance(node, ast.If) and self._is_pure(node.test):
                test = ast.Expression(_mangled(node.test, self.owner))
                branches = (self.steps(node.body), self.steps(node.orelse))
                found.append(Step(compile(test, "<__init__>", "eval"), branches))
        return found

    def _is_pure(self, value: ast.expr) -> bool:
        return is_pure(value, self.known, self.light, self.builders)


def _into(node: ast.stmt) -> str | None:
    """Return what an assignment puts an item in."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return next((ast.unparse(t.value) for t in targets if isinstance(t, ast.Subscript)), None)


def _attributes(module: ast.Module) -> frozenset[str]:
    """Return the attributes that an assignment sets, spelled as in a class."""
    parts = [part for part in ast.walk(module) if isinstance(part, ast.Attribute)]
    return frozenset(part.attr for part in parts if isinstance(part.ctx, ast.Store))


def _mangled(node: Any, owner: type) -> Any:
    """Return a copy in which private names are spelled as Python spells them inside a class."""
    node = copy.deepcopy(node)
    if isinstance(node, ast.AnnAssign) and node.value:  # the annotation may name what is not here
        node = ast.copy_location(ast.Assign([node.target], node.value), node)
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and _is_private(part.attr):
            part.attr = f"_{owner.__name__.lstrip('_')}{part.attr}"
    return node


def _is_private(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")
