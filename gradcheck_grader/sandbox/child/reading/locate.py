"""Where the asked-for function stands in a file, or what to say when it is not there."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..facts import Facts, listed, note, problem
from .anatomy import addressed_keys, by_holder, written_parameters
from .binding import BindingError, bind, plain_name, same_meaning
from .definitions import FUNCTIONS, Outline, Statement, is_main_guard, methods
from .parameters import declared
from .source import Source, syntax_problem
from .templates import value_is_missing
from .tree import is_static

_SLOPE = re.compile(r"[dD]_?[wW]_?\d+")
_GRADIENT = re.compile(r"grad|delta|\b_*d_?[a-z]", re.IGNORECASE)


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


def missing(source: Source, plan: Outline, target: Mapping[str, Any]) -> Facts:
    """Return the problem of a function that is not there: broken, hidden, or named otherwise."""
    wanted = list(target["functions"])
    for unit in source.units:
        if unit.error is not None and _is_begun(wanted, unit.text):
            return syntax_problem(unit, unit.error)
    message = f"The file defines no `{wanted[0]}`."
    hidden = _hidden_in(source, wanted)
    made = [plan.left_out[name] for name in wanted if name in plan.left_out]
    near = _near(wanted, defined(plan), 0.6)
    fitting = _fitting(near, plan, target) or _near(wanted, defined(plan), 0.9)
    if hidden is not None:
        message += f" It stands inside `{hidden}`, where it cannot be called: move it out."
    elif made:
        unit, line = made[0].unit, made[0].node.lineno
        code = (unit.line(line) or "").strip()
        message += f" It is made in {unit.where(line)}, `{code}`, which is not run: write a `def`."
    elif fitting and all(_only_steps(name, plan) for name in fitting):
        message += f" It defines {listed(fitting)}, which changes weights and hands nothing back."
    elif fitting:
        message += f" It defines {listed(fitting)}: is that the one? Rename it."
    elif near:
        arguments = ", ".join(target["arguments"])
        message += f" It defines {listed(near)}, but not with the arguments {arguments}."
    elif defined(plan):
        message += f" It defines {listed(defined(plan))}."
    else:
        message += " It defines no function at all."
    loose = next((name for name in plan.left_out if _SLOPE.fullmatch(name)), None)
    if loose and not fitting:
        message += f" `{loose}` is computed outside of a function, where it cannot be called."
    return problem("missing", message, file=source.path)


def _is_begun(names: Sequence[str], text: str) -> bool:
    """Tell whether a definition of one of the names stands in a text that cannot be parsed."""
    return re.search(rf"\bdef\s+({'|'.join(map(re.escape, names))})\b", text) is not None


def _as_function(plan: Outline, target: Mapping[str, Any]) -> Found | None:
    bound = plan.bound()
    exact = [
        Found(name, None, tuple(_twice(name, plan)))
        for name in target["functions"]
        if name in bound
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
        found = [_best_method(group, target) for group in groups if group]
        if found:
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
    found: Sequence[tuple[ast.ClassDef, Any, Statement]], target: Mapping[str, Any]
) -> Found:
    """Choose the method whose argument names fit best; the last of equals."""

    def fit(item: tuple[ast.ClassDef, Any, Statement]) -> int:
        own = [argument.arg for argument in item[1].args.args]
        return sum(any(same_meaning(name, other) for other in own) for name in target["arguments"])

    best = max(fit(item) for item in found)
    node, method, statement = [item for item in found if fit(item) == best][-1]
    notes = []
    if target.get("owner") is None or len({n.name for n, _, _ in found}) > 1:
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


def _near(wanted: Sequence[str], names: Sequence[str], likeness: float) -> list[str]:
    """Return the names that are at least so like a wanted one, most like first."""
    short = {name.split(".")[-1]: name for name in names}
    near = [m for name in wanted for m in difflib.get_close_matches(name, short, 3, likeness)]
    return [short[name] for name in dict.fromkeys(near)]


def _fitting(near: Sequence[str], plan: Outline, target: Mapping[str, Any]) -> list[str]:
    """Return the functions that may be the one: of a near name, else with parameters so named.

    A function may do without some of the arguments; one of another name must take them all.
    """
    takers = [name for name in defined(plan) if takes(_found(name), plan, target)]
    takers = [name for name in takers if "forward" not in name.lower()]
    if close := [name for name in near if name in takers]:
        return close
    shared = {name: _shared(_found(name), plan, target["arguments"]) for name in takers}
    most = max(shared.values(), default=0)
    return [name for name in takers if shared[name] == most > 1]


def _only_steps(name: str, plan: Outline) -> bool:
    """Tell whether a function returns nothing, and sets what does not sound like gradients."""
    found = _found(name)
    definition = plan.function(found.name, found.owner)
    if definition is None or not value_is_missing(definition.node):
        return False
    parts = definition.parts
    places: list[ast.Attribute | ast.Subscript] = [*parts.of(ast.Attribute)]
    places += parts.of(ast.Subscript)
    stored = [ast.unparse(part) for part in places if isinstance(part.ctx, ast.Store)]
    return bool(stored) and not any(_GRADIENT.search(text) for text in stored)


def _found(name: str) -> Found:
    owner, _, method = name.rpartition(".")
    return Found(method, owner or None)


def _shared(found: Found, plan: Outline, arguments: Sequence[str]) -> int:
    """Return how many arguments a function has a parameter for by name; 0 if it has too few."""
    definition = plan.function(found.name, found.owner)
    written = written_parameters(definition.node, found.owner) if definition else ()
    own = [name for name, _ in written]
    if len(own) < len(arguments):
        return 0
    return sum(any(same_meaning(name, other) for other in own) for name in arguments)


def _hidden_in(source: Source, wanted: Sequence[str]) -> str | None:
    """Return the name of a function or class, or the main guard, that holds the wanted one."""
    for unit in source.units:
        for node in ast.walk(unit.tree):
            if not isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not is_main_guard(node):
                continue
            inside = {n.name for n in ast.walk(node) if n is not node and isinstance(n, FUNCTIONS)}
            if inside.intersection(wanted):
                return getattr(node, "name", "if __name__ == '__main__'")
    return None
