"""An exception in a student's function -> what happened, where, and what was missing."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .anatomy import lone_commas
from .binding import BindingError
from .definitions import Function, Outline
from .facts import Facts, LoadFailure, listed, problem
from .frames import StudentFrame, operand_shapes, student_frames
from .imports import UnavailableError
from .running import Broken
from .source import Unit
from .templates import functions_in, is_placeholder_name, unfilled, value_is_missing
from .tree import nodes

_LONGEST = 300
_NUMBERS = re.compile(r"\d+")


OURS = (BindingError, UnavailableError)


class Explainer:
    """Knows what was handed in, and explains exceptions by it.

    Parameters
    ----------
    units : mapping
        The pieces of source, by the label that their frames carry.
    plan : Outline
        What was kept of the main file and what was left out.
    broken : mapping
        Names whose defining statement raised.
    """

    def __init__(
        self, units: Mapping[str, Unit], plan: Outline, broken: Mapping[str, Broken]
    ) -> None:
        self._units, self._plan, self._broken = units, plan, broken

    def explain(self, error: BaseException) -> Facts:
        """Return the facts of the problem that an exception is."""
        if isinstance(error, LoadFailure):
            return error.problem
        frames = student_frames(error, self._units)
        last = frames[-1] if frames else None
        text = _text(error)
        return problem(
            _kind(error),
            self._message(error, text, last),
            **(last.unit.place(last.line) if last else {}),
            caret=last.span if last else None,
            frames=[f"{frame.name}, {frame.unit.where(frame.line)}" for frame in frames],
            # Ours are not exceptions that a student could look up.
            exception=None if isinstance(error, OURS) else type(error).__name__,
            shapes=[list(shape) for shape in operand_shapes(error, text, last)],
        )

    def _message(self, error: BaseException, text: str, last: StudentFrame | None) -> str:
        if isinstance(error, OURS):
            return text
        blank = self._not_filled_in(error, text, last)
        if blank is not None:
            return blank
        comma = _say_comma(text, last) if last is not None and "tuple" in text else None
        if comma is not None:
            return comma
        for kind, say in self._sayings():
            if isinstance(error, kind):
                return say(error, text, last)
        name = type(error).__name__
        return f"It stopped with {name}: {text}" if text else f"It stopped with {name}."

    def _sayings(self) -> list[tuple[type[BaseException], Callable[..., str]]]:
        return [
            (UnboundLocalError, _say_unbound_local),
            (NameError, self._say_name),
            (AttributeError, self._say_attribute),
            (KeyError, _say_key),
            (AssertionError, _say_assertion),
            (RecursionError, lambda *_: "It calls itself without end."),
            (MemoryError, lambda *_: "It needs more memory than there is here."),
            (SystemExit, lambda *_: "It calls exit(), which ends the program before it returns."),
            (EOFError, lambda *_: "It waits for input(); nobody is there to type."),
            (OSError, lambda _, text, __: f"Files and the network cannot be used here: {text}"),
            (ValueError, _say_value),
        ]

    def _not_filled_in(
        self, error: BaseException, text: str, last: StudentFrame | None
    ) -> str | None:
        """Name the placeholder that is behind an exception, if one is."""
        if isinstance(error, NotImplementedError):
            return f"`{last.name if last else 'The function'}` is not filled in."
        if isinstance(error, NameError) and is_placeholder_name(_missing_name(error)):
            return f"The placeholder `{_missing_name(error)}` is not filled in."
        # NumPy makes arrays without dimensions of None.
        if last is None or not re.search("NoneType|ellipsis|0-dimensional", text):
            return None
        around = [f for frame in student_frames(error, self._units)[::-1] for f in _around(frame)]
        called = [pair for function, _ in around for pair in self._called_by(function)]
        for function, unit in [*around, *called]:
            blank = unfilled(function)
            if blank is not None:
                return f"`{blank[1]}` in {unit.where(blank[0])} is not filled in."
        for function, unit in called:
            if value_is_missing(function):
                where = unit.where(function.lineno)
                return f"`{function.name}`, {where}, has no `return` with a value."
        return None

    def _called_by(self, function: Function) -> Iterator[tuple[Function, Unit]]:
        """Yield the functions of the files whose value a function uses."""
        parts = nodes(function)
        unused = {id(node.value) for node in parts if isinstance(node, ast.Expr)}
        calls = [node for node in parts if isinstance(node, ast.Call) and id(node) not in unused]
        names = {getattr(c.func, "id", None) or getattr(c.func, "attr", "") for c in calls}
        for unit in self._units.values():
            defined = functions_in(unit.tree)
            last = {other.name: other for other in defined if other.name in names}
            yield from ((other, unit) for other in last.values() if other is not function)

    def _say_name(self, error: NameError, text: str, last: StudentFrame | None) -> str:
        name = _missing_name(error)
        left_out = self._plan.left_out.get(name)
        if left_out is not None:
            line, unit = left_out.node.lineno, left_out.unit
            code = (unit.line(line) or "").strip()
            return (
                f"`{name}` is read from outside the function, but {unit.where(line)}, `{code}`, "
                "is not run when the function is graded: take it from the arguments."
            )
        if name in self._broken:
            broken = self._broken[name]
            where = broken.statement.unit.where(broken.statement.node.lineno)
            return f"`{name}` could not be defined in {where}: {_text(broken.error)}"
        known = [other for other in self._names_near(last) if _may_be_meant(name, other)]
        near = difflib.get_close_matches(name, known, 1, 0.7)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        return f"`{name}` is not defined anywhere in the file.{hint}"

    def _names_near(self, last: StudentFrame | None) -> list[str]:
        local = list(last.frame.f_locals) if last else []
        return [*local, *sorted(self._plan.bound())]

    def _say_attribute(self, error: AttributeError, text: str, last: StudentFrame | None) -> str:
        owner = getattr(error, "obj", None)
        if type(owner).__name__ in {node.name for node, _ in self._plan.classes()}:
            return (
                f"`self.{error.name}` has no value: `__init__` is not run when the method is "
                "graded. Take it from the arguments."
            )
        return f"It stopped with AttributeError: {text}"


def _around(frame: StudentFrame) -> Iterator[tuple[Function, Unit]]:
    """Yield the functions that a frame stands in."""
    for function in functions_in(frame.unit.tree):
        if function.lineno <= frame.line <= (function.end_lineno or 0):
            yield function, frame.unit


def _kind(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "memory"
    return error.kind if isinstance(error, UnavailableError) else "error"


def _text(error: BaseException) -> str:
    """Return an exception's own words; a student's class may have a ``__str__`` that raises."""
    try:
        text = str(error)
    except Exception:
        return ""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _missing_name(error: NameError) -> str:
    """Return the name that was looked for; before Python 3.12 only the text tells a local one."""
    quoted = re.search(r"'(\w+)'", _text(error))
    return error.name or (quoted[1] if quoted else "?")


def _may_be_meant(name: str, other: str) -> bool:
    """Tell whether a name can be another one misspelt: not ``dW2`` for ``W2``, nor for ``dW1``."""
    if _NUMBERS.findall(name) != _NUMBERS.findall(other):
        return False
    as_they_are = _likeness(name, other)
    slopes = [(name, other[1:])] if other[:1] == "d" else []
    slopes += [(name[1:], other)] if name[:1] == "d" else []
    return all(_likeness(one, two) <= as_they_are for one, two in slopes)


def _likeness(name: str, other: str) -> float:
    return difflib.SequenceMatcher(None, name, other).ratio()


def _say_comma(text: str, last: StudentFrame) -> str | None:
    """Say which comma has made a tuple of what was to be a value."""
    node = last.expression()
    read = {ast.unparse(part) for part in ast.walk(node)} if node is not None else None
    for function, unit in _around(last):
        for name, line in lone_commas(function, unit.text).items():
            if read is None or name in read:
                return f"`{name}` is a tuple, by the comma at the end of {unit.where(line)}."
    return None


def _say_unbound_local(error: UnboundLocalError, *_: Any) -> str:
    return (
        f"`{_missing_name(error)}` is read before it has a value. Is the line that sets it inside "
        "an `if` or a loop that was not entered?"
    )


def _say_key(error: KeyError, text: str, last: StudentFrame | None) -> str:
    node = last.expression() if last else None
    held = last.value(node.value) if last and isinstance(node, ast.Subscript) else None
    if isinstance(node, ast.Subscript) and type(held) is dict:
        keys = [key for key in held if isinstance(key, str)]
        return f"`{ast.unparse(node.value)}` has no key {text}; it holds {listed(keys, 14)}."
    return f"There is no key {text} in what it looks into."


def _say_assertion(error: AssertionError, text: str, last: StudentFrame | None) -> str:
    said = f": {text}" if text else "."
    return f"An assertion in the file does not hold{said}"


def _say_value(error: ValueError, text: str, last: StudentFrame | None) -> str:
    unpacked = _say_unpacked(last) if last and "values to unpack" in text else None
    if unpacked is not None:
        return unpacked
    shapes = operand_shapes(error, text, last)
    node = last.expression() if last else None
    if len(shapes) < 2 or not isinstance(node, (ast.BinOp, ast.Call)):
        return f"It stopped with ValueError: {text}"
    sizes = " and ".join(str(shape) for shape in shapes)
    return f"The shapes in `{ast.unparse(node)[:80]}` do not fit: {sizes}."


def _say_unpacked(last: StudentFrame) -> str | None:
    """Say what a dict, a tuple or a list holds that was unpacked into another number of names."""
    for node in nodes(last.unit.tree):
        if not isinstance(node, ast.Assign) or not node.lineno <= last.line <= _end(node):
            continue
        target, taken = node.targets[0], _taken_from(node.value)
        held = last.value(taken)
        if type(held) not in (dict, tuple, list) or not isinstance(target, (ast.Tuple, ast.List)):
            continue
        if len(held) != len(target.elts) and all(map(_is_plain, target.elts)):
            keys = [key for key in held if isinstance(key, str)] if type(held) is dict else []
            named = f" ({listed(keys, 14)})" if keys else ""
            values = "1 value" if len(held) == 1 else f"{len(held)} values"
            names = f"{len(target.elts)} names are" if len(target.elts) > 1 else "1 name is"
            return f"`{ast.unparse(taken)}` holds {values}{named}, and {names} to take them."
    return None


def _is_plain(node: ast.expr) -> bool:
    return not isinstance(node, (ast.Tuple, ast.List, ast.Starred))


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _taken_from(node: ast.expr) -> ast.expr:
    """Return the dict of ``cache.values()``; anything else as it is."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
        return node.func.value if node.func.attr in ("values", "items", "keys") else node
    return node
