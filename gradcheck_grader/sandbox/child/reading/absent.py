"""What to say of a file that does not hold the asked-for function."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..facts import Facts, listed, problem
from .anatomy import written_parameters
from .binding import same_meaning
from .definitions import FUNCTIONS, Definition, Outline, is_main_guard
from .gradients import gives_gradients, makes_gradients, stands_alone
from .locate import Found, defined, layers_in, takes
from .source import Source, syntax_problem
from .templates import value_is_missing

# What begins an object, goes forward or checks gradients is none that anybody asks for.
_AIDS = re.compile(r"__\w+__$|numeric|check|forward", re.IGNORECASE)


def missing(source: Source, plan: Outline, target: Mapping[str, Any]) -> Facts:
    """Return the problem of a function that is not there: broken, hidden, or named otherwise."""
    wanted = list(target["functions"])
    for unit in source.units:
        if unit.error is not None and is_begun(wanted, unit.text):
            return syntax_problem(unit, unit.error)
    told = pointer(source, plan, target)
    if told is None:
        names = defined(plan)
        told = f"It defines {listed(names)}." if names else "It defines no function at all."
    return problem("missing", f"The file defines no `{wanted[0]}`. {told}", file=source.path)


def is_begun(names: Sequence[str], text: str) -> bool:
    """Tell whether a definition of one of the names stands in a text that cannot be parsed."""
    return re.search(rf"\bdef\s+({'|'.join(map(re.escape, names))})\b", text) is not None


def pointer(source: Source, plan: Outline, target: Mapping[str, Any]) -> str | None:
    """Return what a file has instead of the function, and what to do; None if nothing like it."""
    wanted = list(target["functions"])
    single = layers_in(plan, target)
    hidden = _hidden_in(source, wanted, [found.owner for found in single])
    if hidden is not None:
        return f"It stands inside `{hidden}`, where it cannot be called: move it out."
    if made := [plan.left_out[name] for name in wanted if name in plan.left_out]:
        unit, line = made[0].unit, made[0].node.lineno
        code = (unit.line(line) or "").strip()
        return f"It is made in {unit.where(line)}, `{code}`, which is not run: write a `def`."
    layers = [found.full_name for found in single]
    names = [name for name in defined(plan) if name not in layers and not _AIDS.search(name)]
    return _named_otherwise(names, plan, target) or _elsewhere(source, names, layers, plan, target)


def _named_otherwise(names: list[str], plan: Outline, target: Mapping[str, Any]) -> str | None:
    """Point to functions with a name like it, or that compute gradients and hand them out."""
    wanted = list(target["functions"])
    makers = [name for name in names if makes_gradients(_definition(name, plan))]
    givers = [name for name in makers if gives_gradients(_definition(name, plan))]
    near = givers or ([] if makers else _near(wanted, names, 0.6))
    fitting = _fitting(near, plan, target) or _near(wanted, near, 0.9)
    if fitting := [name for name in fitting if name in givers or not makers]:
        if not makers and all(_only_steps(_definition(name, plan)) for name in fitting):
            return f"It defines {listed(fitting)}, which changes weights and hands nothing back."
        which = "is that the one" if len(fitting) == 1 else "is it one of these"
        return f"It defines {listed(fitting)}: {which}? Rename it."
    if near:
        arguments = ", ".join(target["arguments"])
        return f"It defines {listed(near)}, but not with the arguments {arguments}."
    return None


def _elsewhere(
    source: Source, names: list[str], layers: list[str], plan: Outline, target: Mapping[str, Any]
) -> str | None:
    """Point to where gradients are computed that nobody can ask for, and say what to write."""
    heading = f"`{target['functions'][0]}({', '.join(target['arguments'])})`"
    if makers := [name for name in names if makes_gradients(_definition(name, plan))]:
        which = f"{listed(makers)}, which {'hands' if len(makers) == 1 else 'hand'} none back"
        return f"It computes gradients in {which}: write {heading}, which returns them."
    if layers:
        return (
            f"It has the backward pass of single layers, {listed(layers)}, which is given the "
            f"gradient of the layer above. Write {heading}, which goes through all layers and "
            "returns the gradients of the whole network."
        )
    if any(map(stands_alone, source.units)):
        return f"It computes gradients outside of any function: write {heading}."
    return None


def _only_steps(definition: Definition | None) -> bool:
    """Tell whether a function puts values into what it was given, and returns nothing."""
    if definition is None or not value_is_missing(definition.node):
        return False
    parts = definition.parts
    places: list[ast.Attribute | ast.Subscript] = [*parts.of(ast.Attribute)]
    places += parts.of(ast.Subscript)
    return any(isinstance(place.ctx, ast.Store) for place in places)


def _definition(name: str, plan: Outline) -> Definition | None:
    found = _found(name)
    return plan.function(found.name, found.owner)


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


def _hidden_in(source: Source, wanted: Sequence[str], layers: Sequence[str | None]) -> str | None:
    """Return the name of a function or class, or the main guard, that holds the wanted one."""
    for unit in source.units:
        for node in ast.walk(unit.tree):
            if not isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not is_main_guard(node):
                continue
            inside = {n.name for n in ast.walk(node) if n is not node and isinstance(n, FUNCTIONS)}
            if inside.intersection(wanted) and getattr(node, "name", None) not in layers:
                return getattr(node, "name", "if __name__ == '__main__'")
    return None
