"""A method that adds to what it keeps on its object: right on a new one, and wrong on a used one.

That may be meant, where something sets the sums to zero between two calls, as a ``zero_grad``: so
it is told, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.wording import WORDS
from gradcheck_grader.models import Finding


def kept_on_object(part: Part, twice: Sequence[Comparison]) -> Iterator[Finding]:
    """Yield a note if the same call, made twice on one object, is right and then wrong.

    ``twice`` are the gradients of the first call, then those of the second.
    """
    half = len(twice) // 2
    pairs = zip(twice[:half], twice[half:], strict=True)
    changed = {b.name for a, b in pairs if (a.verdict, b.verdict) == ("correct", "wrong")}
    first_is_right = all(item.verdict == "correct" for item in twice[:half])
    if changed and first_is_right:
        yield Finding(
            id="kept-on-object",
            severity="note",
            part=part.name,
            gradients=part.in_order(changed),
            **WORDS["kept-on-object"]._asdict(),
        )
