"""What the forward pass of a class leaves on its object for the backward one, under its own names.

``self.hidden = np.tanh(...)`` in ``forward`` is what ``backward`` reads. So the class's own pass is
run first, on an object of its own; what it has left counts if its output is the one of the call:
then it is the same network.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from typing import Any

import numpy as np

from ..reading.binding import bind, same_meaning
from ..reading.definitions import Function, Outline, methods
from ..reading.parameters import parameters_of
from ..reading.spelling import last_activation
from .objects import NOTHING, Maker

_FORWARD = ("forward", "fprop", "feed", "propagate")


class PassingMaker(Maker):
    """Makes objects that a method finds as the class's own forward pass leaves them.

    Parameters
    ----------
    owner : type
        The class.
    plan : Outline
        Where it stands.
    names : mapping
        The names of its module.
    method : str
        The method that is called on the objects.
    """

    def __init__(self, owner: type, plan: Outline, names: Mapping[str, Any], method: str) -> None:
        super().__init__(owner, plan, names)
        nodes = [node for node, _ in plan.classes() if node.name == owner.__name__]
        own = {item.name: item for node in nodes for item in methods(node)}
        self._forward, self._left = _pass_before(own, method)

    def make(self, attributes: Mapping[str, Any], entries: Mapping[str, Any] = NOTHING) -> Any:
        """Return an object with these attributes, and with what the own pass leaves."""
        left: dict[str, Any] = {}
        if self._left and last_activation(entries) is not None:
            with suppress(Exception):  # then it is graded with what is given
                left = self._after_pass(deepcopy(dict(attributes)), deepcopy(dict(entries)))
        receiver = super().make(attributes, entries)
        for word, value in left.items():
            given = getattr(receiver, word, None)
            if isinstance(given, dict) and isinstance(value, dict):
                new = {k: v for k, v in value.items() if not _is_same(given.get(k), v)}
                self._put(receiver, word, given | new if new else given)
            elif not _is_same(given, value):
                self._put(receiver, word, value)
        return receiver

    def _put(self, receiver: Any, word: str, value: Any) -> None:
        with suppress(AttributeError):  # a property without setter
            setattr(receiver, word, value)
        # The method has not put it there.
        for names in self._set.values():
            if word in names:
                names[word] = value

    def _after_pass(self, attributes: dict[str, Any], entries: dict[str, Any]) -> dict[str, Any]:
        """Return the attributes that the pass sets; nothing if its output is another one."""
        wanted = entries[last_activation(entries) or ""].copy()
        receiver = super().make(attributes, entries)
        ordered, named = _arguments(getattr(receiver, self._forward), attributes, entries)
        returned = getattr(receiver, self._forward)(*ordered, **named)
        held = vars(receiver)
        found = [returned, *(held[word] for word in held if word in self._left)]
        if not any(_is_same(wanted, array) for array in _arrays(found)):
            return {}
        return {word: held[word] for word in self._left if word in held}


def _pass_before(own: Mapping[str, Function], method: str) -> tuple[str, frozenset[str]]:
    """Return the method that leaves something for another one, and which attributes."""
    if method not in own:
        return "", frozenset()
    read = {part.attr for part in _on_self(own[method], ast.walk(own[method]))}
    left: dict[str, frozenset[str]] = {}
    for name, node in own.items():
        plain = name.lower()
        is_forward = any(word in plain for word in _FORWARD) and "back" not in plain
        if is_forward and name not in read:  # one that is called there is run anyway
            left[name] = frozenset(_set_by(node)) & read
    best = max(left, key=lambda name: len(left[name]), default="")
    return best, left.get(best, frozenset())


def _set_by(function: Function) -> Iterator[str]:
    """Yield the attributes of its object that a method sets, or in which it sets an entry."""
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            yield from (part.attr for part in _on_self(function, ast.walk(target)))


def _on_self(function: Function, parts: Iterator[ast.AST]) -> Iterator[ast.Attribute]:
    first = next((argument.arg for argument in function.args.args), None)
    for part in parts:
        if isinstance(part, ast.Attribute) and getattr(part.value, "id", None) == first:
            yield part


def _arguments(
    function: Callable[..., Any], attributes: Mapping[str, Any], entries: Mapping[str, Any]
) -> tuple[Sequence[Any], Mapping[str, Any]]:
    """Return how a forward pass is called: one that takes a single value gets X."""
    parameters = parameters_of(function) or []
    required = [p for p in parameters if p.default is p.empty]
    if len(required) == 1:
        given = {**entries, **attributes}
        return [next(given[name] for name in given if same_meaning(name, "X"))], {}
    values = list(attributes.values())
    return bind(parameters, list(attributes), {}, values).apply(values)


def _arrays(values: Sequence[Any]) -> Iterator[Any]:
    """Yield the arrays among values, and in tuples, lists and dicts among them."""
    for value in values:
        if isinstance(value, dict):
            yield from _arrays(list(value.values()))
        elif isinstance(value, (list, tuple)):
            yield from _arrays(value)
        elif isinstance(value, np.ndarray):
            yield value


def _is_same(one: Any, other: Any) -> bool:
    """Tell whether two values are arrays, or holders of arrays, with the same numbers."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-6, atol=1e-9))
    if isinstance(one, dict) and isinstance(other, dict):
        return all(key in one and _is_same(one[key], other[key]) for key in other)
    if type(one) in (list, tuple) and type(one) is type(other) and len(one) == len(other):
        return all(map(_is_same, one, other))
    return one is other
