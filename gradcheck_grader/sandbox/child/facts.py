"""The plain dicts in which problems and notes cross the wire."""

from __future__ import annotations

from typing import Any, TypeAlias

Facts: TypeAlias = dict[str, Any]


class LoadFailure(Exception):  # noqa: N818 (the worker's name for it)
    """What was handed in holds no function that can be called; ``problem`` says why."""

    def __init__(self, problem: Facts) -> None:
        super().__init__(problem["message"])
        self.problem = problem


def problem(kind: str, message: str, **more: Any) -> Facts:
    """Return the facts of a problem; ``more`` holds line, file, source and the like."""
    return {"kind": kind, "message": message} | {
        key: value for key, value in more.items() if value is not None
    }


def note(identifier: str, message: str, line: int | None = None) -> Facts:
    """Return the facts of a note."""
    return {"id": identifier, "message": message, "line": line}


def listed(names: list[str], most: int = 8) -> str:
    """Return names as a phrase: ```a`, `b` and `c` ``; beyond ``most`` only their number."""
    shown = [f"`{name}`" for name in names[:most]]
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def words(text: str) -> frozenset[str]:
    """Return a table of words that is written as text."""
    return frozenset(text.split())
