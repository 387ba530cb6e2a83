"""What in a file speaks for an assignment, and what speaks against it: a list of named clues.

The backward function's name, arguments and keys are looked at; its formulas and values never are,
or a wrong one would choose the assignment in which it is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter

import numpy as np

from gradcheck_grader.assignment import Interface, Part
from gradcheck_grader.detection.clues_network import cost_clue, network_clue
from gradcheck_grader.detection.sight import Clue, Sight
from gradcheck_grader.interface import call_arguments
from gradcheck_grader.reference.network import Problem, forward, gradient_of
from gradcheck_grader.sandbox.child.reading.anatomy import by_holder
from gradcheck_grader.sandbox.child.reading.binding import (
    Binding,
    BindingError,
    bind,
    same_meaning,
)
from gradcheck_grader.sandbox.child.reading.parameters import declared
from gradcheck_grader.sandbox.child.reading.spelling import Spelling, layer_of
from gradcheck_grader.sandbox.child.reading.upstream import is_of_layer
from gradcheck_grader.sandbox.job import Value
from gradcheck_grader.sandbox.survey import FunctionFacts
from gradcheck_grader.trials import Trial

LAYER_KEY = re.compile(r"d?(?:[WAZbD]|weights?|bias|biases)_?(\d{1,3})", re.IGNORECASE)
LONGEST = 120  # characters of a function's heading
MISSING = "missing"
STARRED = {"args": "*", "kwargs": "**"}


def find_function(
    functions: tuple[FunctionFacts, ...], interface: Interface, values: tuple[Value, ...]
) -> FunctionFacts | None:
    """Return the function that an interface calls with such values, as the sandbox chooses it.

    By exact name first; among accepted names the first that takes the arguments; plain functions
    before methods. The backward pass of one layer is none.
    """
    network = [facts for facts in functions if not _is_of_layer(facts, interface.arguments)]
    for same in (str.__eq__, _same):
        found: list[FunctionFacts] = []
        for name in interface.function:
            named = [facts for facts in reversed(network) if same(facts.name, name)]
            found += sorted(named, key=lambda facts: facts.owner is not None)
        takes = (facts for facts in found if _bound(facts, interface.arguments, values))
        if found:
            return next(takes, found[0])
    return None


def _is_of_layer(facts: FunctionFacts, arguments: tuple[str, ...]) -> bool:
    return is_of_layer([name for name, _ in facts.parameters], arguments)


def clues(sight: Sight) -> list[Clue]:
    """Return every clue; the first that speaks against ends the list where nothing can follow."""
    if sight.function is None:
        name = sight.interface.function[0]
        return [Clue(MISSING, words=f"defines no {name}", against=True)]
    return [look(sight, sight.function) for look in CLUES]


def _name(sight: Sight, function: FunctionFacts) -> Clue:
    """Count the first of the accepted names; less if it is a helper of such a function.

    Where no forward pass shows the network, what every course calls ``backward`` tells something
    only together with arguments that are spelled as the assignment's.
    """
    wanted = sight.interface.arguments
    bound = _pairs(function, _bound(function, wanted, sight.values))
    spelled = bool(bound) and all(name == wanted[index] for name, index in bound)
    tells = spelled or bool(sight.portrait.activations)
    first = tells and _same(function.name, sight.interface.function[0])
    weight = first - 4 * (function.name in sight.helpers)
    return Clue("name", weight, f"defines {function.name}")


def _arguments(sight: Sight, function: FunctionFacts) -> Clue:
    """Count arguments that are named alike; those only taken by position, or left out, less."""
    wanted = sight.interface.arguments
    names = ", ".join(f"{STARRED.get(kind, '')}{name}" for name, kind in function.parameters)
    shown = f"{function.name}({names})"
    shown = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."
    binding = _bound(function, wanted, sight.values)
    if binding is None:
        return Clue("arguments", words=_not_so(shown, wanted), against=True)
    bound = _pairs(function, binding)
    by_name = sum(same_meaning(name, wanted[index]) for name, index in bound)
    if by_name == 0 and len(bound) > 1:
        return Clue("arguments", words=_not_so(shown, wanted), against=True)
    # What `*args` takes has no names that could tell.
    named = [name for name, kind in function.parameters if kind not in STARRED]
    takes_any = len(named) < len(function.parameters)
    indices = [index for _, index in bound]
    # Of a dict that is passed entry by entry, nothing is left out.
    used = {*indices, *(index for _, index, _ in binding.entries)}
    left_out = 0 if function.owner or takes_any else len(wanted) - len(used)
    unserved = len(named) - len(bound) - len(binding.entries) - len(binding.counted)
    in_order = indices == sorted(indices)
    weight = 4 - 2 * (len(bound) - by_name) - left_out - unserved + in_order
    return Clue("arguments", weight, f"has {shown}")


def _not_so(shown: str, wanted: tuple[str, ...]) -> str:
    return f"has {shown}, to be called with {', '.join(wanted)}"


def _keys(sight: Sight, function: FunctionFacts) -> Clue:
    """Look whether what is passed has the keys and the sizes that the function asks for."""
    part = max(sight.parts, key=lambda part: part.network.depth[1])
    wanted = part.interface.arguments
    called = example_values(part)
    bound = _pairs(function, _bound(function, wanted, called))
    values = dict(zip(wanted, called, strict=True))
    for name, index in bound:
        if name in function.counted_in and isinstance(values[wanted[index]], Mapping):
            # No key is wrong: it is written for a list or a tuple.
            return Clue("form", words=f"takes items of {name} by number", against=True)
    Spelling(key for _, key in function.keys).apply(values.values())
    found = [
        fault for name, index in bound for fault in _faults(function, name, values[wanted[index]])
    ]
    if function.owner:
        left = {name: values[name] for name in wanted} | {wanted[i]: None for _, i in bound}
        found += [fault for name, value in left.items() for fault in _kept(function, name, value)]
    for fault in filter(None, found):
        return Clue("keys", words=fault, against=True)
    return Clue("keys", weight=int(bool(found)))


def example_values(part: Part) -> tuple[Value, ...]:
    """Return what a function would be called with, on some network of the greatest depth."""
    return call_arguments(part, _example(part))


def _example(part: Part) -> Trial:
    """Return some trial of the greatest depth, to see in what forms its values are passed."""
    family, depth = part.network, part.network.depth[1]
    keep = None if family.keep_prob is None else family.keep_prob[0]
    network = part.network_of(
        (2,) * (depth + 1), keep_prob=() if keep is None else (keep,) * (depth - 1)
    )
    square = np.ones((2, 2))
    parameters = {f"{kind}{layer}": square for layer in network.layers for kind in "Wb"}
    masks = {f"D{layer}": square for layer in network.layers[:-1]} if keep else {}
    problem = Problem(network, parameters, square, square, masks)
    given = {gradient_of(name): square for name in parameters}
    return Trial(
        part.name, 0, problem, forward(problem), {}, {}, given, {}, {}, part.learning_rate[0]
    )


def _faults(function: FunctionFacts, name: str, value: Value) -> Iterator[str]:
    """Yield what of an argument's use does not fit its value, an empty text for what does."""
    for holder, key in function.keys:
        if holder == name:
            pattern = re.escape(key).replace(r"\{\}", r"\d+")
            fits = isinstance(value, Mapping) and any(re.fullmatch(pattern, k) for k in value)
            yield "" if fits else f'reads {name}["{key}"]'
    # One that unpacks it in several ways chooses among them.
    counts = [
        len(names) for holder, names in function.unpacks if holder == name and "*" not in names
    ]
    if counts:
        yield "" if any(_unpacked(value, n) for n in counts) else f"unpacks {name} into {counts[0]}"


