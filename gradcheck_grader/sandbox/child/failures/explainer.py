"""An exception in a student's function -> what happened, where, and what was missing."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from ..facts import Facts, LoadFailure, listed, note, problem
from ..reading.binding import BindingError
from ..reading.definitions import STAR, Outline
from ..reading.source import Unit, syntax_problem
from ..reading.templates import is_placeholder_name
from ..running.inert import UnavailableError
from ..running.runner import Broken
from .fitting import say_value
from .frames import StudentFrame, operand_shapes, student_frames
from .receivers import say_receiver, say_unset
from .slips import say_slip
from .unbound import say_unbound
from .unfinished import around, say_unfinished

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
    is_absent : callable
        Tells of a module whether it was asked for and was not handed in.

    Attributes
    ----------
    receiver : object
        The object that we have made for the method, without its ``__init__``; None for a function.
    """

    receiver: Any = None

    def __init__(
        self,
        units: Mapping[str, Unit],
        plan: Outline,
        broken: Mapping[str, Broken],
        is_absent: Callable[[str], bool],
    ) -> None:
        self._units, self._plan, self._broken = units, plan, broken
        self._is_absent = is_absent

    def explain(self, error: BaseException) -> Facts:
        """Return the facts of the problem that an exception is."""
        if isinstance(error, LoadFailure):
            return error.problem
        unit = self._units.get(error.filename or "") if isinstance(error, SyntaxError) else None
        if isinstance(error, SyntaxError) and unit is not None:
            # It parses, and is no Python all the same: `global` for a parameter, for instance.
            return syntax_problem(unit, error)
        frames = student_frames(error, self._units)
        last = frames[-1] if frames else None
        if isinstance(error, RecursionError):
            last = _self_call(frames) or last
        text = _text(error)
        unfinished = self._unfinished(error, text, last)
        return problem(
            _kind(error),
            unfinished["message"] if unfinished else self._message(error, text, last),
            **(last.unit.place(last.line) if last else {}),
            caret=last.span if last else None,
            frames=_each_once(f"{f.name}, {f.unit.where(f.line)}" for f in frames),
            # Ours are not exceptions that a student could look up.
            exception=None if isinstance(error, OURS) else type(error).__name__,
            shapes=[list(shape) for shape in operand_shapes(error, text, last)],
            unfinished=unfinished["id"] if unfinished else None,
        )

    def _message(self, error: BaseException, text: str, last: StudentFrame | None) -> str:
        if isinstance(error, OURS):
            return text
        slip = self._say_slip(error, text, last)
        if slip is not None:
            return slip
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
            (KeyError, self._say_key),
            (AssertionError, _say_assertion),
            (RecursionError, self._say_recursion),
            (MemoryError, lambda *_: "It needs more memory than there is here."),
            (SystemExit, lambda *_: "It calls exit(), which ends the program before it returns."),
            (EOFError, lambda *_: "It waits for input(); nobody is there to type."),
            (OSError, lambda _, text, __: f"Files and the network cannot be used here: {text}"),
            (ValueError, say_value),
        ]

    def _unfinished(
        self, error: BaseException, text: str, last: StudentFrame | None
    ) -> Facts | None:
        """Return a note of the placeholder that is behind an exception, if one is."""
        if isinstance(error, NotImplementedError):
            name = last.name if last else "The function"
            return note("not-filled-in", f"`{name}` is not filled in.")
        if isinstance(error, NameError) and is_placeholder_name(_missing_name(error)):
            message = f"The placeholder `{_missing_name(error)}` is not filled in."
            return note("not-filled-in", message)
        # NumPy makes arrays without dimensions of None.
        of_none = re.search("NoneType|ellipsis|0-dimensional", text)
        if isinstance(error, OURS) or last is None or not of_none:
            return None
        return say_unfinished(student_frames(error, self._units), self._units)

    def _say_slip(self, error: BaseException, text: str, last: StudentFrame | None) -> str | None:
        """Name a slip of the pen that is behind an exception, if one is."""
        if last is None:
            return None
        return say_receiver(error, text, last, self._plan, self._units) or say_slip(
            error, text, last, [*around(last)]
        )

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
            return self._say_broken(name)
        known = [other for other in self._names_near(last) if _may_be_meant(name, other)]
        near = [other for other in known if other.lower() == name.lower()]
        near = near or difflib.get_close_matches(name, known, 1, 0.7)
        hint = f" Did you mean `{near[0]}`?" if near else _say_held(name, last)
        starred = [module for module in self._starred() if self._is_absent(module)]
        if starred:
            return (
                f"`{name}` is not defined in the file, and {listed(starred)}, of which it imports "
                f"everything, was not handed in.{hint}"
            )
        return f"`{name}` is not defined anywhere in the file.{hint}"

    def _say_key(self, error: KeyError, text: str, last: StudentFrame | None) -> str:
        node = last.expression() if last else None
        held = last.value(node.value) if last and isinstance(node, ast.Subscript) else None
        if last is None or not isinstance(node, ast.Subscript) or type(held) is not dict:
            return f"There is no key {text} in what it looks into."
        keys = [key for key in held if isinstance(key, str)]
        said = f"it holds {listed(keys, 14)}" if keys else "it holds no names"
        filled = self._say_filled(node.value, last)
        return f"`{ast.unparse(node.value)}` has no key {text}; {said}.{filled}"

    def _say_filled(self, holder: ast.expr, last: StudentFrame) -> str:
        """Tell what may put something into a value of the file, and is not run."""
        name = holder.id if isinstance(holder, ast.Name) else ""
        left_out = self._plan.left_out.get(name)
        if left_out is None or name in last.frame.f_locals:
            return ""
        line, unit = left_out.node.lineno, left_out.unit
        code = (unit.line(line) or "").strip()
        return f" What {unit.where(line)}, `{code}`, may put into it is not run here."

    def _say_broken(self, name: str) -> str:
        statement, error = self._broken[name].statement, self._broken[name].error
        line, text = statement.node.lineno, _text(error)
        if isinstance(error, SyntaxError) and error.filename == statement.unit.label:
            line, text = error.lineno or line, error.msg  # its text says the line again
        return f"`{name}` could not be defined in {statement.unit.where(line)}: {text}"

    def _starred(self) -> list[str]:
        """Return the modules of which the file imports everything."""
        kept = [statement.node for statement in self._plan.statements if STAR in statement.binds]
        return [node.module or "" for node in kept if isinstance(node, ast.ImportFrom)]

    def _names_near(self, last: StudentFrame | None) -> list[str]:
        local = list(last.frame.f_locals) if last else []
        return [*local, *sorted(self._plan.bound())]

    def _say_recursion(self, error: RecursionError, text: str, last: StudentFrame | None) -> str:
        """Tell code that calls itself from what is too deep for Python without a call."""
        if _self_call(student_frames(error, self._units)):
            return "It calls itself without end."
        return "It nests too deeply for Python."

    def _say_attribute(self, error: AttributeError, text: str, last: StudentFrame | None) -> str:
        if self.receiver is not None and getattr(error, "obj", None) is self.receiver:
            return say_unset(error.name or "?", self._plan, getattr(self.receiver, "__dict__", {}))
        return f"It stopped with AttributeError: {text}"


def _self_call(frames: Sequence[StudentFrame]) -> StudentFrame | None:
    """Return the frame in which a function that calls itself does so."""
    codes = [frame.frame.f_code for frame in frames]
    return next((f for f, code in zip(frames, codes, strict=True) if codes.count(code) > 1), None)


def _each_once(lines: Iterable[str]) -> list[str]:
    """Return lines without those that repeat the line before."""
    return [line for line, _ in groupby(lines)]


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


def _say_held(name: str, last: StudentFrame | None) -> str:
    """Tell which of the function's dicts holds a value under a name that is not defined."""
    for holder, value in (last.frame.f_locals if last else {}).items():
        if type(value) is dict and name in value:
            return f" `{holder}` holds it, as `{holder}[{name!r}]`."
    return ""


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


def _say_unbound_local(error: UnboundLocalError, text: str, last: StudentFrame | None) -> str:
    name = _missing_name(error)
    functions = [*around(last)] if last is not None else []
    if last is None or not functions:
        return f"`{name}` is read before it has a value."
    return say_unbound(name, *functions[-1], last.line)


def _say_assertion(error: AssertionError, text: str, last: StudentFrame | None) -> str:
    said = f": {text}" if text else "."
    return f"An assertion in the file does not hold{said}"
