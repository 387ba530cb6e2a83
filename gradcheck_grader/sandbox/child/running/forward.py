"""The forward pass of a method's own class, where the method reads what only that leaves.

``self.activations.append(a)`` in ``forward``, and ``self.activations[-1]`` in ``backward``: nobody
can know from outside what such a list holds. So the class's own pass is run first, on the object of
the call. What it leaves counts where it gives the output of the call's network, or else where the
method stops without the pass and does not stop with it.
"""

from __future__ import annotations

import ast
import copy
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any

import numpy as np

from ..reading.anatomy import written_parameters
from ..reading.binding import same_meaning
from ..reading.definitions import Function, Outline, methods
from ..reading.spelling import last_activation
from .holders import attributes_of

_NAME = re.compile(r"forward|fprop|fwd|feed", re.IGNORECASE)
_INPUTS = ("X", "x", "A0")
_FILLING = frozenset(("append", "insert", "extend", "update"))


class OwnForward:
    """Runs a forward pass on an object before its method is called.

    Parameters
    ----------
    name : str
        The pass, a method of the same class.
    required : sequence of str
        What has to be passed to it.
    sets : frozenset of str
        The attributes that it sets, without what makes them private.
    """

    def __init__(self, name: str, required: Sequence[str], sets: frozenset[str]) -> None:
        self.sets = sets
        self._name = name
        self._required = required
        self._is_needed: bool | None = None

    def prepared(
        self,
        prepare: Callable[[frozenset[str]], tuple[Any, Any]],
        values: Mapping[str, Any],
        *,
        is_needed: bool,
    ) -> tuple[Any, Any] | None:
        """Return a method and its object, on which the pass was run; None where it is not to be.

        ``prepare`` makes them, without the attributes that are named to it.
        """
        made = prepare(self.sets)
        try:
            is_right = self._run(made[1], values)
        except Exception:
            if is_needed:
                raise
            return None
        return made if is_right or is_needed else None

    def is_needed(self, values: Any, attempt: Callable[[Any, bool], object]) -> bool:
        """Tell whether a method stops without the pass and not with it; the first call tells.

        ``attempt`` makes one call, with the pass or without, and gets copies of the values.
        """
        if self._is_needed is None:
            self._is_needed = not _works(attempt, values, False) and _works(attempt, values, True)
        return self._is_needed

    def _run(self, receiver: Any, values: Mapping[str, Any]) -> bool:
        """Run it; tell whether it gives the output of the network. What it prints is not kept.

        Raises
        ------
        LookupError
            If there is no value for one of its parameters.
        """
        given = [self._value(name, values) for name in self._required]
        with redirect_stdout(io.StringIO()):
            returned = getattr(receiver, self._name)(*given)
        made = list(returned) if type(returned) in (tuple, list) else [returned]
        right = values.get(last_activation(values) or "")
        return any(is_same(one, right) for one in (*made, *attributes_of(receiver).values()))

    def _value(self, name: str, values: Mapping[str, Any]) -> Any:
        known = next((key for key in values if same_meaning(key, name)), None)
        if known is None and len(self._required) == 1:  # whatever it is called, it is the input
            known = next((key for key in _INPUTS if key in values), None)
        if known is None:
            raise LookupError(name)
        return copy.copy(values[known])  # a pass may change it in place


def own_forward(owner: type, plan: Outline, method: str) -> OwnForward | None:
    """Return the forward pass that sets what a method reads, None if there is none.

    None, too, where the method runs it itself. Of several the one that runs the others.
    """
    nodes = {node.name: node for node, _ in plan.classes()}
    classes = [nodes[base.__name__] for base in owner.__mro__ if base.__name__ in nodes]
    known = {one.name: one for node in reversed(classes) for one in methods(node)}
    if method not in known:
        return None
    led = {name: _led_to(name, known) for name in known if _NAME.search(name) or name == method}
    read = {word for name in led.pop(method) for word in _read(known[name])}
    passes = {
        name: called
        for name, called in led.items()
        if read & {word for other in called for word in _set(known[other])}
    }
    if passes.keys() & _led_to(method, known):
        return None
    outer = [n for n in passes if not any(n in passes[other] for other in passes if other != n)]
    if len(outer) != 1:
        return None
    written = written_parameters(known[outer[0]], classes[0].name)
    required = [name for name, kind in written if kind == "required"]
    sets = {word.lstrip("_") for name in passes[outer[0]] for word in _set(known[name])}
    return OwnForward(outer[0], required, frozenset(sets))


def is_same(one: Any, right: Any) -> bool:
    """Tell whether an array is the right one, and not the very one that was given."""
    if one is right or type(one) is not np.ndarray or type(right) is not np.ndarray:
        return False
    return one.shape == right.shape and np.allclose(one, right, rtol=1e-12, atol=1e-15)


def _works(attempt: Callable[[Any, bool], object], values: Any, runs_forward: bool) -> bool:
    with redirect_stdout(io.StringIO()):
        try:
            attempt(copy.deepcopy(values), runs_forward)
        except Exception:
            return False
    return True


def _led_to(name: str, known: Mapping[str, Function]) -> set[str]:
    """Return a method and those of the same object that it calls, or hands on."""
    found, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [word for word in _read(known[one]) if word in known]
    return found


def _read(node: Function) -> set[str]:
    """Return the attributes of the object that a method reads."""
    return {part.attr for part in _attributes(node) if isinstance(part.ctx, ast.Load)}


def _set(node: Function) -> set[str]:
    """Return the attributes that a method sets, or puts something in."""
    found = {part.attr for part in _attributes(node) if isinstance(part.ctx, ast.Store)}
    for part in ast.walk(node):
        is_item = isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store)
        if is_item or (isinstance(part, ast.Attribute) and part.attr in _FILLING):
            found |= {inner.attr for inner in _attributes(part)} - _FILLING
    return found


def _attributes(node: ast.AST) -> Iterable[ast.Attribute]:
    return (
        part
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == "self"
    )
