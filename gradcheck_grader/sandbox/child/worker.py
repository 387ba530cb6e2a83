"""The confined process: one job, from its limits to its last call.

Nothing said here is believed on the other side. The order matters: first the limits, then the
lock-down, and only then a byte of what was handed in. Student code runs in this same interpreter
and may break anything below; what it can break is its own result.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import program, wire
from .output import FLOOD, OutputFloodError, Printed, capture
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


def serve(connection: wire.Connection, lock_down: Any) -> None:
    """Do one job; return when the grader has hung up or there is nothing left to do."""
    _, _, payload = connection.receive()
    limits = wire.decode(payload)
    try:
        in_force = lock_down(limits)
    except Exception as error:
        connection.send(wire.BROKEN, 0, wire.encode(f"{type(error).__name__}: {error}"))
        return
    printed = capture(limits["output_chars"])
    connection.send(wire.READY, 0, wire.encode(in_force))
    _, _, payload = connection.receive()
    job = wire.decode(payload)
    random.seed(0)  # a fork gives it a state of its own; a report must be made again the same
    loaded = _load(connection, printed, job)
    if loaded is not None:
        bounds = wire.Bounds(limits["reply_bytes"], limits["items"], limits["depth"])
        _Calls(connection, printed, loaded, job["target"]["arguments"], bounds).answer_all()


def rehearse() -> None:
    """Load and call a function of our own: what is made on first use is made for every fork."""
    loaded = program.load([("rehearsal.py", _REHEARSAL)], _REHEARSAL_TARGET)
    wire.encode(loaded.loaded)
    square = np.eye(2)
    wire.encode(loaded.call([{"W": square}, {"A": square}, square], {}))


def _load(connection: wire.Connection, printed: Printed, job: Facts) -> Any:
    """Load what was handed in and say what was found; None when that failed."""
    files = [(path, content.tobytes()) for path, content in job["files"]]
    try:
        kind: Any = Survey if job["target"]["survey"] else program.load
        loaded = kind(files, job["target"])
    except program.LoadFailure as failure:
        facts = failure.problem
    except BaseException as error:  # student code runs while it is loaded, and may raise anything
        facts = _limit_hit(error) or _plain_facts(error)
    else:
        connection.send(wire.LOADED, 0, wire.encode((loaded.loaded, printed.take())))
        return loaded
    connection.send(wire.REFUSED, 0, wire.encode((facts, printed.take())))
    return None


class _Calls:
    """Answers calls until the grader hangs up."""

    def __init__(
        self,
        connection: wire.Connection,
        printed: Printed,
        loaded: Any,
        names: list[str],
        bounds: wire.Bounds,
    ) -> None:
        self._connection = connection
        self._printed = printed
        self._loaded = loaded
        self._names = names
        self._bounds = bounds

    def answer_all(self) -> None:
        """Answer each call with its own number; every call gets arrays of its own."""
        while True:
            try:
                _, number, payload = self._connection.receive()
            except EOFError:
                return
            self._answer(number, payload)

    def _answer(self, number: int, payload: bytearray) -> None:
        arguments, attributes, send_back = wire.decode(payload)
        self._loaded.spell(arguments)
        before = _state(arguments)
        try:
            value = self._loaded.call(arguments, attributes)
            after = dict(zip(self._names, arguments, strict=True)) | attributes
            reply = self._describe(
                value, {name: after[name] for name in send_back}, arguments, before
            )
        except BaseException as error:  # student code may raise anything, SystemExit included
            facts = _limit_hit(error) or _explain(self._loaded, error)
            failure = wire.encode((facts, self._printed.take()))
            self._connection.send(wire.FAILED, number, failure)
        else:
            self._connection.send(wire.RETURNED, number, reply)

    def _describe(
        self, value: Any, after: dict[str, Any], arguments: list[Any], before: Any
    ) -> bytes:
        """Return the reply: the value, what was asked back, names of changed arguments, text."""
        body = wire.encode(value, self._bounds)
        hints = wire.encode((self._modified(arguments, before), self._printed.take()))
        return wire.join((body, wire.encode(after or None, self._bounds), hints))

    def _modified(self, arguments: list[Any], before: Any) -> list[str]:
        """Return the names of arguments that were changed in place."""
        try:
            now = _state(arguments)
        except RecursionError:  # one was put into itself
            return list(self._names)
        if before == now:
            return []
        pairs = zip(self._names, before, now, strict=True)
        return [name for name, old, new in pairs if old != new]


def _state(value: Any) -> Any:
    """Return something that compares equal as long as nobody changes ``value`` in place."""
    kind = type(value)
    if kind is np.ndarray:
        return value.shape, value.tobytes()
    if kind is dict:
        return {key: _state(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [_state(item) for item in value]
    return value if kind in (int, float, str, bool, complex) else kind.__name__


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
    return {"kind": kind, "message": f"It stopped with {name}.", "exception": name}
