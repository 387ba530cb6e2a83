"""One assignment held against one file, and what is seen there."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck_grader.assignment import Assignment, Interface, Part
from gradcheck_grader.detection.portrait import Portrait
from gradcheck_grader.sandbox.job import Value
from gradcheck_grader.sandbox.survey import FunctionFacts


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that was looked at.

    ``weight`` counts for the assignment; ``against`` rules it out, whatever else fits. ``words``
    continue "the file ...".
    """

    name: str
    weight: int = 0
    words: str = ""
    against: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """One assignment held against one file.

    Attributes
    ----------
    function : FunctionFacts or None
        The one that the assignment would call.
    helpers : frozenset of str
        Names that functions which other assignments would call make use of.
    names : frozenset of str
        Names that any function makes use of.
    values : tuple
        What it would be called with, on some network of the greatest depth.
    layout : str
        ``rows`` or ``columns``: how the file's functions turn their arrays; empty if that is open.
    """

    assignment: Assignment
    function: FunctionFacts | None
    helpers: frozenset[str]
    names: frozenset[str]
    portrait: Portrait
    values: tuple[Value, ...]
    layout: str

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that a file must have for this assignment."""
        return required(self.assignment)

    @property
    def interface(self) -> Interface:
        """How the function is called."""
        return self.parts[0].interface


def required(assignment: Assignment) -> tuple[Part, ...]:
    """Return the parts that are not optional."""
    return tuple(part for part in assignment.parts if not part.optional)