def _unpacked(value: Value, count: int) -> bool:
    """Tell whether so many names may be filled; a list has items for its layers, up to its own."""
    if isinstance(value, list):
        return count <= len(value)
    return isinstance(value, tuple) and len(value) == count


def _kept(function: FunctionFacts, name: str, value: Value) -> Iterator[str]:
    """Yield a fault where a method reads layers by name from what has none on its object."""
    if isinstance(value, list | tuple):
        for holder, key in function.keys:
            is_layer = LAYER_KEY.fullmatch(key.replace("{}", "1"))
            if is_layer and holder and same_meaning(holder, name):
                yield f'reads {holder}["{key}"]'


def _layers(sight: Sight, function: FunctionFacts) -> Clue:
    """Compare the layers that the file is written for: its forward pass, or else its keys."""
    handled = {setting.depth for setting in sight.portrait.activations}
    depths = {depth for part in sight.parts for depth in part.network.depth}
    binding = _bound(function, sight.interface.arguments, sight.values)
    last = _last_taken(binding)
    if 1 < last < max(depths):
        return Clue("layers", words=f"takes the arrays of {last} layers", against=True)
    if len(handled) > 1:
        words = f"runs with {' and with '.join(map(str, sorted(handled)))} layers"
        weight = 2 * (max(depths) >= max(handled)) + (len(depths) > 1)
        return Clue("layers", weight, words)
    top = max(handled) if handled else _top_layer(function)
    if top is None:
        return Clue("layers", weight=int(function.loops and max(depths) > max(min(depths), 2)))
    if not min(depths) <= top <= max(depths):
        return Clue("layers", words=f"is written for {top} layers", against=True)
    return Clue("layers", 2 * (depths == {top}), f"is written for {top} layers")


