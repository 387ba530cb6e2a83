"""The cache of a file's own forward pass, for a function that stops with every other.

``return A2, {"hidden": H, "out": O}`` in the file's pass, and ``cache["hidden"]`` in its backward
function: what goes between the two is the learner's own. Where the function stops with the task's
cache and not with its file's own, and that pass gives the output of the call's network, it gets the
cache that it was written for. So it does where the grader asks for that, as it does of one that
reads other things under the task's names, and does not stop.
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
from ..reading.passes import goes_forward
from ..reading.spelling import last_activation
from .forward import is_same
from .held import entries_in, named_by, sizes_in
from .holders import attributes_of
from .modules import Modules

STOPS = (LookupError, TypeError, ValueError, AttributeError, AssertionError)
"""What a function raises that is given another cache than its own."""

_WEIGHT = re.compile(r"[Wb]\d+")
_NO_CACHE = (np.ndarray, np.generic, int, float, str, type(None))


class OwnCache:
    """Looks for the cache that a function was written for, and puts it in the place of the task's.

    Parameters
    ----------
    plan : Outline
        What is kept of the file.
    modules : Modules
        What makes its functions.
    function : str
        The one that is called; empty for what is no function.
    target : mapping
        The fields of ``Target``: what the values of a call are called (arguments), what those of a
        flat tuple among them are (packed), the forms of those that have one, as `named_by` reads
        them (forms), whether examples are rows (rows), and whether the file's own cache is to be
        passed also to a function that does not stop with the task's (own_cache).
    attempt : callable
        Calls the function with values and attributes; it gets by `put` what is to be tried.

    Attributes
    ----------
    name : str
        The forward pass whose cache is passed; empty as long as that is the task's.
    is_wanted : bool
        Whether it is to be looked for at the first call, also if that does not stop.
    """

    def __init__(
        self,
        plan: Outline,
        modules: Modules,
        function: str,
        target: Mapping[str, Any],
        attempt: Callable[[tuple[Sequence[Any], Mapping[str, Any]]], object],
    ) -> None:
        self.name = ""
        self._plan, self._modules = plan, modules
        self._caller, self._arguments = function, tuple(target["arguments"]) if function else ()
        self._in_rows, self.is_wanted = bool(target.get("rows")), bool(target.get("own_cache"))
        self._packed, self._forms = target.get("packed") or (), target.get("forms") or {}
        self._attempt = attempt
        self._has_looked = False
        self._place = 0
        self._pick: int | None = None
        self._function: Callable[..., Any] | None = None

    def is_found(self, values: Sequence[Any]) -> bool:
        """Tell whether the function takes a cache of the file's own; the first call tells."""
        places = [i for i, name in enumerate(self._arguments) if same_meaning(name, "cache")]
        # Masks that a pass draws are not those of the call.
        if self._has_looked or len(places) != 1 or "keep_prob" in self._arguments:
            return False
        self._has_looked, self._place = True, places[0]
        for name in _forward_passes(self._plan):
            with suppress(Exception, SystemExit):
                if self._is_made_by(name, copy.deepcopy(values)):
                    return True
        self.name = ""
        return False

    def _is_made_by(self, name: str, values: Sequence[Any]) -> bool:
        """Tell whether a pass gives the output of the call, and a cache that the function takes."""
        needed = needed_by(self._plan, [name])
        if any(self._caller in statement.binds for statement in needed):
            return False  # it goes backward as well, as one that trains does
        self.name, self._function = name, self._modules.made(name, needed)
        named = self._named(values)
        returned = self._run(named)
        right = _outputs(named)
        is_right = any(is_same(one, other) for one in _arrays(returned) for other in right)
        return is_right and any(self._works(pick, values) for pick in _picks(returned))

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

    def _works(self, pick: int | None, values: Sequence[Any]) -> bool:
        """Tell whether the function comes to an end with what is picked, and copies of values."""
        self._pick = pick
        with suppress(Exception, SystemExit), redirect_stdout(io.StringIO()):
            self._attempt((copy.deepcopy(values), {}))
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
        sizes = sizes_in(("",), (named,), self._in_rows) | {"l": _depth(named)}
        names = ("X", "parameters")
        with suppress(BindingError):
            values = [named[name] for name in names]
            return bind(parameters, names, read, values).apply(values, sizes)
        values = [named[name] for name in (*names, "Y")]
        return bind(parameters, (*names, "Y"), read, values).apply(values, sizes)


def _forward_passes(plan: Outline) -> list[str]:
    """Return the functions of a file that go forward, those that run others of them first."""
    passes = {name: s for name, s in plan.functions() if goes_forward(name)}
    used = {n for n in passes if any(n in s.uses for other, s in passes.items() if other != n)}
    return sorted(passes, key=used.__contains__)


def _depth(named: Mapping[str, Any]) -> int:
    return len(named["parameters"]) // 2


def _outputs(named: Mapping[str, Any]) -> list[Any]:
    """Return the output of the call's network, and what it is before the last activation."""
    last = named.get("AL", named.get(last_activation(named) or ""))
    return [last, named.get(f"Z{_depth(named)}")]


def _picks(returned: Any) -> Iterator[int | None]:
    """Yield the places where the cache may be: the one such item of a tuple, else all of it."""
    items = list(enumerate(returned)) if type(returned) is tuple else []
    places = [place for place, item in items if not isinstance(item, _NO_CACHE)]
    is_all = [] if isinstance(returned, _NO_CACHE) else [None]
    yield from (*places, *is_all) if len(places) == 1 else (*is_all, *places)


def _arrays(returned: Any) -> Iterator[Any]:
    """Yield the arrays in what a pass returns, also those in its cache."""
    if isinstance(returned, _NO_CACHE):
        yield returned
        return
    if isinstance(returned, (list, tuple)):
        items = list(returned)
    else:
        is_dict = isinstance(returned, dict)
        items = list((returned if is_dict else attributes_of(returned)).values())
    for item in items:
        yield from _arrays(item)
