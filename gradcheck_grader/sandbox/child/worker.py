"""The confined process: one job, from its limits to its last call.

Nothing said here is believed on the other side. The order matters: first the lock-down, and only
then a byte of what was handed in. Student code runs in this same interpreter
and may break anything below; what it can break is its own result.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import program, wire
from .running.changes import pictures
from .running.clock import Clock, TimeUpError
from .running.holders import with_dicts
from .running.modules import names_of_a_file
from .running.output import FLOOD, Capture, OutputFloodError, Printed
from .survey import Survey
from .values import type_name

Facts = dict[str, Any]

# The usual means of such code, and none of its formulas.
_REHEARSAL = b"""
import numpy as np

def double(values, cache, X):
    n = X.shape[1]
    W, A = values["W"], cache["A"]
    Z = np.dot(W, X) - A
    S = np.sum(Z.T @ Z, axis=1, keepdims=True) / n
    T = np.multiply(Z, 2 + np.power(A, 2))
    return {"Z": Z, "S": 1. / n * S, "T": T}
"""
_REHEARSAL_TARGET = {
    "functions": ["double"],
    "arguments": ["values", "cache", "X"],
    "owner": None,
    "main": None,
    "modules": [],
}


@dataclass(slots=True, eq=False)
class Prepared:
    """What is the same for every job: made once, before a fork, for the job after it.

    Attributes
    ----------
    names : dict
        What the handed-in file finds without defining it.
    held : mapping
        Calls, as `held_form` gives them, by the number that a job names them by.
    """

    capture: Capture = field(default_factory=Capture)
    clock: Clock = field(default_factory=Clock)
    names: dict[str, Any] = field(default_factory=names_of_a_file)
    held: Mapping[int, Any] = field(default_factory=dict)


def serve(
    connection: wire.Connection,
    lock_down: Callable[[Facts], list[str]],
    limits: Facts,
    prepared: Prepared,
) -> None:
    """Do one job; return when the grader has hung up or there is nothing left to do."""
    try:
        in_force = lock_down(limits)
    except Exception as error:
        connection.send(wire.BROKEN, 0, wire.encode(f"{type(error).__name__}: {error}"))
        return
    printed = prepared.capture.start(limits["output_chars"])
    connection.send(wire.READY, 0, wire.encode(in_force))
    _, _, payload = connection.receive()
    job = wire.unpack(payload)
    clock = prepared.clock
    clock.start(limits["seconds"])
    gc.disable()  # what is read stays: there is no garbage in it to look for
    loaded = _load(connection, printed, job, prepared.names, clock)
    gc.freeze()
    gc.enable()
    if loaded is not None:
        bounds = wire.Bounds(limits["reply_bytes"], limits["items"], limits["depth"])
        calls = _Calls(connection, printed, loaded, job["target"], bounds, clock)
        for number, (call, before) in enumerate(prepared.held.get(job["held"], ()), start=1):
            calls.answer(number, call, before)
        calls.answer_all()


def held_form(calls: Sequence[Sequence[Any]]) -> list[tuple[Sequence[Any], list[Any]]]:
    """Return calls with the pictures of their arguments: taken once, for every fork."""
    return [(call, pictures(call[0])) for call in calls]


def rehearse() -> None:
    """Load and call a function of our own: what is made on first use is made for every fork."""
    loaded = program.load([("rehearsal.py", _REHEARSAL)], _REHEARSAL_TARGET)
    wire.encode(loaded.loaded)
    square = np.eye(2)
    wire.encode(loaded.call([{"W": square}, {"A": square}, square], {}))


def _load(
    connection: wire.Connection, printed: Printed, job: Facts, names: dict[str, Any], clock: Clock
) -> Any:
    """Load what was handed in and say what was found; None when that failed."""
    try:
        with clock:
            loaded = _loaded(job["files"], job["target"], names)
    except program.LoadFailure as failure:
        facts = failure.problem
    except BaseException as error:  # student code runs while it is loaded, and may raise anything
        facts = _limit_hit(error) or _plain_facts(error)
    else:
        connection.send(wire.LOADED, 0, wire.encode((loaded.loaded, printed.take())))
        return loaded
    connection.send(wire.REFUSED, 0, wire.encode((facts, printed.take())))
    return None


def _loaded(files: Sequence[tuple[str, bytes]], target: Facts, names: dict[str, Any]) -> Any:
    return Survey(files, target) if target["survey"] else program.load(files, target, names)


_STRICT: Facts = dict.fromkeys(("divide", "invalid", "over"), "raise")
_AS_IT_IS = nullcontext()
_NOTHING = bytes(wire.encode(None))


class _Calls:
    """Answers calls until the grader hangs up."""

    def __init__(
        self,
        connection: wire.Connection,
        printed: Printed,
        loaded: Any,
        target: Facts,
        bounds: wire.Bounds,
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._connection = connection
        self._printed = printed
        self._loaded = loaded
        self._names: list[str] = target["arguments"]
        self._is_strict = target["strict"]
        self._bounds = bounds

    def answer_all(self) -> None:
        """Answer each call that comes with its own number; each has arrays of its own."""
        while True:
            try:
                _, number, payload = self._connection.receive()
            except EOFError:
                return
            self.answer(number, wire.decode(payload))

    def answer(self, number: int, call: Sequence[Any], before: list[Any] | None = None) -> None:
        """Make one call: arguments, attributes, and the names of what is to be sent back.

        ``before`` are pictures of the arguments, if there are some.
        """
        arguments, attributes, send_back = call
        is_respelled = self._loaded.spell(arguments)
        if before is None or is_respelled:
            before = pictures(arguments)
        try:
            with np.errstate(**_STRICT) if self._is_strict else _AS_IT_IS, self._clock:
                value = self._loaded.call(arguments, attributes)
            after = dict(zip(self._names, arguments, strict=True)) | attributes
            back = {name: after[name] for name in send_back}
            op, reply = self._describe(value, back, self._modified(arguments, before))
        except BaseException as error:  # student code may raise anything, SystemExit included
            facts = _limit_hit(error) or _explain(self._loaded, error)
            if isinstance(error, TimeUpError):
                facts = {**facts, "kind": "timeout"}
            failure = wire.encode((facts, self._printed.take()))
            self._connection.send(wire.FAILED, number, failure)
        else:
            self._connection.send(op, number, reply)

    def _describe(
        self, value: Any, back: dict[str, Any], modified: list[str]
    ) -> tuple[int, bytes | bytearray]:
        """Return the reply: the value, what was asked back, names of changed arguments, text."""
        said, own_pass = self._printed.take(), self._loaded.own_pass
        returned = wire.encode(back, self._bounds) if back else self._left()
        answer = wire.encode(with_dicts(value), self._bounds)
        if returned is _NOTHING and not (modified or said or own_pass):
            return wire.ALONE, answer  # nearly always
        hints = wire.encode((modified, said, own_pass))
        return wire.RETURNED, wire.join((answer, returned, hints))

    def _left(self) -> bytes | bytearray:
        """Return what the call has left on an object; nobody asks for it, so it may be too much."""
        left = self._loaded.left()
        try:
            return wire.encode(left, self._bounds) if left else _NOTHING
        except wire.TooLargeError:
            return _NOTHING

    def _modified(self, arguments: list[Any], before: list[Any]) -> list[str]:
        """Return the names of arguments that were changed in place."""
        try:
            now = pictures(arguments)
        except RecursionError:  # one was put into itself
            return list(self._names)
        if before == now:
            return []
        pairs = zip(self._names, before, now, strict=True)
        return [name for name, old, new in pairs if old != new]


def _limit_hit(error: BaseException) -> Facts | None:
    """Return the facts of a limit that showed itself as an exception."""
    if isinstance(error, OutputFloodError):
        return {
            "kind": "output",
            "message": f"It printed more than {FLOOD} times what is kept, and was stopped. "
            "Is there a print inside a loop?",
        }
    if isinstance(error, wire.TooLargeError):
        return {"kind": "output", "message": f"What it returned is too large: {error}."}
    return None


def _explain(loaded: Any, error: BaseException) -> Mapping[str, Any]:
    try:
        facts: Mapping[str, Any] = loaded.explain(error)
    except BaseException:  # an exception with a hostile __str__, or no memory to explain one
        return _plain_facts(error)
    return facts


def _plain_facts(error: BaseException) -> Facts:
    """Describe an exception without calling anything that its class may define."""
    name = type_name(error)
    kind = "memory" if isinstance(error, MemoryError) else "error"
    kind = "timeout" if isinstance(error, TimeUpError) else kind
    return {"kind": kind, "message": f"It stopped with {name}.", "exception": name}
