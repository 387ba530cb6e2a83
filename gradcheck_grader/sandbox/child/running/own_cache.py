"""The cache of a file's own forward pass, for a function that stops with every other.

``return A2, {"hidden": H, "out": O}`` in the file's pass, and ``cache["hidden"]`` in its backward
function: what goes between the two is the learner's own. Where the function stops with the task's
cache and not with its file's own, and that pass gives the output of the call's network, it gets the
cache that it was written for.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout, suppress
from typing import Any

import numpy as np

from ..reading.anatomy import addressed_keys, by_holder
from ..reading.binding import BindingError, bind, same_meaning
from ..reading.definitions import Outline
from ..reading.needed import needed_by
from ..reading.parameters import parameters_of
from ..reading.spelling import last_activation
from .forward import is_same
from .held import entries_in, named_by
from .modules import Modules

STOPS = (LookupError, TypeError, ValueError, AttributeError)
"""What a function raises that is given another cache than its own."""

_PASS = re.compile(r"forward|fprop|fwd|feed|propagat", re.IGNORECASE)
_BACK = re.compile(r"back|bprop", re.IGNORECASE)
_WEIGHT = re.compile(r"[Wb]\d+")
_HOLDERS = (dict, list, tuple)


class OwnCache:
    """Looks for the cache that a function was written for, and puts it in the place of the task's.

    Parameters
    ----------
    plan : Outline
        What is kept of the file.
    modules : Modules
        What makes its functions.
    arguments : sequence of str
        What the values of a call are called; none for what is no function.
    target : mapping
        The fields of ``Target``: what the values of a flat tuple among them are called (packed),
        and the forms of those that have one, as `named_by` reads them (forms).

    Attributes
    ----------
    name : str
        The forward pass whose cache is passed; empty as long as that is the task's.
    """

    def __init__(
        self,
        plan: Outline,
        modules: Modules,
        arguments: Sequence[str],
        target: Mapping[str, Any],
    ) -> None:
        self.name = ""
        self._plan, self._modules = plan, modules
        self._arguments = arguments
        self._packed, self._forms = target.get("packed") or (), target.get("forms") or {}
        self._has_looked = False
        self._place = 0
        self._pick: int | None = None
        self._function: Callable[..., Any] | None = None

    def is_found(self, values: Sequence[Any], attempt: Callable[[], object]) -> bool:
        """Tell whether the function takes a cache of the file's own; the first call tells.

        ``attempt`` calls the function, which gets by `put` what is to be tried.
        """
        places = [i for i, name in enumerate(self._arguments) if same_meaning(name, "cache")]
        name = _forward_pass(self._plan)
        # Masks that a pass draws are not those of the call.
        if self._has_looked or len(places) != 1 or not name or "keep_prob" in self._arguments:
            return False
        self._has_looked, self._place = True, places[0]
        with suppress(Exception, SystemExit):
            self.name = name
            self._function = self._modules.made(name, needed_by(self._plan, [name]))
            named = self._named(values)
            returned = self._run(named)
            right = named.get("AL", named.get(last_activation(named) or ""))
            is_right = any(is_same(one, right) for one in _arrays(returned))
            if is_right and any(self._works(pick, attempt) for pick in _picks(returned)):
                return True
        self.name = ""
        return False

    def put(
        self, values: Sequence[Any], ordered: Sequence[Any], by_name: Mapping[str, Any]
    ) -> tuple[list[Any], dict[str, Any]]:
        """Return the arguments of a call of the function, with its own cache among them."""
        returned = self._run(self._named(values))
        own = returned if self._pick is None else returned[self._pick]
        task = values[self._place]
        return [own if value is task else value for value in ordered], {
            name: own if value is task else value for name, value in by_name.items()
        }

    def _works(self, pick: int | None, attempt: Callable[[], object]) -> bool:
        self._pick = pick
        with suppress(Exception, SystemExit), redirect_stdout(io.StringIO()):
            attempt()
            return True
        return False

    def _named(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return what a call passes, by name, and what is in it; X and the weights by these names.

        Raises
        ------
        LookupError
            If there is no X among it.
        """
        flat = [v for v in values if type(v) is tuple and len(v) == len(self._packed)]
        entries = entries_in(values) | {
            name: item for held in flat for name, item in zip(self._packed, held, strict=True)
        }
        passed = dict(zip(self._arguments, values, strict=True))
        for name, form in self._forms.items():
            entries |= named_by(form, passed[name])
        weights = {key: held for key, held in entries.items() if _WEIGHT.fullmatch(key)}
        known = {"parameters": weights, **entries, **passed}
        by_meaning = {
            name: held
            for name in ("X", "Y")
            for key, held in known.items()
            if same_meaning(key, name)
        }
        return known | by_meaning

    def _run(self, named: Mapping[str, Any]) -> Any:
        """Run the pass on copies; what it prints is not kept."""
        assert self._function is not None
        ordered, by_name = self._given(named)
        with redirect_stdout(io.StringIO()):
            return self._function(*copy.deepcopy(ordered), **copy.deepcopy(by_name))

    def _given(self, named: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return what the pass is called with; raise `BindingError` if it takes other things."""
        definition = self._plan.function(self.name, None)
        read = by_holder(addressed_keys(definition.parts)) if definition else {}
        parameters = parameters_of(self._function) if self._function else None
        names = ("X", "parameters")
        with suppress(BindingError):
            values = [named[name] for name in names]
            return bind(parameters, names, read, values).apply(values)
        values = [named[name] for name in (*names, "Y")]
        return bind(parameters, (*names, "Y"), read, values).apply(values)


def _forward_pass(plan: Outline) -> str:
    """Return the function of a file that goes forward; of several the one that runs the others."""
    named = {name: s for name, s in plan.functions() if _PASS.search(name)}
    passes = {name: s for name, s in named.items() if not _BACK.search(name)}
    outer = [n for n in passes if not any(n in s.uses for other, s in passes.items() if other != n)]
    return outer[0] if len(outer) == 1 else ""


def _picks(returned: Any) -> Iterator[int | None]:
    """Yield the places where the cache may be: an item of a tuple, else all that is returned."""
    if type(returned) is tuple:
        yield from (place for place, item in enumerate(returned) if type(item) in _HOLDERS)
    if type(returned) in _HOLDERS:
        yield None


def _arrays(returned: Any) -> Iterator[Any]:
    """Yield the arrays in what a pass returns, also those in its cache."""
    if type(returned) is np.ndarray:
        yield returned
    elif type(returned) in _HOLDERS:
        for item in returned.values() if type(returned) is dict else returned:
            yield from _arrays(item)
