"""From handed-in files to one function that can be called."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, MutableMapping, Sequence
from functools import cached_property, partial
from inspect import Parameter
from types import SimpleNamespace
from typing import Any

from .facts import Facts, LoadFailure, problem
from .failures.explainer import Explainer
from .lines.limits import limits
from .lines.steps import steps
from .reading.anatomy import addressed_keys, by_holder
from .reading.binding import Binding, BindingError, bind
from .reading.choose import choose
from .reading.definitions import Outline, Statement
from .reading.locate import Found, defined, home_of
from .reading.needed import needed_by
from .reading.packing import OwnOrder
from .reading.parameters import parameters_of, shown
from .reading.places import spelling_of
from .reading.plain import plain_function
from .reading.remarks import remarks
from .reading.returned import names_in_return, under_names
from .reading.source import Source
from .reading.spelling import Spelling
from .reading.tree import Parts
from .running.forward import OwnForward, own_forward
from .running.held import entries_in, sizes_in
from .running.imports import Refused
from .running.left import Left
from .running.modules import Modules
from .running.objects import NOTHING, Maker, namespace
from .running.own_cache import STOPS, OwnCache
from .running.runner import execute

__all__ = ["LoadFailure", "Program", "load"]


def load(
    files: Sequence[tuple[str, bytes]],
    target: Mapping[str, Any],
    names: dict[str, Any] | None = None,
) -> Program:
    """Return the function that ``target`` describes, ready to be called.

    Parameters
    ----------
    files : sequence of (path, content)
        What was handed in.
    target : mapping
        The fields of ``Target``: functions, arguments, owner, main, modules, optional, lines, rows.
    names : dict, optional
        Of `names_of_a_file` one that nobody else uses.

    Raises
    ------
    LoadFailure
        With the facts of the problem, if there is no such function or it cannot be made.
    """
    source, plan, found = choose(dict(files), target)
    home = home_of(plan, found)
    needed = needed_by(plan, [found.owner or found.name, *([home] if home else [])])
    modules = Modules(dict(files), source, plan, needed, target.get("modules") or (), names)
    modules.run()
    return Program(source, plan, found, home, modules, target)


class Program:
    """One function of what was handed in."""

    def __init__(
        self,
        source: Source,
        plan: Outline,
        found: Found,
        home: str | None,
        modules: Modules,
        target: Mapping[str, Any],
    ) -> None:
        self._plan, self._found, self._modules = plan, found, modules
        self.lay_out(bool(target.get("rows")))
        self._arguments, self._tells_lines = tuple(target["arguments"]), bool(target.get("lines"))
        self._home, self._one_object = home, bool(target.get("one_object"))
        self._explainer = Explainer(modules.units, plan, modules.broken, modules.is_absent)
        self._held = self._take()
        self._own_parameters = parameters_of(self._held)
        # A method that was handed in without its class.
        self._is_orphan = [p.name for p in self._own_parameters or ()][:1] == ["self"]
        self._left = Left(None, NOTHING)
        # A method that was asked for as a function finds its arguments on its object, too.
        is_method = found.owner is not None or self._is_orphan
        self._shares_arguments = is_method and target.get("owner") is None
        self._binding: Binding | None = None
        attempt, asked = partial(self._run, needs_forward=False), "" if is_method else found.name
        self._own_cache = OwnCache(plan, modules, asked, target, attempt)
        self.own_pass = ""
        own = plan.function(found.name, found.owner)
        self._definition = own or modules.definition_of(self._held)
        self._parts = self._definition.parts if self._definition else Parts()
        self._order = OwnOrder(self._parts, plan.statements, target.get("packed") or ())
        try:
            self._parameters = self._declared()
        except Exception as error:  # a class whose objects cannot be made without arguments
            raise LoadFailure(self.explain(error)) from error
        self._source = source

    @cached_property
    def loaded(self) -> Facts:
        """What was found, with the keys of ``Loaded``."""
        node = self._definition.node if self._definition else None
        own = self._plan.function(self._found.name, self._found.owner)
        known = self._parameters
        names = None if known is None else [shown(parameter) for parameter in known]
        notes = [
            *self._source.notes,
            *self._found.notes,
            *self._modules.notes(),
            *remarks(self._definition, self._helpers, self._order.line),
            *limits(self._definition),
        ]
        return {
            "function": self._found.name,
            "line": None if node is None else node.lineno,
            "signature": names,
            "defined": defined(self._plan),
            "notes": notes,
            "steps": steps(self._plan, own, self._found.owner) if own and self._tells_lines else [],
        }

    def lay_out(self, in_rows: bool) -> None:
        """Say whether examples are rows in the calls that follow: by the target, at first."""
        self._in_rows = in_rows
        self._modules.lay_out(in_rows)

    def call(self, values: Sequence[Any], attributes: Mapping[str, Any]) -> Any:
        """Run the function with values in the order of the target's arguments.

        ``attributes`` are set on the object of a method first; a dict of them holds afterwards
        what the method has left there.
        """
        values = self._order.applied(values)
        forward, given = self._forward, (values, attributes)
        is_needed = forward is not None and forward.is_needed(given, self._run)
        if self._own_cache.is_wanted:
            self._own_cache.is_found(values)
        try:
            receiver, returned = self._run(given, is_needed)
        except STOPS:
            if not self._own_cache.is_found(values):
                raise
            receiver, returned = self._run(given, False)
        self.own_pass = self._own_cache.name
        if self._maker is not None and isinstance(attributes, MutableMapping):
            shared = self._shared(values)
            held = self._maker.taken_back(receiver, {**shared, **attributes})
            # Of an argument only whether the method has put something else in its place.
            put = {name for name, value in shared.items() if held[name] is not value}
            attributes.update({name: held[name] for name in (*attributes, *put)})
        is_series = type(returned) in (tuple, list)
        return under_names(returned, self._return_names) if is_series else returned

    @cached_property
    def _return_names(self) -> tuple[str, ...] | None:
        return names_in_return(self._definition)

    def _run(
        self, given: tuple[Sequence[Any], Mapping[str, Any]], needs_forward: bool
    ) -> tuple[Any, Any]:
        """Return the object of a method, and what one call returns."""
        values, attributes = given
        self._modules.begin(self._arguments, values, attributes)
        function, receiver = self._held, None
        if self._maker is not None or self._is_orphan:
            function, receiver = self._of_object(values, attributes, needs_forward)
        binding = self._bound(values)
        sizes = sizes_in(self._arguments, values, self._in_rows) if binding.counted else NOTHING
        ordered, by_name = binding.apply(values, sizes)
        if self._own_cache.name:
            ordered, by_name = self._own_cache.put(values, ordered, by_name)
        return receiver, function(*ordered, **by_name)

    def _of_object(
        self, values: Sequence[Any], attributes: Mapping[str, Any], needs_forward: bool
    ) -> tuple[Callable[..., Any], Any]:
        """Return a method and the object that it works on, as a call gives it."""
        on_object = {**self._shared(values), **attributes}
        entries = entries_in(on_object.values())
        prepare, forward = partial(self._prepare, on_object, entries), self._forward
        named = {**entries, **dict(zip(self._arguments, values, strict=True))}
        made = forward.prepared(prepare, named, is_needed=needs_forward) if forward else None
        function, receiver = made or prepare()
        self._left = Left(receiver, on_object)
        return function, receiver

    def _shared(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return the arguments that an object has as well."""
        return dict(zip(self._arguments, values, strict=True)) if self._shares_arguments else {}

    @cached_property
    def _forward(self) -> OwnForward | None:
        """The forward pass of a method's class, where it reads what that leaves."""
        if self._found.owner is None or "keep_prob" in self._arguments:
            return None  # masks that it draws are not those of the call
        return own_forward(self._held, self._plan, self._found.name)

    def left(self) -> dict[str, Any]:
        """Return the numbers that the last call has set on the object of its method."""
        return self._left.numbers()

    def spell(self, values: Sequence[Any]) -> bool:
        """Rename keys of dicts, in place, to those that it reads; tell whether there were any."""
        return self._spelling.apply(values)

    @cached_property
    def _spelling(self) -> Spelling:
        return spelling_of(self._parts, self._keys, self._parameters or (), self._helpers)

    @cached_property
    def _helpers(self) -> list[Statement]:
        """What the function leads to; of a method, also its class."""
        own = self._definition.node if self._definition else None
        roots = [self._found.owner or self._found.name]
        return [one for one in needed_by(self._plan, roots) if one.node is not own]

    @cached_property
    def _keys(self) -> list[tuple[str, str]]:
        """Holder and key of every text in the function that may be a key."""
        return list(addressed_keys(self._parts))

    def explain(self, exception: BaseException) -> Facts:
        """Return the facts of the problem that an exception raised in `call` is."""
        facts = self._explainer.explain(exception)
        if isinstance(exception, BindingError) and self._definition is not None:
            facts |= self._definition.unit.place(self._definition.node.lineno)
        return facts

    def _bound(self, values: Sequence[Any]) -> Binding:
        """Return how values are passed; those of the first call tell it for all."""
        if self._binding is None:
            self._binding = bind(self._parameters, self._arguments, by_holder(self._keys), values)
        return self._binding

    def _declared(self) -> list[Parameter] | None:
        """Return the function's parameters, as written where a decorator hides them."""
        if self._found.owner is None and not self._is_orphan:
            parameters = self._own_parameters
        else:
            parameters = parameters_of(self._prepare({})[0])
        hidden = all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters or ())
        if not parameters or not hidden or self._definition is None:
            return parameters
        node = self._definition.node
        written: dict[str, Any] = {}
        execute(plain_function(node), "<signature>", written)
        return (parameters_of(written[node.name]) or [])[self._found.owner is not None :]

    def _take(self) -> Any:
        """Return the function, or the class that holds it, after the file's statements have run."""
        name = self._found.owner or self._found.name
        held = self._modules.namespace.get(name)
        if isinstance(held, Refused):
            message = f"`{name}` is imported from a module that was not handed in."
            raise LoadFailure(problem("missing", message))
        if name in self._modules.broken and held is None:
            raise LoadFailure(self.explain(self._modules.broken[name].error))
        if not callable(held):
            raise LoadFailure(problem("missing", f"`{name}` is not a function in the file."))
        return held

    def _prepare(
        self,
        attributes: Mapping[str, Any],
        entries: Mapping[str, Any] = NOTHING,
        without: Container[str] = (),
    ) -> tuple[Callable[..., Any], Any]:
        """Return what takes the arguments, and the object that it works on, if any."""
        if self._maker is not None:
            receiver = self._maker.make(attributes, entries, without, again=self._one_object)
            self._explainer.receiver = receiver
            own = self._found.owner is not None
            function = getattr(receiver, self._found.name) if own else partial(self._held, receiver)
            return function, receiver
        if self._is_orphan:
            receiver = SimpleNamespace(**namespace(self._held, attributes))
            return partial(self._held, receiver), receiver
        return self._held, None

    @cached_property
    def _maker(self) -> Maker | None:
        """What makes the objects that a method needs; None for a function."""
        names, units = self._modules.namespace, self._modules.units
        if self._found.owner is not None:
            return Maker(self._held, self._plan, names, units)
        home = names.get(self._home) if self._is_orphan and self._home else None
        if not isinstance(home, type):
            return None
        return Maker(home, self._plan, names, units, self._held)
