"""From our values to the student's call: arguments in its layout, under its names, in its forms.

We compute features x examples. An assignment may lay examples out as rows, and pass the same
values one by one, in a dict, in a flat tuple, or as a list of nested tuples, one per layer.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from itertools import groupby
from typing import Any

import numpy as np

from gradcheck_grader.assignment import Interface, Part
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.forms import EVERYTHING, at_layer
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import example_losses, is_bias, kind_of, layer_of
from gradcheck_grader.sandbox.job import Value
from gradcheck_grader.thetas import thetas, unrolled
from gradcheck_grader.trials import Trial


def call_arguments(part: Part, trial: Trial) -> tuple[Value, ...]:
    """Return the values of one call, in the order of the interface.

    Raises
    ------
    AssignmentError
        If the interface asks for a name that this trial does not have.
    """
    values = _Values(part, trial)
    return tuple(values.over_layers(name) for name in part.interface.arguments)


def call_attributes(part: Part, trial: Trial) -> dict[str, Value]:
    """Return what is set on the object before its method is called, by attribute name."""
    values = _Values(part, trial)
    depth = trial.problem.network.depth
    attributes: dict[str, Value] = {}
    for key, form in part.interface.attributes.items():
        if "{l}" in key:
            for layer in range(1, depth + 1):
                attributes[at_layer(key, layer)] = values.of(at_layer(form, layer))
        else:
            attributes[key] = values.over_layers(form)
    return attributes


def named_value(part: Part, trial: Trial, name: str) -> Value:
    """Return one value of a trial as an argument would hold it: ``W1``, ``A2``, ``X``, ``Y``."""
    return _Values(part, trial).of(name)


def is_turned(interface: Interface, name: str) -> bool:
    """Return whether an array of this name is transposed in the student's layout."""
    if interface.weights is not None and kind_of(name) in ("W", "dW"):
        return interface.weights == "in, out"
    return interface.layout == "rows"


def layout_turn(interface: Interface, name: str) -> Callable[[Array], Array]:
    """Return the map of an array between our layout and the student's; it is its own inverse."""
    if is_turned(interface, name):
        return lambda array: np.array(array.T, order="C")  # a copy: nothing of ours is shared
    return np.array


def in_layout(interface: Interface, name: str, array: Array) -> Array:
    """Return a parameter, a gradient or a value of the forward pass in the student's layout."""
    if _is_flat(interface, name):
        return np.array(array[:, 0])
    return layout_turn(interface, name)(array)


def own_index(interface: Interface, name: str, entry: tuple[int, ...]) -> tuple[int, ...]:
    """Return an entry's place in the student's layout."""
    if _is_flat(interface, name):
        return entry[:1]
    return entry[::-1] if is_turned(interface, name) else entry


def _is_flat(interface: Interface, name: str) -> bool:
    return interface.flat_biases and is_bias(name)


def symbolic_shape(part: Part, name: str) -> str:
    """Return the shape of a gradient in words of the widths, e.g. ``(n1, n0)``."""
    layer = layer_of(name)
    if _is_flat(part.interface, name):
        return f"(n{layer},)"
    shape = (f"n{layer}", "1" if is_bias(name) else f"n{layer - 1}")
    return f"({', '.join(reversed(shape) if is_turned(part.interface, name) else shape)})"


def expanded(patterns: Iterable[str], depth: int) -> list[str]:
    """Return the names of patterns such as ``Z{l}``, in their order.

    Those that stand beside each other go layer by layer: ``Z{l}, A{l}, loss, W{l}`` is Z1, A1, Z2,
    A2, loss, W1, W2.
    """
    names: list[str] = []
    for layered, group in groupby(patterns, lambda name: "{l}" in name):
        held = list(group)
        layers = range(1, depth + 1) if layered else (0,)
        names += [at_layer(name, layer) for layer in layers for name in held]
    return names


