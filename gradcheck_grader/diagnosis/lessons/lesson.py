"""One page about one finding: the idea behind it, a small example in numbers, a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import wrap

from gradcheck_grader.diagnosis.wording import WORDS

WIDTH = 72
Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What mistakes of one step share, and what is particular to each, by id."""

    group: str
    idea: str
    twists: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What ``grader explain`` says of one id.

    Attributes
    ----------
    group : str
        The step of backpropagation, or the part of grading, that it belongs to.
    seen : str
        What a report says of it.
    idea : tuple of str
        Paragraphs. They lead to the mistake and never hold the line that mends it.
    example : callable
        Gives its lines; worked out when it is asked for.
    """

    id: str
    group: str
    title: str
    seen: str
    idea: tuple[str, ...]
    example: Callable[[], Lines]
    question: str


def told(
    id: str,
    group: str,
    idea: tuple[str, ...],
    example: Callable[[], Lines],
    seen: str = "",
    question: str = "",
) -> Lesson:
    """Return a lesson in the words of the report, but for what is ``seen`` and asked if given."""
    title, message, hint = WORDS[id]
    return Lesson(id, group, title, seen or message, idea, example, question or hint)


def fixed(*texts: str) -> Callable[[], Lines]:
    """Return an example of these paragraphs."""
    return lambda: lines(*texts)


def lines(*texts: str) -> Lines:
    """Return paragraphs as lines of an example; one that starts with a space stays as it is."""
    return tuple(
        line
        for text in texts
        for line in ([text] if text[:1] in ("", " ") else wrap(text, WIDTH, break_on_hyphens=False))
    )  # fmt: skip
