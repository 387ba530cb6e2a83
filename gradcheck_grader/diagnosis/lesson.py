"""One page about one finding: the idea behind it, a small example in numbers, a question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lesson:
    """What ``grader explain`` says of one id.

    Attributes
    ----------
    group : str
        The step of backpropagation, or the part of grading, that it belongs to.
    idea : tuple of str
        Paragraphs. They lead to the mistake and never hold the line that mends it.
    example : tuple of str
        Lines, at most 72 wide.
    """

    id: str
    group: str
    title: str
    seen: str
    idea: tuple[str, ...]
    example: tuple[str, ...]
    question: str
