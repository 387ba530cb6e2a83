"""The statements in which each gradient, and the delta that it is made from, are computed.

By data flow: a delta is what both dW and db of a layer are made from. What is not certain is left
out; nobody is led to a line by a guess.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from ..facts import Facts
from ..reading.definitions import Definition, Outline
from .ancestry import Ancestry, makers, named_label, unbound, walked
from .flow import Flow
from .origins import Def
from .output import error_and_slope, from_labels
from .roles import Role
from .sinks import LAST, LOOP, Sink, sinks_of
from .statements import (
    counts_entries,
    is_negated,
    is_numbered,
    is_scaled,
    is_size,
    multiplies,
    only_call,
    place_of,
    role_of,
)
from .unread import unread

_ACTIVATION = re.compile(r"[ahsxz]_?(\d|l|prev|prime)?\w?", re.IGNORECASE)


def steps(plan: Outline, function: Definition, owner: str | None) -> list[Facts]:
    """Return the facts of each statement; none of a function that cannot be followed."""
    try:
        return _Chains(Flow(plan, function, owner)).facts()
    except Exception:  # advice only: whatever is odd about the source, the function can be run
        return []


class _Chains:
    """The sinks of a function's gradients, and the walk back from them."""

    def __init__(self, flow: Flow) -> None:
        self._skipped = flow.skipped
        self._inside = flow.inside
        self._definitions = flow.definitions
        self._from = Ancestry()
        self._sinks = sinks_of(flow)
        read = {layer: self._delta(layer) for layer in dict.fromkeys(key[1] for key in self._sinks)}
        self._deltas = {layer: unbound(found) for layer, found in read.items()}
        self._stops = frozenset().union(*read.values(), *self._deltas.values())
        made = makers((one for sink in self._sinks.values() for one in sink), self._stops)
        self._gradients = frozenset(made)

    def facts(self) -> list[Facts]:
        """Return all steps that are certain."""
        found = [fact for sink in self._sinks for fact in self._gradient(sink)]
        for layer, delta in self._deltas.items():
            outputs = [one for one in delta if not self._is_hidden(one)]
            hidden = [one for one in delta if self._is_hidden(one)]
            if layer == LOOP and outputs and hidden:
                found += [*self._of_delta(LAST, outputs), *self._of_delta(LOOP, hidden)]
            elif layer == LOOP and outputs and LAST not in self._deltas:
                found += self._of_delta(LAST, outputs)
            else:
                found += self._of_delta(layer, delta)
        return found + self._unread()

    def _unread(self) -> list[Facts]:
        """Return for each delta that is multiplied by something in vain where that is done."""
        used = walked((one for made in self._sinks.values() for one in made), frozenset())
        found = [(key, unread(self._definitions, used, made)) for key, made in self._deltas.items()]
        return [self._fact(("dZ", key), Role.UNREAD, one) for key, one in found if one is not None]

    def _gradient(self, sink: Sink) -> list[Facts]:
        """Return the steps of one gradient: the whole, or the product and what follows it."""
        chain = self._chain(self._sinks[sink]) or self._handed_on(self._sinks[sink])
        if any(self._is_hidden_from_view(one) for one in chain):
            return []
        places = {one.where: one for one in chain}
        if len(places) == 1:
            (only,) = places.values()
            role = Role.WHOLE if self._from.tainted(only.reads()) else Role.PLAIN
            return [self._fact(sink, role, only), *self._size(sink, only)]
        cores = {one.where: one for one in chain if one.reads() & self._stops}
        later = [one for where, one in places.items() if where not in cores]
        roles = [known for one in later if (known := role_of(one)) is not None]
        if len(cores) != 1 or len(roles) < len(later) or len(set(roles)) < len(roles):
            return []
        found = [self._fact(sink, Role.CORE, one) for one in cores.values()]
        return found + [self._fact(sink, role, one) for role, one in zip(roles, later, strict=True)]

    def _handed_on(self, sinks: Iterable[Def]) -> list[Def]:
        """Return where a delta itself is given out as a gradient: the last to name it so."""
        found, waiting = dict[Def, None](), list(sinks)
        while waiting:
            one = waiting.pop()
            passed = one.passed_on() or set()
            if passed & self._stops:
                found[one] = None
            waiting += passed - self._stops
        return list(found)

    def _size(self, sink: Sink, one: Def) -> list[Facts]:
        """Return where the number that a statement divides by is set, if it is only one."""
        sizes = {item.where: item for item in self._beside(one) if is_size(item)}
        if len(sizes) != 1:
            return []
        (size,) = sizes.values()
        return [self._fact(sink, Role.ENTRIES if counts_entries(size) else Role.SIZE, size)]

    def _of_delta(self, layer: int, delta: Iterable[Def]) -> list[Facts]:
        """Return the steps of a delta: the whole, or what comes from above and the slope."""
        roles: dict[Role, dict[ast.AST, Def]] = {}
        parts: dict[ast.AST, Def] = {}
        passed: dict[ast.AST, Def] = {}
        for one in delta:
            for role, maker in self._delta_roles(one, layer):
                roles.setdefault(role, {})[maker.where] = maker
            chain = self._chain([one], is_delta=True)
            (parts if self._is_hidden(one) else passed).update({made.where: made for made in chain})
        told = [one for found in (*roles.values(), parts) for one in found.values()]
        if any(self._is_hidden_from_view(one) for one in told):
            return []
        if Role.WHOLE in roles and len(roles) > 1:
            return []
        sure = [
            (role, one)
            for role, found in roles.items()
            for one in found.values()
            if len(found) == 1
        ]
        named = {one.where for _, one in sure}
        sure += [(Role.PART, one) for where, one in parts.items() if where not in named]
        sure += [(Role.PASSED, one) for where, one in passed.items() if where not in named]
        sure += [(Role.CALL, one) for one in delta if _is_call(one)]
        used = {one.where: one for role, one in sure if role in (Role.WHOLE, Role.GATE)}
        sure += [(Role.SLOPE, made) for one in used.values() for made in self._slopes(one)]
        return [self._fact(("dZ", layer), role, one) for role, one in sure]

    def _delta_roles(self, delta: Def, layer: int) -> list[tuple[Role, Def]]:
        # A gradient that stands in for a delta has its own statement, which is no step of this one.
        above = (self._chain_above(layer) | self._gradients) - set(makers([delta]))
        chain = self._chain([delta], is_delta=True, above=above)
        places = {one.where: one for one in chain}
        is_named = delta.passed_on() is not None and isinstance(
            delta.value, (ast.Name, ast.Subscript, ast.Attribute)
        )
        through = self._passes_an_argument(delta)
        if len(places) == 1 and not is_named and not through:
            return [(Role.WHOLE, chain[0])]
        if not self._is_hidden(delta):
            return [] if through else error_and_slope(chain, self._from.is_label)
        first = {one.where: one for one in chain if one.reads() & (self._stops | above)}
        if layer == LOOP and not any(one.looped for one in first.values()):
            # No delta goes on to the next turn; what does go on is made from itself.
            first = {one.where: one for one in chain if one in walked(one.reads(), self._stops)}
        if len(first) != 1:
            return []
        found = [(Role.PROPAGATE, next(iter(first.values())))]
        last = {one.where: one for one in makers([delta])}
        if is_named and len(places) == 1:
            found.append((Role.GATE, delta))
        elif len(last) == 1 and last.keys() != first.keys() and not through:
            found.append((Role.GATE, next(iter(last.values()))))
        return found

    def _slopes(self, one: Def) -> list[Def]:
        """Return what a function computes that a delta is multiplied by, and by nothing else."""
        call = only_call(one)
        found = makers(one.uses[call]) if call is not None else []
        is_made = all(item.value is not None and item.kind != "input" for item in found)
        told = self._from.tainted(found) or any(self._from.is_label(item) for item in found)
        return found if is_made and not told else []

    def _passes_an_argument(self, delta: Def) -> bool:
        """Tell whether a delta is handed through a function, or on by name, unchanged."""
        waiting, seen = [delta], set[Def]()
        while waiting:
            one = waiting.pop()
            passed = one.passed_on()
            if one in seen or passed is None:
                continue
            seen.add(one)
            is_copy = one.kind == "bound" or isinstance(one.value, (ast.Name, ast.Attribute))
            if is_copy and one is not delta and one.kind != "returned":
                return True
            waiting += passed
        return False

    def _delta(self, layer: int) -> frozenset[Def]:
        """Return what both gradients of a layer are made from, nearest to them."""
        weights, biases = self._sinks.get(("dW", layer)), self._sinks.get(("db", layer))
        if not weights or not biases:
            return frozenset()
        first = self._from.frontier(weights, self._from.closure_of(biases))
        both = first & self._from.frontier(biases, self._from.closure_of(weights))
        core = {one for one in walked(weights, both) if multiplies(one, both)}
        computed = {item for one in both for item in makers([one])}
        if not core or any(named_label(one) or one.kind == "input" for one in {*both, *computed}):
            return frozenset()
        return both

    def _chain_above(self, layer: int) -> frozenset[Def]:
        """Return what the deltas nearer to the loss are made from: no step of this layer's own."""
        above = [one for number, found in self._deltas.items() if _is_above(number, layer)
                 for one in found]  # fmt: skip
        return frozenset(item for one in above for item in self._chain([one], is_delta=True))

    def _chain(
        self, starts: Iterable[Def], *, is_delta: bool = False, above: frozenset[Def] = frozenset()
    ) -> list[Def]:
        """Return the computed values between a step and the deltas that it is made from."""
        own = makers(starts, frozenset() if is_delta else self._stops)
        stops = self._stops | above
        found, waiting = dict.fromkeys(own), list(own)
        while waiting:
            for one in self._from.tainted(waiting.pop(0).reads() - stops):
                for maker in makers([one], stops):
                    if maker not in found and not self._from.is_label(maker):
                        found[maker] = None
                        waiting.append(maker)
        return [one for one in found if one.value is not None]

    def _is_hidden(self, delta: Def) -> bool:
        return any(one.reads() & self._stops for one in self._chain([delta], is_delta=True))

    def _is_hidden_from_view(self, one: Def) -> bool:
        """Tell whether a value is made in a loop's head, or by a function that is not followed."""
        return isinstance(one.where, ast.For) or bool(self._skipped & set(ast.walk(one.where)))

    def _beside(self, one: Def) -> list[Def]:
        """Return the computed values that a statement reads and that no label is in.

        What a loop fills is told by what it is filled with, not by the zeros that it begins with.
        """
        others = [
            item
            for node, found in one.uses.items()
            if not isinstance(node, ast.Call) and not self._from.tainted(found)
            for item in found
        ]
        own = makers(item for item in others if not self._from.is_label(item))
        return [
            item
            for item in own
            if item.value is not None
            and item.kind != "bound"
            and not isinstance(item.where, ast.For)
        ]

    def _fact(self, sink: Sink, role: Role, one: Def) -> Facts:
        beside = [item for item in self._beside(one) if not is_size(item)]
        return {
            "name": sink[0],
            "layer": sink[1],
            "role": role.value,
            "clean": all(_is_activation(item) for item in beside),
            "alone": not beside,
            "aside": one.where not in self._inside,
            "scaled": is_scaled(one),
            "numbered": is_numbered(one),
            "negated": is_negated(one),
            "reversed": from_labels(one, self._from.is_label),
            **place_of(one),
        }


def _is_above(number: int, layer: int) -> bool:
    """Tell whether a layer with steps of its own is nearer to the loss than another such layer."""
    return layer > 0 and (number > layer or number == LAST)


def _is_call(one: Def) -> bool:
    """Tell whether a value is what a function of the same file returns."""
    return isinstance(one.value, ast.Call) and one.passed_on() is not None and one.kind == "assign"


def _is_activation(one: Def) -> bool:
    """Tell whether a value is the forward pass done again, such as ``A1 = np.tanh(Z1)``."""
    if _ACTIVATION.fullmatch(re.sub(r"^self\.|\[.*\]$", "", one.name)) is None:
        return False
    return one.name == "s" or not isinstance(one.value, (ast.BinOp, ast.UnaryOp))
