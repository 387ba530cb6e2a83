"""What an ``__init__`` sets to plain values, found without running all of it.

``self.rate = 0.1``, ``self.f, self.df = TABLE[kind]``, an ``if`` whose test can be told: these are
run one by one. What calls, draws, trains, or hangs on an argument without a default is left out.
The sizes of the layers are those of the call's network.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import CodeType
from typing import Any

from ..reading.definitions import ASSIGNMENTS, Function, Outline, methods
from ..reading.purity import is_pure
from .layers import sizes_among


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One statement: an assignment, or a test with what is done if it holds and if not."""

    code: CodeType
    branches: tuple[list[Step], list[Step]] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Initial:
    """What one ``__init__`` sets, its arguments' defaults, and those that are the layers' sizes."""

    steps: list[Step]
    defaults: dict[str, Any]
    sizes: dict[str, int]

    def run(self, receiver: Any, names: Mapping[str, Any], sizes: list[int] | None) -> None:
        """Set on an object what the steps set; one that raises is left out."""
        own = (
            {}
            if sizes is None
            else {name: list(sizes[start:]) for name, start in self.sizes.items()}
        )
        _run(self.steps, dict(names), {**self.defaults, **own, "self": receiver})


def initials_of(owner: type, plan: Outline) -> list[Initial]:
    """Return what each ``__init__`` of a class and its bases sets."""
    nodes = {node.name: node for node, _ in plan.classes()}
    return [
        Initial(_steps(method.body, base, _known(method, base)), _defaults(base), _sizes(base))
        for base in reversed(owner.__mro__)
        if base.__name__ in nodes
        for method in methods(nodes[base.__name__])
        if method.name == "__init__"
    ]


def _run(steps: Sequence[Step], names: dict[str, Any], local: dict[str, Any]) -> None:
    for step in steps:
        with suppress(Exception):  # such as a key that is not in a table of theirs
            if step.branches is None:
                exec(step.code, names, local)
            else:
                holds = bool(eval(step.code, names, local))
                _run(step.branches[0 if holds else 1], names, local)


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


def _steps(body: Sequence[ast.stmt], owner: type, known: Container[str]) -> list[Step]:
    steps = []
    for node in body:
        if isinstance(node, ASSIGNMENTS) and node.value and is_pure(node.value, known):
            module = ast.Module([_mangled(node, owner)], [])
            steps.append(Step(compile(module, "<__init__>", "exec")))
        elif isinstance(node, ast.If) and is_pure(node.test, known):
            test = compile(ast.Expression(_mangled(node.test, owner)), "<__init__>", "eval")
            branches = tuple(_steps(part, owner, known) for part in (node.body, node.orelse))
            steps.append(Step(test, branches))  # type: ignore[arg-type]
    return steps


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
