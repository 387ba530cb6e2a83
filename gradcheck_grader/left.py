"""Answers that nothing returns: gradients that a method has left on its object."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck_grader.answer import Entry, read_answer
from gradcheck_grader.assignment import Part
from gradcheck_grader.sandbox.job import Value
from gradcheck_grader.trials import Trial


def left_on_object(part: Part, trial: Trial, after: Mapping[str, Value]) -> dict[str, Entry] | None:
    """Return the gradients that a call has set on its object, under the keys of the assignment.

    They are attributes, or entries of one dict that is an attribute. None if any of them is not
    there: what is graded is the answer of one call, whole.
    """
    if part.interface.thetas is not None:  # those are told by their shapes, not by their names
        return None
    for held in (dict(after), *after.values()):
        if isinstance(held, dict):
            entries = read_answer(part, trial, held)
            if not any(entry.fault == "missing" for entry in entries.values()):
                return entries
    return None
