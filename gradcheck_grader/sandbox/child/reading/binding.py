"""Which value goes to which parameter of the student's function.

By the student's own names where they mean one of ours, then by the keys that the function reads
from a parameter, the rest by position; parameters with a default that match nothing keep it. Where
all that is left is named as entries of our dicts, as in ``backward(Z1, A1, W2, X, Y)``, each gets
its entry, and ``m``, ``L`` or ``layer_dims`` beside what is met so is counted. Values that no
parameter asks for are left out only if every parameter was met by name, key or entry: then the
function says itself that it does without them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter
from types import MappingProxyType
from typing import Any

from .spelling import is_spelling, last_activation

_ALIASES = {
    alias: name
    for name, aliases in {
        "parameters": "parameters params param parms parametres parametros parametri parameter",
        "cache": "cache caches forwardcache fpropcache memory",
        "x": "x input inputs xtrain trainx features a0 batch samples examples",
        "y": "y label labels target targets t ytrue ytrain trainy truth actual expected",
        "al": "al yhat yhats ypred pred preds predicted prediction predictions probs output outputs"
        " aout o",
        "lambd": "lambd lambda lambdareg lambtha lamda lam lmbda lmbd reg reglambda l2 l2reg",
        "keepprob": "keepprob keepprobs pkeep",
        "learningrate": "learningrate lr alpha eta",
        "layersdims": "layersdims layerdims layersizes layerssizes dims",
        "grads": "grads gradients grad",
        "m": "m nexamples nsamples numexamples numsamples numberofexamples numberofsamples"
        " batchsize mtrain ntrain numtrain",
    }.items()
    for alias in aliases.split()
}
_SIZES = ("m", "l", "layersdims")
"""Meanings of what can be counted: examples, layers, and the units of each."""
# The examples themselves, or how many there are if those have a parameter already.
_EXAMPLES = frozenset(("batch", "samples", "examples"))
_LAYER = re.compile(r"[_\[]*(\d+|\{\})\]*$")
_ORDERED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (*_ORDERED, Parameter.KEYWORD_ONLY)


class BindingError(TypeError):
    """Our values and the function's parameters do not fit."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Indices into the values of a call: those passed by position, and those passed by name.

    ``entries`` are parameters that get what a dict among the values holds under a key, or without
    one the last activation; ``counted`` are those that get a size of the network, and its name.
    """

    ordered: tuple[int, ...]
    named: tuple[tuple[str, int], ...]
    entries: tuple[tuple[str, int, str], ...] = ()
    counted: tuple[tuple[str, str], ...] = ()

    def apply(
        self, values: Sequence[Any], sizes: Mapping[str, Any] = MappingProxyType({})
    ) -> tuple[list[Any], dict[str, Any]]:
        """Return the positional and the keyword arguments of one call.

        Raises
        ------
        BindingError
            If this call's network has no such entry.
        """
        named = {name: values[i] for name, i in self.named}
        for name, i, key in self.entries:
            found = key or last_activation(values[i])
            if found not in values[i]:
                raise BindingError(f"There is no {key} in this network for the parameter `{name}`.")
            named[name] = values[i][found]
        named |= {name: sizes.get(size) for name, size in self.counted}
        return [values[i] for i in self.ordered], named


def bind(
    parameters: Sequence[Parameter] | None,
    arguments: Sequence[str],
    read: Mapping[str, Iterable[str]] = MappingProxyType({}),
    values: Sequence[Any] = (),
) -> Binding:
    """Return which argument each parameter gets; raise `BindingError` if they do not fit.

    Parameters
    ----------
    parameters : sequence of Parameter or None
        The function's; None if it does not tell them.
    arguments : sequence of str
        Our names of the values.
    read : mapping
        The keys that the function reads from a parameter, by the parameter's name.
    values : sequence
        The values of a call: what keys their dicts have.
    """
    if parameters is None:
        return Binding(tuple(range(len(arguments))), ())
    chosen = _match_names(parameters, arguments)
    if len(chosen) < len(parameters):
        chosen |= _match_keys([p for p in parameters if p.name not in chosen], chosen, read, values)
    rest = [i for i in range(len(arguments)) if i not in chosen.values()]
    open_places = [p for p in parameters if p.name not in chosen and _is_required(p)]
    counts = [p for p in open_places if _counted(p)]
    entries = _entries([p for p in open_places if p not in counts], values)
    if len(entries) + len(counts) < len(open_places):
        entries, counts = (), []
        chosen |= _fill(open_places, rest, parameters, arguments, chosen)
    left = [] if entries or counts else [i for i in rest if i not in chosen.values()]
    ordered, named = _arrange(parameters, chosen, left, arguments)
    return Binding(ordered, named, entries, tuple((p.name, _counted(p)) for p in counts))


def _entries(
    places: Sequence[Parameter], values: Sequence[Any]
) -> tuple[tuple[str, int, str], ...]:
    """Return the dict's index and the key for each place; nothing unless all are named so."""
    held = {key: i for i, value in enumerate(values) if type(value) is dict for key in value}
    found = []
    for place in places:
        if place.kind is Parameter.POSITIONAL_ONLY:
            continue
        key = next((key for key in held if _is_entry(place.name, key)), None)
        if key is not None:
            found.append((place.name, held[key], key))
        elif _meaning(place.name) == "al" and (last := last_activation(held)) is not None:
            found.append((place.name, held[last], ""))
    return tuple(found) if len(found) == len(places) else ()


