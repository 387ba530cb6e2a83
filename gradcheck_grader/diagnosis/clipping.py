"""Gradients that are cut to a range, or made shorter where they are long: a part of training.

Usual networks have small gradients, so that only the extreme ones tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.wording import WORDS
from gradcheck_grader.models import Finding
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.rounding import tolerance
from gradcheck_grader.sandbox.job import Result
from gradcheck_grader.trials import Trial

CUTS, NORMS = "cuts-values", "takes-a-norm"  # notes of the source
NUMBER = r"\d+\.?\d*(?:e-?\d+)?"  # as a note of the source spells it
SAME = 1e-9  # relative difference of numbers that are one limit
LEAST_RIGHT = 2  # entries that are as they should be, or nothing shows that the rest was cut


class Numbers(NamedTuple):
    """What came back and what is right, entry by entry; one or more gradients of one network."""

    values: Array
    truth: Array
    allowed: Array

    @property
    def wrong(self) -> Array:
        """Where an entry is wrong."""
        return np.asarray(np.abs(self.values - self.truth) > self.allowed)


def clipped(part: Part, comparisons: Sequence[Comparison], result: Result) -> Iterator[Finding]:
    """Yield a finding of the gradients that are right but for a limit."""
    if all(item.verdict == "correct" for item in comparisons):
        return
    first = {(item.name, item.trial): item for item in reversed(comparisons)}.values()
    numbers = [(item, numbers_of(item)) for item in first]
    by_name: dict[str, list[Numbers]] = {}
    by_trial: dict[Trial, list[Numbers]] = {}
    for item, own in numbers:
        if own is None:
            return
        by_name.setdefault(item.name, []).append(own)
        by_trial.setdefault(item.trial, []).append(own)
    wrong = [n for n in part.names if _any_wrong(by_name.get(n, ()))]
    found: list[tuple[Sequence[str], str, str, tuple[float, ...]]] = []
    cut = [name for name in wrong if _range(by_name[name]) is not None]
    limits = _range([own for name in cut for own in by_name[name]], told=True) if cut else None
    if limits is not None:
        found.append((cut, _cut_words(*limits), CUTS, limits))
    short = [name for name in wrong if _length(by_name[name]) is not None]
    length = _length([own for name in short for own in by_name[name]], told=True)
    if length is not None:
        message = f"A gradient longer than {length:.4g} is made that long; a shorter one is right."
        found.append((short, message, NORMS, (length,)))
    whole = _length([_joined(several) for several in by_trial.values()], told=True)
    if whole is not None:
        message = f"Where all gradients together are longer than {whole:.4g}, they are made that "
        message += "long; else they are right."
        found.append((wrong, message, NORMS, (whole,)))
    if found:  # a gradient of one entry is cut and made shorter at once
        names, message, kind, met = max(found, key=lambda one: len(one[0]))
        yield _finding(part, names, message, result, kind, met)


def numbers_of(item: Comparison) -> Numbers | None:
    """Return a gradient, or what a step has taken off; None without numbers."""
    if item.values is None or not np.isfinite(item.values).all():
        return None
    trial, truth = item.trial, item.trial.truth[item.name]
    allowed = tolerance(trial.bound[item.name], item.dtype or np.float64)
    before = trial.problem.parameters.get(item.name)
    if before is None:
        return Numbers(item.values.ravel(), truth.ravel(), allowed.ravel())
    taken, right = ((before - array) / trial.rate for array in (item.values, truth))
    return Numbers(taken.ravel(), right.ravel(), allowed.ravel() / trial.rate)


def _any_wrong(group: Sequence[Numbers]) -> bool:
    return any(numbers.wrong.any() for numbers in group)


def _joined(several: Sequence[Numbers]) -> Numbers:
    return Numbers(*(np.concatenate(arrays) for arrays in zip(*several, strict=True)))


def _range(group: Sequence[Numbers], *, told: bool = False) -> tuple[float, float] | None:
    """Return the range that all wrong entries are cut to; infinite on a side without any.

    ``told`` asks for enough of it to be sure: a single entry may be wrong for any reason.
    """
    values, truth, allowed = _joined(group)
    over, under = truth - values > allowed, values - truth > allowed
    right = ~(over | under)
    high = float(values[over].min(initial=np.inf))
    low = float(values[under].max(initial=-np.inf))
    inside = (truth[right] <= high + allowed[right]) & (truth[right] >= low - allowed[right])
    one_high = np.abs(values[over] - high) <= allowed[over]
    one_low = np.abs(values[under] - low) <= allowed[under]
    if not (low < high and low and high and inside.all() and one_high.all() and one_low.all()):
        return None
    several = np.count_nonzero(~right) > 1 or any(map(_is_round, (low, high)))
    enough = np.count_nonzero(right & (np.abs(truth) > allowed)) >= LEAST_RIGHT
    return (_plain(low), _plain(high)) if not told or (several and enough) else None


def _length(group: Sequence[Numbers], *, told: bool = False) -> float | None:
    """Return the one length of all that are shorter than they should be, and turned nowhere."""
    lengths, right_ones = [], []
    for values, truth, allowed in group:
        own, right = float(np.linalg.norm(values)), float(np.linalg.norm(truth))
        if not (np.abs(values - truth) > allowed).any():
            right_ones.append(right)
            continue
        if not 0.0 < own < right:
            return None
        if np.abs(values - own / right * truth).max() > SAME * np.abs(values).max():
            return None
        lengths.append(own)
    if not lengths or np.ptp(lengths) > SAME * lengths[0]:
        return None
    if max(right_ones, default=0.0) > lengths[0] * (1 + SAME):
        return None
    several = len(lengths) > 1 or _is_round(lengths[0])
    return _plain(lengths[0]) if not told or (several and right_ones) else None


def _is_round(number: float) -> bool:
    return bool(np.isfinite(number)) and abs(float(f"{number:.2g}") - number) <= SAME * abs(number)


def _plain(number: float) -> float:
    return float(f"{number:.9g}")


def _cut_words(low: float, high: float) -> str:
    if not np.isfinite(low):
        return f"Entries above {high:.4g} are cut to {high:.4g}; all others are right."
    if not np.isfinite(high):
        return f"Entries below {low:.4g} are cut to {low:.4g}; all others are right."
    return f"Entries are cut to the range from {low:.4g} to {high:.4g}; within it they are right."


def _finding(
    part: Part, names: Sequence[str], message: str, result: Result, kind: str,
    limits: Sequence[float],
) -> Finding:  # fmt: skip
    return Finding(
        id="clipped",
        severity="mistake",
        part=part.name,
        gradients=tuple(names),
        title=WORDS["clipped"].title,
        message=message,
        hint=WORDS["clipped"].hint,
        line=_line(result, kind, limits),
    )


def _line(result: Result, kind: str, limits: Sequence[float]) -> int | None:
    """Return where the source cuts: the only place, or the only one with this number in it."""
    notes = result.loaded.notes if result.loaded else ()
    found = {note.line: note.message for note in notes if note.id == kind and note.line}
    sizes = {abs(limit) for limit in limits}
    named = [
        line
        for line, text in found.items()
        if sizes & {float(number) for number in re.findall(NUMBER, text)}
    ]
    lines = named if len(found) > 1 else list(found)
    return lines[0] if len(lines) == 1 else None
