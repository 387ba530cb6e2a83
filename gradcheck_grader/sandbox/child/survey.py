"""A whole file instead of one function: what it defines, and what functions of it compute."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from . import program
from .facts import Facts, LoadFailure, problem
from .marks import MARKS
from .reading.anatomy import anatomy
from .reading.binding import BindingError, plain_name
from .reading.definitions import FUNCTIONS, Outline, methods, outline
from .reading.locate import defined
from .reading.source import candidates, read
from .reading.tokens import marks

_MOST = 300  # functions
_Where: TypeAlias = tuple[str, str | None]  # a function's name, and the class that it is in


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
        self.own_pass = ""  # as of a program, for one function
        self._programs: dict[tuple[_Where, tuple[str, ...]], program.Program] = {}

    def left(self) -> Facts:
        """Return nothing: what a method leaves on its object is part of what `call` returns."""
        return {}

    def call(self, values: Sequence[Any], attributes: MutableMapping[str, Any]) -> Any:
        """Return the facts; or what the first of the named functions that runs returns.

        ``values`` are names of functions, best first, with ``*`` for anything; argument lists to
        try in turn; and the values of all arguments by name, with ``in_rows``: whether examples are
        rows. No names: the facts; `MARKS`: what the code looks like.
        What a method leaves in ``attributes`` of its object is returned as well.
        """
        names, orders, given = values
        if names == [MARKS]:
            return marks(dict(self._files), self._target.get("main"))
        if not names:
            return self._facts
        fault: Exception = LoadFailure(problem("missing", f"There is no `{names[0]}`."))
        for name, owner in self._present(names):
            # A method looks for its arguments on its object, too.
            kept = {**given, **attributes}
            try:
                value = self._run((name, owner), orders, given, kept)
                return value, {key: kept[key] for key in attributes}
            except Exception as error:  # the next one may do
                fault = error
        raise fault

    def spell(self, values: Sequence[Any]) -> bool:
        """Leave the values as they are: they are not one function's arguments."""
        return False

    def explain(self, exception: BaseException) -> Facts:
        """Return the facts of a problem; nobody is shown more than its type."""
        if isinstance(exception, LoadFailure):
            return exception.problem
        return problem("error", f"It stopped with {type(exception).__name__}.")

    def _present(self, names: Sequence[str]) -> list[_Where]:
        """Return name and class of each function that is here, the best name first.

        A plain function comes before a method of its name. Of those that a name with ``*`` fits,
        what others of them call comes last: the pass of a layer after that of the network.
        """
        own = {plain_name(facts["name"]): facts for facts in reversed(self._facts)}
        present: dict[str, _Where] = {}
        for name in map(plain_name, names):
            fitting = [plain for plain in own if fnmatchcase(plain, name)]
            called = {plain_name(use) for plain in fitting for use in own[plain]["uses"]}
            for plain in sorted(fitting, key=called.__contains__):
                present.setdefault(plain, (own[plain]["name"], own[plain]["owner"]))
        return list(present.values())

    def _run(
        self,
        where: _Where,
        orders: Sequence[Sequence[str]],
        given: Mapping[str, Any],
        kept: MutableMapping[str, Any],
    ) -> Any:
        fault = BindingError("nothing to pass")
        for order in orders:
            try:
                values = [_copy(given[key]) for key in order]
                program = self._program(where, tuple(order))
                program.lay_out(bool(given.get("in_rows")))
                program.spell(values)
                return program.call(values, kept)
            except BindingError as error:
                fault = error
        raise fault

    def _program(self, where: _Where, order: tuple[str, ...]) -> program.Program:
        if (where, order) not in self._programs:
            asked = {"functions": [where[0]], "owner": where[1], "arguments": list(order)}
            self._programs[where, order] = program.load(self._files, {**self._target, **asked})
        return self._programs[where, order]


def _copy(value: Any) -> Any:
    """Return a dict that may be spelled anew; another function may read other keys."""
    return dict(value) if type(value) is dict else value


def _outlines(files: Mapping[str, bytes], main: str | None) -> list[Outline]:
    """Return what is kept of each file that can be read; raise for the first if none can."""
    plans: list[Outline] = []
    fault: LoadFailure | None = None
    for path in candidates(files, main):
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
