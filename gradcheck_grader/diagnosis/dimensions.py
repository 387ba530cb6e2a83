"""Gradients with more dimensions than a parameter can have, and the comma that has made them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.source_notes import LONE_COMMA
from gradcheck_grader.diagnosis.wording import WORDS, listed
from gradcheck_grader.models import Finding
from gradcheck_grader.sandbox.job import Result


def extra_dimensions(
    part: Part, comparisons: Sequence[Comparison], result: Result
) -> Iterator[Finding]:
    """Yield what came back with three dimensions or more.

    Formulas are not looked for in such numbers: a shape of too many sizes fits several by chance.
    """
    wrong = [item for item in comparisons if item.verdict == "wrong shape"]
    deep = {
        item.name: item.raw.ndim for item in wrong if item.raw is not None and item.raw.ndim > 2
    }
    names = part.in_order(deep)
    if not names:
        return
    notes = result.loaded.notes if result.loaded is not None else ()
    commas = [note for note in notes if note.id == LONE_COMMA]
    said = f"{listed(names)} came back with {max(deep.values())} dimensions."
    yield Finding(
        id="extra-dimension",
        severity="mistake",
        part=part.name,
        gradients=names,
        title=WORDS["extra-dimension"].title,
        message=" ".join([said, *(note.message for note in commas)]),
        hint=WORDS["extra-dimension"].hint,
        line=commas[0].line if commas else None,
    )