def _last_taken(binding: Binding | None) -> int:
    """Return the number of the last layer whose arrays are parameters of their own, 0 for none."""
    keys = [] if binding is None else [key for _, _, key in binding.entries]
    return max(map(layer_of, keys), default=0)


def _top_layer(function: FunctionFacts) -> int | None:
    """Return the number of the last layer that is named, None where none but the first is."""
    names = [key for _, key in function.keys]
    names += [name for _, unpacked in function.unpacks for name in unpacked]
    names += [name for name, _ in function.parameters]
    names += function.uses if function.owner else ()  # self.W3
    numbers = [int(match[1]) for name in names if (match := LAYER_KEY.fullmatch(name))]
    top = max(numbers, default=0)
    return top if top > 1 else None


def _layout(sight: Sight, _: FunctionFacts) -> Clue:
    """Count the layout in which the file's products and sums are written.

    It is no formula: the same gradients can be had in both. What a forward pass takes tells more.
    """
    if sight.portrait.activations or sight.layout != sight.interface.layout:
        return Clue("layout")
    words = "has examples in rows" if sight.layout == "rows" else ""
    return Clue("layout", weight=2, words=words)


CLUES: tuple[Callable[[Sight, FunctionFacts], Clue], ...] = (
    _name, _arguments, _keys, _layers, _layout, network_clue, cost_clue,
)  # fmt: skip


def _bound(
    function: FunctionFacts, wanted: tuple[str, ...], values: tuple[Value, ...]
) -> Binding | None:
    """Return how the sandbox would pass the arguments; None if it cannot.

    A method finds the arguments that it does not take on its object.
    """
    try:
        return bind(declared(function.parameters), wanted, by_holder(function.keys), values)
    except (BindingError, KeyError, ValueError):  # what the child says need not be Python
        return None


def _pairs(function: FunctionFacts, binding: Binding | None) -> list[tuple[str, int]]:
    """Return the parameters that get a whole argument, and which."""
    if binding is None:
        return []
    ordered = [
        p.name for p in declared(function.parameters) if p.kind is Parameter.POSITIONAL_OR_KEYWORD
    ]
    return [*zip(ordered, binding.ordered, strict=False), *binding.named]


def _same(first: str, second: str) -> bool:
    return first.lower().replace("_", "") == second.lower().replace("_", "")
