"""What the child says, read strictly: plain values into `Problem` and `Loaded`, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Container
from functools import partial
from typing import Any

from gradcheck_grader.sandbox.child.lines.roles import Role
from gradcheck_grader.sandbox.child.wire import MalformedError
from gradcheck_grader.sandbox.job import Loaded, Note, Problem, Step
from gradcheck_grader.sandbox.text import clean, clean_line

KINDS = frozenset(
    ("error", "timeout", "memory", "output", "crash", "missing", "forbidden", "load", "protocol")
)
_LINE = 200
_LAST = 10**9  # no file that is read has so many lines
_MESSAGE = 1000
_NOTHING_SAID = "It stopped, and does not say why."  # every report counts on a line
_MANY = 50
_NAMES = 500
_STEPS = 200


def read_problem(facts: Any, files: Container[str] = ()) -> Problem:
    """Return the problem that facts describe; raise `MalformedError` for anything else.

    A place that there cannot be is left out: another file than ``files``, line -5.
    """
    facts = _dict(facts)
    kind = facts.get("kind")
    if type(kind) is not str or kind not in KINDS:
        raise MalformedError("the reply names an unknown kind of problem")
    return Problem(
        kind=kind,
        message=clean(_text(facts.get("message")), _MESSAGE) or _NOTHING_SAID,
        **_place(facts, files),
        frames=tuple(read_name(frame) for frame in _list(facts.get("frames"))),
        exception=_optional(read_name, facts.get("exception")),
        shapes=tuple(
            tuple(_whole(axis) for axis in _list(shape)) for shape in _list(facts.get("shapes"))
        ),
        unfinished=_optional(read_name, facts.get("unfinished")),
    )


def read_loaded(facts: Any, files: Container[str] = ()) -> Loaded:
    """Return what was found in the ``files``; raise `MalformedError` for anything but its facts."""
    facts = _dict(facts)
    signature = facts.get("signature")
    return Loaded(
        function=read_name(facts.get("function")),
        line=_optional(_number, facts.get("line")),
        signature=None if signature is None else tuple(read_name(n) for n in _list(signature)),
        defined=tuple(read_name(n) for n in _list(facts.get("defined"), _NAMES)),
        notes=tuple(_note(note) for note in _list(facts.get("notes"))),
        steps=tuple(_step(step, files) for step in _list(facts.get("steps"), _STEPS)),
    )


def read_names(names: Any, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of ``allowed`` that a list names, in the order of ``allowed``."""
    said = {_text(name) for name in _list(names)}
    return tuple(name for name in allowed if name in said)


def read_function(facts: Any) -> dict[str, Any] | None:
    """Return the fields of `survey.FunctionFacts`, None if the child said anything else."""
    try:
        facts = _dict(facts)
        return {
            "name": read_name(facts.get("name")),
            "owner": _optional(read_name, facts.get("owner")),
            "line": _whole(facts.get("line")),
            "parameters": tuple(map(_names_pair, _list(facts.get("parameters")))),
            "keys": tuple(map(_names_pair, _list(facts.get("keys"), _NAMES))),
            "unpacks": tuple(
                (read_name(holder), tuple(map(read_name, _list(names, _NAMES))))
                for holder, names in map(_two, _list(facts.get("unpacks"), _NAMES))
            ),
            "counted_in": tuple(map(read_name, _list(facts.get("counted_in"), _NAMES))),
            "uses": tuple(map(read_name, _list(facts.get("uses"), _NAMES))),
            "loops": facts.get("loops") is True,
            "layout": tuple(map(_whole, _two(facts.get("layout")))),
        }
    except MalformedError:
        return None


def _names_pair(value: Any) -> tuple[str, str]:
    first, second = _two(value)
    return read_name(first), read_name(second)


def _two(value: Any) -> list[Any]:
    items = _list(value)
    if len(items) != 2:
        raise MalformedError("the reply holds no pair where a pair belongs")
    return items


def _note(facts: Any) -> Note:
    facts = _dict(facts)
    message = clean(_text(facts.get("message")), _MESSAGE)
    return Note(read_name(facts.get("id")), message, _optional(_number, facts.get("line")))


def _step(facts: Any, files: Container[str]) -> Step:
    facts = _dict(facts)
    return Step(
        name=read_name(facts.get("name")),
        layer=_whole(facts.get("layer")),
        role=_role(facts.get("role")),
        clean=facts.get("clean") is True,
        alone=facts.get("alone") is True,
        aside=facts.get("aside") is True,
        scaled=facts.get("scaled") is True,
        numbered=facts.get("numbered") is True,
        negated=facts.get("negated") is True,
        reversed=facts.get("reversed") is True,
        **_place(facts, files),
    )


def _role(value: Any) -> Role:
    role = read_name(value)
    if role not in set(Role):
        raise MalformedError("the reply names an unknown role of a step")
    return Role(role)


def _place(facts: dict[str, Any], files: Container[str]) -> dict[str, Any]:
    """Return the fields of `Problem` and `Step` that lead a reader to a line.

    They end in links, in an editor's marks and in a line of carets: each is one that there can be.
    """
    return {
        "line": _optional(_number, facts.get("line")),
        "file": _optional(partial(_file, files=files), facts.get("file")),
        "cell": _optional(_number, facts.get("cell")),
        "source": _optional(_source, facts.get("source")),
        "caret": _optional(_columns, facts.get("caret")),
    }


def _optional(read: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else read(value)


def _dict(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise MalformedError("the reply holds no facts where facts belong")
    return value


def _list(value: Any, most: int = _MANY) -> list[Any]:
    if value is None:
        return []
    if type(value) not in (list, tuple):
        raise MalformedError("the reply holds no list where a list belongs")
    return list(value[:most])


def _text(value: Any) -> str:
    if type(value) is not str:
        raise MalformedError("the reply holds no text where text belongs")
    return value


def read_name(value: Any) -> str:
    """Return a name as one clean line."""
    return clean_line(_text(value), _LINE)


def _source(value: Any) -> str:
    # Columns are counted in it, so it keeps its length: one character dropped, one space in.
    text = _text(value)[:_LINE]
    return "".join(char if clean(char, 1) and char != "\n" else " " for char in text)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise MalformedError("the reply holds no number where a number belongs")
    return value


def _number(value: Any) -> int | None:
    """Return the number of a line or a cell, None if it is none."""
    return value if 1 <= _whole(value) <= _LAST else None


def _file(value: Any, files: Container[str]) -> str | None:
    return read_name(value) if _text(value) in files else None


def _columns(value: Any) -> tuple[int, int] | None:
    """Return columns that lie in a line as it is shown, None if they do not."""
    start, end = map(_whole, _two(value))
    return (start, min(end, _LINE)) if 0 <= start <= min(end, _LINE) else None
