"""A whole file instead of one function: what it defines, and what functions of it compute."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from . import program
from .anatomy import anatomy
from .binding import BindingError
from .definitions import FUNCTIONS, Outline, methods, outline
from .facts import Facts, LoadFailure, problem
from .locate import defined
from .source import is_source, read

_MOST = 300  # functions


class Survey:
    """Answers two kinds of call: for the facts, and for what one of several functions returns.

    Attributes
    ----------
    loaded : dict
        The keys of ``Loaded``; there is no function.
    """

    def __init__(self, files: Sequence[tuple[str, bytes]], target: Mapping[str, Any]) -> None:
        self._files, self._target = list(files), target
        plans = _outlines(dict(files), target.get("main"))
        self._facts = [facts for plan in plans for facts in _functions(plan)][-_MOST:]
        names = [name for plan in plans for name in defined(plan)]
        self.loaded: Facts = {"function": "", "defined": list(dict.fromkeys(names)), "notes": []}
        self._programs: dict[tuple[str, tuple[str, ...]], program.Program] = {}

    def call(self, values: Sequence[Any], attributes: MutableMapping[str, Any]) -> Any:
        """Return the facts; or what the first of the named functions that runs returns.

        ``values`` are names of functions, best first; argument lists to try in turn; and the
        values of all arguments by name. No names: the facts. A method that keeps its results
        on its object leaves them in ``attributes``, which are returned as well.
        """
        names, orders, given = values
        if not names:
            return self._facts
        fault: Exception = LoadFailure(problem("missing", f"There is no `{names[0]}`."))
        for name in self._present(names):
            try:
                return self._run(name, orders, given, attributes), attributes
            except Exception as error:  # the next one may do
                fault = error
        raise fault

    def explain(self, exception: BaseException) -> Facts:
        """Return the facts of a problem; nobody is shown more than its type."""
        if isinstance(exception, LoadFailure):
            return exception.problem
        return problem("error", f"It stopped with {type(exception).__name__}.")

    def _present(self, names: Sequence[str]) -> list[str]:
        own = {_plain(facts["name"]): str(facts["name"]) for facts in self._facts}
        return [own[_plain(name)] for name in names if _plain(name) in own]

    def _run(
        self,
        name: str,
        orders: Sequence[Sequence[str]],
        given: Mapping[str, Any],
        attributes: MutableMapping[str, Any],
    ) -> Any:
        fault = BindingError("nothing to pass")
        for order in orders:
            try:
                values = [given[key] for key in order]
                return self._program(name, tuple(order)).call(values, attributes)
            except BindingError as error:
                fault = error
        raise fault

    def _program(self, name: str, order: tuple[str, ...]) -> program.Program:
        if (name, order) not in self._programs:
            target = dict(self._target) | {"functions": [name], "arguments": list(order)}
            self._programs[name, order] = program.load(self._files, target)
        return self._programs[name, order]


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _outlines(files: Mapping[str, bytes], main: str | None) -> list[Outline]:
    """Return what is kept of each file that can be read; raise for the first if none can."""
    paths = [path for path in files if is_source(path)] or list(files)
    plans: list[Outline] = []
    fault: LoadFailure | None = None
    for path in [main] if main in files else paths:
        try:
            plans.append(outline(read(path, files[path]).units))
        except LoadFailure as failure:
            fault = fault or failure
    if not plans and fault is not None:
        raise fault
    return plans


def _functions(plan: Outline) -> list[Facts]:
    """Return the facts of every function and method, in the order of the file."""
    own = [(s.node, None) for _, s in plan.functions() if isinstance(s.node, FUNCTIONS)]
    inner = [(method, node.name) for node, _ in plan.classes() for method in methods(node)]
    return [anatomy(node, owner) for node, owner in (*own, *inner)]
