"""Where the asked-for function stands in a file."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..facts import Facts, note
from .anatomy import addressed_keys, by_holder, written_parameters
from .binding import BindingError, bind, plain_name, same_meaning
from .definitions import FUNCTIONS, Outline, Statement, methods
from .parameters import declared
from .tree import is_static
from .upstream import is_of_layer


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A name to take from the file, the class that holds it, and what to say about the choice."""

    name: str
    owner: str | None
    notes: tuple[Facts, ...] = ()

    @property
    def full_name(self) -> str:
        """Return the name as ``Class.method``, or as it is."""
        return self.name if self.owner is None else f"{self.owner}.{self.name}"


def locate(plan: Outline, target: Mapping[str, Any]) -> Found | None:
    """Return where the target stands, or None."""
    owner = target.get("owner")
    order = (_as_function, _as_method) if owner is None else (_as_method, _as_function)
    first, second = (search(plan, target) for search in order)
    if first is None or second is None or takes(first, plan, target):
        return first or second
    if not takes(second, plan, target):
        return first
    return _instead_of(first, second)


def home_of(plan: Outline, found: Found) -> str | None:
    """Return the class that a method belongs to which stands outside of it; None if that is open.

    Notebooks add methods to a class in later cells: ``Net.backward = backward``, or by a decorator.
    """
    definition = plan.function(found.name, found.owner) if found.owner is None else None
    if definition is None or [a.arg for a in definition.node.args.args[:1]] != ["self"]:
        return None
    names = {node.name for node, _ in plan.classes()}
    return names.pop() if len(names) == 1 else None


def defined(plan: Outline) -> list[str]:
    """Return the names of all functions, methods as ``Class.method``."""
    names = [name for name, _ in plan.functions()]
    names += [
        f"{node.name}.{method.name}" for node, _ in plan.classes() for method in methods(node)
    ]
    return list(dict.fromkeys(names))


def _as_function(plan: Outline, target: Mapping[str, Any]) -> Found | None:
    bound = plan.bound()
    exact = [
        Found(name, None, tuple(_twice(name, plan)))
        for name in target["functions"]
        if name in bound and not of_layer(Found(name, None), plan, target)
    ]
    alike = [
        Found(other, None, (_renamed(other, name, statement), *_twice(other, plan)))
        for name in ([] if exact else target["functions"])
        for other, statement in reversed(plan.functions())
        if _same(name, other)
    ]
    return _first_that_fits(exact or alike, plan, target)


def _as_method(plan: Outline, target: Mapping[str, Any]) -> Found | None:
    owner = target.get("owner")
    known = [
        (node, method, statement)
        for node, statement in plan.classes()
        if owner in (None, "*") or _same(owner, node.name)
        for method in methods(node)
    ]
    for same in (str.__eq__, _same):
        groups = [[one for one in known if same(name, one[1].name)] for name in target["functions"]]
        best = [_best_method(group, plan, target) for group in groups]
        if found := [one for one in best if one is not None]:
            return _first_that_fits(found, plan, target)
    return None


def _first_that_fits(
    found: Sequence[Found], plan: Outline, target: Mapping[str, Any]
) -> Found | None:
    """Return the first that takes the target's arguments; the first of all if none does.

    A file may hold two exercises whose functions both have accepted names. An optional function
    that is not made for the arguments is one of the learner's own, with another purpose: the loop
    that trains is often called ``gradient_descent``.
    """
    if len(found) < 2 and not target.get("optional"):
        return next(iter(found), None)
    fitting = [item for item in found if takes(item, plan, target)]
    if target.get("optional"):
        fitting = [item for item in fitting if _is_meant(item, plan, target["arguments"])]
        return next(iter(fitting), None)
    best = next(iter(fitting), found[0])
    if best is found[0]:
        return best
    return _instead_of(found[0], best)


def _instead_of(first: Found, best: Found) -> Found:
    """Return the one that takes the arguments, with a note that names the one that does not."""
    message = f"`{best.full_name}` is graded: `{first.full_name}` takes other arguments."
    return replace(best, notes=(*best.notes, note("renamed", message)))


