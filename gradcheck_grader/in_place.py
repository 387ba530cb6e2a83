"""Steps that are taken in place: which values of a call hold parameters, and what holds them after.

An author writes as a form where each parameter is passed: ``net = "{'hidden': W1}"``. The same form
tells afterwards which parameter stands where, whatever it is called there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from gradcheck_grader.answer_values import as_numbers
from gradcheck_grader.assignment import Part
from gradcheck_grader.forms import at_layer, names_passed
from gradcheck_grader.interface import named_value
from gradcheck_grader.sandbox.child.reading.spelling import is_spelling
from gradcheck_grader.sandbox.job import Value
from gradcheck_grader.trials import Trial

ALL = "parameters"  # the form of the dict of all of them
_PARAMETER = re.compile(r"[Ww]\d+|[Bb]\d+")


def updated_in_place(part: Part, depth: int) -> dict[str, str]:
    """Return what a step may update in place: arguments and attributes, with their forms.

    Where one of them is the dict of all parameters, that one alone.
    """
    if part.kind == "gradients":
        return {}
    forms = {name: part.interface.values.get(name, name) for name in part.interface.arguments}
    forms |= _attributes(part, depth)
    for name, form in forms.items():
        if form == ALL:
            return {name: form}
    return {name: form for name, form in forms.items() if _holds_parameters(part, form)}


def _attributes(part: Part, depth: int) -> dict[str, str]:
    """Return the attributes of an object, and their forms; those of a layer for each layer."""
    forms: dict[str, str] = {}
    for name, form in part.interface.attributes.items():
        layers = range(1, depth + 1) if "{l}" in name else (0,)
        for layer in layers:
            forms[at_layer(name, layer)] = at_layer(form, layer) if layer else form
    return forms


def _holds_parameters(part: Part, form: str) -> bool:
    names = names_passed([form], part.interface.values, ())
    return any(name == ALL or _PARAMETER.fullmatch(name) for name in names)


def left_in_place(part: Part, trial: Trial, after: Mapping[str, Value]) -> Value:
    """Return the parameters as a call has left them, by their names; None if it left them alone.

    One that was passed twice is taken from where it has changed. Attributes are there to be
    updated: an object that is as it was is an answer, and arrays that are as they were are none.
    """
    forms = updated_in_place(part, trial.problem.network.depth)
    if ALL in forms.values():
        return next(iter(after.values()))
    places = [
        (name, value)
        for holder, form in forms.items()
        if holder in after
        for name, value in _in_form(part, trial, form, after[holder])
    ]
    found: dict[str, Value] = dict(reversed(places))  # of several the first
    updated = [(name, value) for name, value in places if _is_new(part, trial, name, value)]
    is_kept = not forms.keys().isdisjoint(_attributes(part, trial.problem.network.depth))
    return found | dict(reversed(updated)) if updated or is_kept else None


def in_forms(part: Part, trial: Trial, answer: Value) -> Value:
    """Return the parameters of a dict with the keys under which they were passed, by their names.

    None if it is no such dict.
    """
    forms = updated_in_place(part, trial.problem.network.depth)
    if not isinstance(answer, Mapping) or ALL in forms.values():
        return None
    read = (dict(_in_form(part, trial, form, answer)) for form in forms.values())
    return next((found for found in read if found.keys() >= trial.truth.keys()), None)


def _is_new(part: Part, trial: Trial, name: str, value: Value) -> bool:
    given, now = as_numbers(named_value(part, trial, name)), as_numbers(value)
    same = isinstance(now, np.ndarray) and isinstance(given, np.ndarray)
    return not (same and np.array_equal(now, given))


def _in_form(part: Part, trial: Trial, form: str, value: Value) -> Iterator[tuple[str, Value]]:
    """Yield the parameters that a form names, with what stands in their places."""
    own, layers = part.interface.values, trial.problem.network.layers
    for name, held in _over_layers(form, value, own, tuple(layers), ()):
        spelled = name[:1].upper() + name[1:] if name[:1] in "Ww" else name[:1].lower() + name[1:]
        if spelled in trial.problem.parameters:
            yield spelled, held


def _over_layers(
    form: str, value: Value, own: Mapping[str, str], layers: Iterable[int], inside: tuple[str, ...]
) -> Iterator[tuple[str, Value]]:
    """Yield the names of a form with their values; one with ``{l}`` is of a list of all layers."""
    forms, held = [form], [value]
    if "{l" in form:
        forms = [at_layer(form, layer) for layer in layers]
        held = list(value) if isinstance(value, list | tuple) else []
    for single, item in zip(forms, held, strict=False):
        yield from _places(ast.parse(single, mode="eval").body, item, own, layers, inside)


def _places(
    node: ast.expr,
    value: Value,
    own: Mapping[str, str],
    layers: Iterable[int],
    inside: tuple[str, ...],
) -> Iterator[tuple[str, Value]]:
    """Yield the names of a display of names with what stands in their places."""
    if isinstance(node, ast.Name) and node.id in own and node.id not in inside:
        yield from _over_layers(own[node.id], value, own, layers, (*inside, node.id))
    elif isinstance(node, ast.Name) and node.id == ALL and isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(node, ast.Name):
        yield node.id, value
    elif isinstance(node, ast.Tuple | ast.List) and isinstance(value, list | tuple):
        for item, held in zip(node.elts, value, strict=False):
            yield from _places(item, held, own, layers, inside)
    elif isinstance(node, ast.Dict) and isinstance(value, Mapping):
        for key, item in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and (spelled := _key(str(key.value), value)):
                yield from _places(item, value[spelled], own, layers, inside)


def _key(key: str, value: Mapping[str, Value]) -> str | None:
    """Return a key of ours as the dict spells it: as ours, or as the student's function does."""
    if key in value:
        return key
    return next((word for word in value if is_spelling(word, key)), None)
