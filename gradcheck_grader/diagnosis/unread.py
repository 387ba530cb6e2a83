"""A slope that is computed and not read: the source tells what the numbers leave open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck_grader.diagnosis.lines import MISSING_SLOPE, slope_is_unread
from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue
from gradcheck_grader.diagnosis.search.explanation import Explanation
from gradcheck_grader.sandbox.job import Step

FIRST, ITS_GRADIENTS = ("dZ1",), ("dW1", "db1")
USE_DA = "gradients-use-dA"


def as_the_source_has_it(
    explanation: Explanation, catalogue: Catalogue, depth: int, steps: Sequence[Step]
) -> Explanation:
    """Return the explanation with a slope that is computed told as one that is not read.

    Nothing goes on from the first layer: its delta without the slope, and both gradients made from
    dA, are the same numbers.
    """
    if not slope_is_unread(*FIRST, depth, steps):
        return explanation
    told = [one for one in explanation.causes if (one.id, one.places) == (MISSING_SLOPE, FIRST)]
    if not told:
        return explanation
    causes = tuple(
        one.told_as(catalogue[USE_DA], ITS_GRADIENTS) if one in told else one
        for one in explanation.causes
    )
    charges = {
        name: replace(charge, of=USE_DA) if charge.of == MISSING_SLOPE else charge
        for name, charge in explanation.gradients.items()
    }
    return replace(explanation, causes=causes, gradients=charges)
