"""Whether a function may be written for another cache than the task's: that of its file.

One that stops with the task's cache says so by itself. Another reads other things under the same
names, as ``cache["Z1"]`` for what the task calls A1, and does not stop; or it does so only in some
networks. Both are told by their gradients: wrong with the task's cache, and right with the one that
the file's own forward pass makes.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.behaviour import works_on_an_object
from gradcheck_grader.sandbox.child.reading.passes import goes_forward
from gradcheck_grader.sandbox.job import Problem, Result


def may_have_own_cache(part: Part, result: Result, comparisons: Sequence[Comparison]) -> bool:
    """Return whether a function is wrong, and stands in a file with a forward pass.

    None that ran into a limit: it would do so again.
    """
    if part.kind == "step" or result.loaded is None or works_on_an_object(part, result):
        return False
    stopped = {outcome.kind for outcome in result.outcomes if isinstance(outcome, Problem)}
    is_wrong = count_right(comparisons) < len(comparisons)
    return is_wrong and stopped <= {"error"} and any(map(goes_forward, result.loaded.defined))


def count_right(comparisons: Sequence[Comparison]) -> int:
    """Return how many gradients of all networks are right."""
    return sum(item.verdict == "correct" for item in comparisons)
