"""Which value goes to which parameter of the student's function.

By the student's own names where they mean one of ours, then by the keys that the function reads
from a parameter, the rest by position; parameters with a default that match nothing keep it. Where
all that is left is named as entries of our dicts, as in ``backward(Z1, A1, W2, X, Y)``, each gets
its entry. Values that no parameter asks for are left out only if every parameter was met by name,
key or entry: then the function says itself that it does without them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter
from itertools import islice
from types import FunctionType, MappingProxyType
from typing import Any

from .entries import Entries, entries_for, key_in

_ALIASES = {
    alias: name
    for name, aliases in {
        "parameters": "parameter parameters params param parms parametres parametros parametri",
        "cache": "cache caches forwardcache fpropcache memory",
        "x": "x input inputs xtrain trainx features",
        "y": "y label labels target targets t ytrue ytrain trainy truth",
        "al": "al yhat yhats ypred pred preds predicted prediction predictions probs o output aout",
        "lambd": "lambd lambda lambdareg lambtha lamda lam lmbda lmbd reg reglambda l2 l2reg",
        "keepprob": "keepprob keepprobs pkeep",
        "learningrate": "learningrate lr alpha eta",
        "layersdims": "layersdims layerdims layersizes layerssizes dims",
        "grads": "grads gradients grad",
        "m": "m nexamples nsamples batchsize",
    }.items()
    for alias in aliases.split()
}
_LAYER = re.compile(r"[_\[]*(\d+|\{\})\]*$")
_KINDS = {
    "required": Parameter.POSITIONAL_OR_KEYWORD,
    "optional": Parameter.POSITIONAL_OR_KEYWORD,
    "keyword": Parameter.KEYWORD_ONLY,
    "args": Parameter.VAR_POSITIONAL,
    "kwargs": Parameter.VAR_KEYWORD,
}
_ORDERED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (*_ORDERED, Parameter.KEYWORD_ONLY)


class BindingError(TypeError):
    """Our values and the function's parameters do not fit."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Indices into the values of a call: those passed by position, and those passed by name.

    ``entries`` are parameters that get what a dict among the values holds under a key.
    """

    ordered: tuple[int, ...]
    named: tuple[tuple[str, int], ...]
    entries: Entries = ()

    def apply(self, values: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return the positional and the keyword arguments of one call.

        Raises
        ------
        BindingError
            If this call's network has no such entry.
        """
        named = {name: values[i] for name, i in self.named}
        for name, i, key in self.entries:
            key = key_in(values[i], key)
            if key not in values[i]:
                raise BindingError(f"There is no {key} in this network for the parameter `{name}`.")
            named[name] = values[i][key]
        return [values[i] for i in self.ordered], named


def parameters_of(function: Callable[..., Any]) -> list[Parameter] | None:
    """Return a function's parameters, None for one that does not tell them."""
    if type(function) is FunctionType and not vars(function):
        return _parameters_of_plain(function)
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None


def shown(parameter: Parameter) -> str:
    """Return a parameter as it is told: its name, with the stars before it."""
    return str(parameter.replace(annotation=Parameter.empty)).split("=")[0]


def _parameters_of_plain(function: FunctionType) -> list[Parameter]:
    """Return what ``inspect`` finds for a function that nothing was added to, sooner."""
    code = function.__code__
    ordered, named = code.co_argcount, code.co_kwonlyargcount
    names = iter(code.co_varnames)
    values = function.__defaults__ or ()
    defaults = [*[Parameter.empty] * (ordered - len(values)), *values]
    found = [
        Parameter(next(names), _ORDERED[place >= code.co_posonlyargcount], default=default)
        for place, default in enumerate(defaults)
    ]
    own = function.__kwdefaults__ or {}
    keywords = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=own.get(name, Parameter.empty))
        for name in islice(names, named)
    ]
    if code.co_flags & inspect.CO_VARARGS:
        found.append(Parameter(next(names), Parameter.VAR_POSITIONAL))
    found += keywords
    if code.co_flags & inspect.CO_VARKEYWORDS:
        found.append(Parameter(next(names), Parameter.VAR_KEYWORD))
    return found


def declared(written: Iterable[tuple[str, str]]) -> list[Parameter]:
    """Return parameters from their names and kinds as `anatomy` tells them.

    Raises
    ------
    KeyError, ValueError
        For a kind or a name that there cannot be.
    """
    return [
        Parameter(name, _KINDS[kind], default=None if kind == "optional" else Parameter.empty)
        for name, kind in written
    ]


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
    has_labels = any(same_meaning(arguments[i], "Y") for i in chosen.values())
    outputs = [p.name for p in open_places if has_labels and same_meaning(p.name, "AL")]
    entries = entries_for(open_places, values, outputs)
    if open_places and not entries:
        chosen |= _fill(open_places, rest, parameters, arguments, chosen)
    left = [] if entries else [i for i in rest if i not in chosen.values()]
    return replace(_arrange(parameters, chosen, left, arguments), entries=entries)


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
) -> Binding:
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
    return Binding(tuple(ordered), tuple(named))


def _place(parameter: Parameter, parameters: Sequence[Parameter]) -> int:
    return [p.name for p in parameters].index(parameter.name)


def _side_by_side(parameters: Sequence[Parameter], arguments: Sequence[str]) -> str:
    takes = inspect.Signature([p.replace(annotation=Parameter.empty) for p in parameters])
    required = sum(_is_required(p) for p in parameters)
    return (
        f"The call passes {len(arguments)} arguments ({', '.join(arguments)}), "
        f"and the function takes {takes}, {required} of them required."
    )