class _Values:
    """The values of one trial, by the names that an interface may use."""

    def __init__(self, part: Part, trial: Trial) -> None:
        self._part = part
        self._interface = part.interface
        self._problem = trial.problem
        self._trial = trial
        self._arrays = trial.arrays()
        self._inside: list[str] = []  # the assignment's own arguments whose forms are being read

    def over_layers(self, form: str) -> Value:
        """Return the value of a form; with ``{l}`` in it, a list with an item for every layer."""
        if "{l" in form:
            return [self.of(at_layer(form, layer)) for layer in self._problem.network.layers]
        return self.of(form)

    def of(self, form: str) -> Value:
        """Return the value of a form: a name, or a tuple, list or dict display of forms."""
        try:
            return self._build(ast.parse(form, mode="eval").body)
        except SyntaxError as error:
            raise AssignmentError(
                f"the interface's form {form!r} cannot be read: {error.msg}",
                where=f"part {self._part.name!r}",
                remedy="Write names, and tuples, lists or dicts of names; keys in quotes.",
            ) from error

    def _build(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Tuple):
            return tuple(self._build(item) for item in node.elts)
        if isinstance(node, ast.List):
            return [self._build(item) for item in node.elts]
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            return {self._key(key): self._build(value) for key, value in pairs}
        if isinstance(node, ast.Name):
            return self._named(node.id)
        raise SyntaxError("neither a name nor a display")

    def _key(self, node: ast.expr | None) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise SyntaxError("a key is no name of an array, but text in quotes")

    def _named(self, name: str) -> Value:
        own = self._interface.values.get(name)
        if own is not None and name not in self._inside:
            self._inside.append(name)
            value = self.over_layers(own)
            self._inside.remove(name)
            return value
        composite = self._composites.get(name)
        if composite is not None:
            return composite()
        spelled = self._spelled(name)
        if spelled is not None:
            return self._array(spelled)
        raise AssignmentError(
            f"the interface passes {name!r}, which no trial has",
            where=f"part {self._part.name!r}",
            remedy=f"Known: {', '.join((*self._composites, *self._arrays))}\n"
            "If it is a name of your own for one of these, say for which under [interface.values]: "
            f'{name} = "..."',
        )

    def _spelled(self, name: str) -> str | None:
        """Return our spelling of an array's name, which may begin with either case."""
        spellings = (name, name[:1].upper() + name[1:], name[:1].lower() + name[1:])
        return next((spelling for spelling in spellings if spelling in self._arrays), None)

    def _array(self, name: str) -> Value:
        array = self._arrays[name]
        if name == "Y" and self._interface.labels == "integers":
            classes: Array = array.argmax(axis=0) if len(array) > 1 else array[0]
            return classes.astype(np.int64)
        return in_layout(self._interface, name, array)

    @cached_property
    def _composites(self) -> dict[str, Callable[[], Value]]:
        """What is made when it is asked for, by name."""
        network, trial = self._problem.network, self._trial
        keep = network.keep_prob
        one_keep = self._interface.one_keep_prob and keep
        known: dict[str, Callable[[], Value]] = {
            "parameters": lambda: {key: self._array(key) for key in self._problem.parameters},
            "cache": self._cache,
            "grads": lambda: {
                name: in_layout(self._interface, name, value) for name, value in trial.given.items()
            },
            "m": lambda: self._problem.m,
            "L": lambda: network.depth,
            **{f"n{k}": partial(int, width) for k, width in enumerate(network.widths)},
            "learning_rate": lambda: trial.rate,
            "lambd": lambda: network.l2,
            "keep_prob": lambda: keep[0] if one_keep else list(keep),
            "activations": lambda: list(network.activations),
            "layers_dims": lambda: list(network.widths),
            "len_layers_dims": lambda: len(network.widths),
            "loss": self._loss,
            "nn_params": lambda: unrolled(self._problem.parameters, self._interface.thetas or "C"),
            **{name: partial(np.array, v) for name, v in thetas(self._problem.parameters).items()},
        }
        return known | dict.fromkeys(EVERYTHING, self._cache)

    def _cache(self) -> Value:
        names = self._cache_names()
        if self._interface.cache_form == "tuple":
            return tuple(self.of(name) for name in names)
        return {name: self.of(name) for name in names}

    def _cache_names(self) -> list[str]:
        """Return the names of the cache's entries; ``D3?`` is left out where there is no D3."""
        names = expanded(self._interface.cache, self._problem.network.depth)
        plain = [name.removesuffix("?") for name in names]
        pairs = zip(names, plain, strict=True)
        return [name for asked, name in pairs if asked == name or self._spelled(name)]

    def _loss(self) -> Any:
        z_out = self._trial.cache[f"Z{self._problem.network.depth}"]
        scale = self._problem.network.error_scale
        losses = scale * example_losses(self._problem, z_out)[None, :]
        return in_layout(self._interface, "loss", losses)
