"""What graded networks tell of a step: its length, and that of one whose gradients were given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import (
    STEP,
    UNCHANGED,
    VAGUE,
    Comparison,
    factor_in_words,
    factor_of,
)
from gradcheck_grader.diagnosis.wording import WORDS
from gradcheck_grader.models import Finding

RATE_FIXED = "learning-rate-fixed"
ZERO = (
    "The step is zero",
    "These parameters came back as they were passed.",
    "Is something taken off each of them, and is the new value handed back?",
)
LENGTH = (
    "The step has another length",
    "What is taken off is a multiple of the right step{length}.",
    "Which numbers does the step multiply? Is the learning rate the one that is passed, and is it "
    "there once?",
)
FLIPPED = (
    "The sign of the step is flipped",
    "The step has the right size and the wrong sign.",
    "Does a step of yours lower the loss? Two signs decide it: that of the gradient, and the "
    "one in the update.",
)


def rates_taken(comparisons: Sequence[Comparison]) -> dict[str, float]:
    """Return the parameters whose step has one learning rate where others were passed: that rate.

    Empty where all networks are passed the same, for then it is a factor like any other.
    """
    groups: dict[str, list[Comparison]] = {}
    for item in comparisons:
        groups.setdefault(item.name, []).append(item)
    taken: dict[str, float] = {}
    for name, group in groups.items():
        passed = np.array([item.trial.rate for item in group])
        if name in group[0].trial.problem.parameters and np.ptp(passed) > 0:
            rates = np.array([factor_of(item) or np.nan for item in group]) * passed
            if np.allclose(rates, rates[0], rtol=1e-6, atol=0.0):
                taken[name] = float(rates[0])
    return taken


def of_the_rate(rates: Mapping[str, float], names: Sequence[str]) -> tuple[str, str, str] | None:
    """Return title, message and hint if these parameters all have one rate of their own."""
    own = {rates.get(name) for name in names}
    rate = own.pop() if own else None
    if rate is None or not all(other and abs(other / rate - 1.0) < 1e-6 for other in own):
        return None
    if abs(rate - 1.0) < 1e-6:
        return (
            "The whole gradient is taken off",
            "The learning rate is not in the step: it has the size of the gradient, whatever "
            "learning rate is passed.",
            "How long is a step of gradient descent? What does the learning rate multiply?",
        )
    title, _, hint = WORDS[RATE_FIXED]
    message = f"The step is {rate:.4g} times the gradient, whatever learning rate is passed."
    return title, message, hint


def step_taken(part: Part, comparisons: Sequence[Comparison]) -> Iterator[Finding]:
    """Yield what all wrong parameters of a step have in common."""
    wrong = [item for item in comparisons if item.verdict == "wrong"]
    names = part.in_order({item.name for item in wrong})
    if part.kind != "step" or not names:
        return
    own_rate = of_the_rate(rates_taken(comparisons), names)
    if own_rate is not None:
        yield _finding(part, names, RATE_FIXED, own_rate)
        return
    told, names = _patterns(part, wrong)
    if told == {UNCHANGED}:
        yield _finding(part, names, "zero-gradient", ZERO)
    elif told == {STEP + factor_in_words(-1.0)}:
        yield _finding(part, names, "sign-flipped", FLIPPED)
    elif told and all(detail.startswith(STEP) for detail in told):
        same = len(told) == 1
        length = f": {told.pop().removeprefix(STEP)}" if same else ", not the same everywhere"
        title, message, hint = LENGTH
        told_of = (title, message.format(length=length), hint)
        yield _finding(part, names, "constant-factor", told_of)


def _finding(part: Part, names: tuple[str, ...], id: str, told: tuple[str, str, str]) -> Finding:
    title, message, hint = told
    return Finding(
        id=id,
        severity="mistake",
        part=part.name,
        gradients=names,
        title=title,
        message=message,
        hint=hint,
    )


def _patterns(part: Part, wrong: Sequence[Comparison]) -> tuple[set[str], tuple[str, ...]]:
    """Return what is seen in these steps, and the parameters in which it is seen.

    A single number is some multiple of any other. It counts where an array has the same factor,
    or, with no array wrong, where all networks have.
    """
    numbers = [item for item in wrong if item.detail == VAGUE]
    arrays = [item for item in wrong if item.detail != VAGUE]
    factors = [factor_of(item) or np.nan for item in arrays or numbers[:1]]
    told = {item.detail for item in arrays}
    off = {item.name for item in numbers if not _has(factors, factor_of(item))}
    if not arrays and not off:
        told = {STEP + factor_in_words(float(f"{factors[0]:.7g}"))}
    return told, part.in_order({item.name for item in wrong} - off)


def _has(factors: Sequence[float], factor: float | None) -> bool:
    return factor is not None and bool(np.isclose(factors, factor, rtol=1e-6, atol=0.0).any())
