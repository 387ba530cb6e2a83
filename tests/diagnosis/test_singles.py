"""Every catalogued formula, as a program in every convention, is named exactly.

The same numbers can have two names; then the other one is told as a rival.
"""

from __future__ import annotations

import pytest

from gradcheck_grader.diagnosis.search.programs import Program, single_mistakes

from .conventions import CONVENTIONS, Room, is_finite, is_right, room

# The deltas of a softmax layer add up to zero over its classes; these mistakes leave nothing.
VANISHES = {"prop-weights-forgotten", "batch-mean-error-as-delta"}
EARLY = ("A tanh, sigmoid, mean", "D relu, sigmoid, softmax")


def outcome(room: Room, id: str, program: Program) -> str:
    """Return how the diagnosis of one program went; an empty text if it does not run."""
    try:
        cases = room.cases(program)
    except (ValueError, KeyError, TypeError):
        return ""
    if not is_finite(cases):
        return ""
    if is_right(room, cases):
        return "invisible"
    found = room.explain(program)
    ids = [cause.id for cause in found.causes]
    if found.unexplained or len(ids) != 1:
        return f"{ids}, open {found.unexplained}"
    if ids == [id] or id in [rival.id for rival in found.causes[0].rivals]:
        return "named"
    if id in VANISHES and ids == ["zero-gradient"]:
        return "named"
    return f"{ids}"


# Where 1/m stands is tried in two conventions.
ROUNDS = [(name, False) for name in CONVENTIONS] + [(name, True) for name in EARLY]


@pytest.mark.parametrize(("convention", "early"), ROUNDS)
def test_every_catalogued_slip_is_named(convention: str, early: bool) -> None:
    here = room(convention)
    wrong, named = [], 0
    for id, plain in single_mistakes(here.bench):
        program = Program(plain.variants, {}, {}, early)
        result = outcome(here, id, program)
        named += result == "named"
        if result not in ("", "named", "invisible") and not _penalty_spreads(convention, id):
            wrong.append((id, list(program.variants), result))
    assert not wrong
    assert named > 60


def _penalty_spreads(convention: str, id: str) -> bool:
    """Return whether NumPy would spread a misshapen dW over the penalty: no formula of ours."""
    misshapen = ("dW-transposed", "dW-uses-own-activation", "delta-of-wrong-layer")
    return convention.startswith("H") and id in misshapen
