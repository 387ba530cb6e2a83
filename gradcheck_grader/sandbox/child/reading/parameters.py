"""The parameters of a function, as it tells them itself or as they were found in its source."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from inspect import Parameter
from itertools import islice
from types import FunctionType
from typing import Any

_KINDS = {
    "required": Parameter.POSITIONAL_OR_KEYWORD,
    "optional": Parameter.POSITIONAL_OR_KEYWORD,
    "keyword": Parameter.KEYWORD_ONLY,
    "args": Parameter.VAR_POSITIONAL,
    "kwargs": Parameter.VAR_KEYWORD,
}
_STARS: dict[Any, str] = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}
_ORDERED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


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
    return f"{_STARS.get(parameter.kind, '')}{parameter.name}"


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