def takes(found: Found, plan: Outline, target: Mapping[str, Any]) -> bool:
    """Tell whether a function can be called as the target says, as far as its source tells."""
    definition = plan.function(found.name, found.owner)
    if definition is None or not all(map(is_static, definition.node.decorator_list)):
        return True
    parameters = written_parameters(definition.node, found.owner)
    read = by_holder(addressed_keys(definition.parts))
    values = [dict.fromkeys(keys) for keys in target.get("entries") or ()]
    try:
        bind(declared(parameters), target["arguments"], read, values)
    except BindingError:
        return False
    return True


def layers_in(plan: Outline, target: Mapping[str, Any]) -> list[Found]:
    """Return the functions of accepted names, and all methods, that belong to one layer."""
    every = [Found(name, None) for name, _ in plan.functions() if name in target["functions"]]
    every += [Found(m.name, node.name) for node, _ in plan.classes() for m in methods(node)]
    named = [found for found in every if not found.name.startswith("__")]
    return [found for found in named if of_layer(found, plan, target)]


def of_layer(found: Found, plan: Outline, target: Mapping[str, Any]) -> bool:
    """Tell whether a function is the backward pass of one layer."""
    definition = plan.function(found.name, found.owner)
    if definition is None:
        return False
    written = written_parameters(definition.node, found.owner)
    return is_of_layer([name for name, _ in written], target["arguments"])


def _is_meant(found: Found, plan: Outline, arguments: Sequence[str]) -> bool:
    """Tell whether all its parameters but one are named as the arguments, or hold entries."""
    definition = plan.function(found.name, found.owner)
    if definition is None:
        return True
    strange = {
        name
        for name, kind in written_parameters(definition.node, found.owner)
        if kind in ("required", "keyword")
        and not any(same_meaning(name, argument) for argument in arguments)
    }
    read = definition.parts.of(ast.Subscript)
    holders = {part.value.id for part in read if isinstance(part.value, ast.Name)}
    return len(strange - holders) <= 1


def _best_method(
    named: Sequence[tuple[ast.ClassDef, Any, Statement]], plan: Outline, target: Mapping[str, Any]
) -> Found | None:
    """Choose the method whose argument names fit best, the last of equals; none of a layer."""
    found = [one for one in named if not of_layer(Found(one[1].name, one[0].name), plan, target)]
    if not found:
        return None

    def fit(item: tuple[ast.ClassDef, Any, Statement]) -> int:
        own = [argument.arg for argument in item[1].args.args]
        return sum(any(same_meaning(name, other) for other in own) for name in target["arguments"])

    best = max(fit(item) for item in found)
    node, method, statement = [item for item in found if fit(item) == best][-1]
    notes = []
    if target.get("owner") is None or len({n.name for n, _, _ in named}) > 1:
        message = f"`{method.name}` is taken as a method of class `{node.name}`."
        notes.append(note("method", message, statement.unit.file_line(method.lineno)))
    return Found(method.name, node.name, tuple(notes))


def _twice(name: str, plan: Outline) -> list[Facts]:
    """Return the note that of several definitions the last one counts."""
    places = [s for s in plan.statements if isinstance(s.node, FUNCTIONS) and name in s.binds]
    if len(places) < 2:
        return []
    times = "twice" if len(places) == 2 else f"{len(places)} times"
    where = ", ".join(s.unit.where(s.node.lineno) for s in places)
    message = f"`{name}` is defined {times} ({where}); the last one counts."
    last = places[-1]
    return [note("defined-twice", message, last.unit.file_line(last.node.lineno))]


def _renamed(name: str, wanted: str, statement: Statement) -> Facts:
    line = statement.unit.file_line(statement.node.lineno)
    return note("renamed", f"`{name}` is taken as `{wanted}`.", line)


def _same(first: str, second: str) -> bool:
    """Tell whether two names differ in case and underscores only."""
    return plain_name(first) == plain_name(second)