def _is_entry(name: str, key: str) -> bool:
    return is_spelling(name, key) or same_meaning(name, key)


def _counted(parameter: Parameter) -> str:
    """Return the size of the network that a parameter is named as, nothing if it is not."""
    meaning = "m" if plain_name(parameter.name) in _EXAMPLES else _meaning(parameter.name)
    is_named = parameter.kind is not Parameter.POSITIONAL_ONLY
    return meaning if is_named and meaning in _SIZES else ""


def same_meaning(first: str, second: str) -> bool:
    """Tell whether two parameter names mean the same, as ``params`` and ``parameters`` do."""
    return _meaning(first) == _meaning(second)


def _meaning(name: str) -> str:
    plain = plain_name(name)
    return _ALIASES.get(plain, plain)


def plain_name(name: str) -> str:
    """Return a name without what people write differently: capital letters and underscores."""
    return name.lower().replace("_", "")


def _match_names(parameters: Sequence[Parameter], arguments: Sequence[str]) -> dict[str, int]:
    """Return the index of the argument that each parameter names; the closest spelling first."""
    chosen: dict[str, int] = {}
    for spelling in (str, plain_name, _meaning):
        open_indices = [i for i in range(len(arguments)) if i not in chosen.values()]
        free = {spelling(arguments[i]): i for i in reversed(open_indices)}
        for parameter in parameters:
            if parameter.kind in _NAMED and parameter.name not in chosen:
                index = free.pop(spelling(parameter.name), None)
                if index is not None:
                    chosen[parameter.name] = index
    return chosen


def _match_keys(
    parameters: Sequence[Parameter],
    chosen: Mapping[str, int],
    read: Mapping[str, Iterable[str]],
    values: Sequence[Any],
) -> dict[str, int]:
    """Return the index of the dict whose keys the function reads from each parameter."""
    held = {i: _letters(value) for i, value in enumerate(values) if type(value) is dict}
    found: dict[str, int] = {}
    for parameter in parameters:
        wanted = _letters(read.get(parameter.name, ()))
        open_dicts = held.keys() - {*chosen.values(), *found.values()}
        shared = {i: len(wanted & held[i]) for i in open_dicts}
        best = [i for i in shared if shared[i] == max(shared.values()) > 0]
        if len(best) == 1 and parameter.kind in _NAMED:
            found[parameter.name] = best[0]
    return found


def _letters(keys: Iterable[str]) -> set[str]:
    """Return the letters of keys, without their layer's number and in lower case."""
    return {_LAYER.sub("", key).lower() for key in keys}


def _is_required(parameter: Parameter) -> bool:
    return parameter.kind in _NAMED and parameter.default is Parameter.empty


def _fill(
    places: Sequence[Parameter],
    rest: Sequence[int],
    parameters: Sequence[Parameter],
    arguments: Sequence[str],
    chosen: dict[str, int],
) -> dict[str, int]:
    """Give the remaining values, in order, to the places that no name has met."""
    free = [p for p in parameters if p.kind in _ORDERED and p.name not in chosen]
    # A default of None says "to be given"; any other default is an option of the author's own.
    ordered = [p for p in free if p in places or p.default is None][: len(rest)]
    takes_more = any(p.kind is Parameter.VAR_POSITIONAL for p in parameters)
    fits = set(places) <= set(ordered) and (len(ordered) == len(rest) or takes_more)
    if not fits or any(p.kind is Parameter.KEYWORD_ONLY for p in places):
        raise BindingError(_side_by_side(parameters, arguments))
    return {p.name: i for p, i in zip(ordered, rest, strict=False)}


def _arrange(
    parameters: Sequence[Parameter],
    chosen: dict[str, int],
    rest: Sequence[int],
    arguments: Sequence[str],
) -> tuple[tuple[int, ...], tuple[tuple[str, int], ...]]:
    """Pass by position as far as that goes without a gap, by name after it."""
    ordered: list[int] = []
    named: list[tuple[str, int]] = []
    for parameter in parameters:
        if parameter.kind is Parameter.VAR_POSITIONAL and not named:
            ordered += rest
        elif parameter.kind is Parameter.VAR_KEYWORD:
            named += [(arguments[i], i) for i in rest if i not in ordered]
        elif parameter.name in chosen:
            index = chosen[parameter.name]
            if parameter.kind in _ORDERED and len(ordered) == _place(parameter, parameters):
                ordered.append(index)
            else:
                named.append((parameter.name, index))
    return tuple(ordered), tuple(named)


def _place(parameter: Parameter, parameters: Sequence[Parameter]) -> int:
    return [p.name for p in parameters].index(parameter.name)


def _side_by_side(parameters: Sequence[Parameter], arguments: Sequence[str]) -> str:
    takes = inspect.Signature([p.replace(annotation=Parameter.empty) for p in parameters])
    required = sum(_is_required(p) for p in parameters)
    return (
        f"The call passes {len(arguments)} arguments ({', '.join(arguments)}), "
        f"and the function takes {takes}, {required} of them required."
    )
