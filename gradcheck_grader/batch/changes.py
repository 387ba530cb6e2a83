"""Whose grade has changed, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A result that is another one than before, and why."""

    key: str
    before: str
    after: str
    why: str


def grade_in_words(status: str, score: int, max_score: int) -> str:
    """Return a grade as it is shown."""
    return f"{score}/{max_score}" if status == "graded" else status


def why(is_other: bool, changed: list[str], status: str) -> str:
    """Say why a result may be another one."""
    reasons = (["the submission"] if is_other else []) + changed
    if reasons:
        return f"changed: {', '.join(reasons)}"
    return "graded now" if status != "graded" else "nothing changed: please report this"
