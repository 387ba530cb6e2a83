"""One gradient of one outcome against the truth.

An entry is right if abs(student - truth) <= 64 u S, with u = 2**-53 and S the running error bound
of that entry for any correct order of operations (``reference/rounding.py``). Entries decide; the
normwise relative error is what a person is shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.answer import Entry, Lack
from gradcheck_grader.assignment import Interface
from gradcheck_grader.interface import in_layout
from gradcheck_grader.models import Verdict
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.rounding import UNIT_ROUNDOFF, tolerance
from gradcheck_grader.sandbox.job import Problem
from gradcheck_grader.trials import Trial

SAFE_NORM = 1e-100  # squares of numbers of this size keep their digits
VAGUE = "wrong values"
UNCHANGED, STEP = "unchanged", "step: "  # details of new parameters; the second goes on
LEAST_FACTOR = 1e-3  # away from 1: less is no slip in a factor
FACTOR_PRECISION = 1e-11  # of a common factor: far above rounding, far below any slip


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What one gradient was in one trial.

    Attributes
    ----------
    values : ndarray or None
        The student's numbers, features x examples, in the truth's shape, where there are any.
    relative_error : float or None
        norm(student - truth) / (norm(student) + norm(truth)), in [0, 1]; None without numbers.
    worst : tuple of int or None
        The entry furthest outside its tolerance.
    detail : str
        What was seen, in a few words; empty for a correct one.
    notes : tuple of str
        Ids of findings that cost nothing by themselves.
    raw : ndarray or None
        Numbers of a wrong shape, as they came.
    lacks : {"answer", "key", "value"} or None
        What of it is not there at all, though the call returned.
    """

    trial: Trial
    name: str
    verdict: Verdict
    values: Array | None = None
    dtype: str = ""
    relative_error: float | None = None
    worst: tuple[int, ...] | None = None
    detail: str = ""
    notes: tuple[str, ...] = ()
    raw: Array | None = None
    lacks: Lack | None = None


def compare(
    trial: Trial, name: str, entry: Entry, interface: Interface | None = None
) -> Comparison:
    """Return the comparison of one gradient that came back.

    Parameters
    ----------
    trial : Trial
        Its truth and bound have the name.
    name : str
        The gradient, e.g. ``dW1``.
    entry : Entry
        What came back under it.
    interface : Interface, optional
        Whose rows and columns are spoken of; ours, features x examples, if it is not given.
    """
    if entry.values is None:
        return Comparison(
            trial, name, entry.fault or "missing", dtype=entry.dtype,
            detail=entry.detail, raw=entry.raw, lacks=entry.lacks,
        )  # fmt: skip
    truth, values = trial.truth[name], np.asarray(entry.values, np.float64)
    allowed = tolerance(trial.bound[name], entry.values.dtype)
    single = entry.values.dtype == np.float32
    notes = (*entry.notes, "float32") if single else entry.notes
    # Not a number is not within anything.
    if np.count_nonzero(np.abs(values - truth) <= allowed) == values.size:
        error = relative_error(values, truth)
        return Comparison(trial, name, "correct", values, entry.dtype, error, notes=notes)
    finite = np.isfinite(values)
    if not finite.all():
        worst = tuple(int(i) for i in np.argwhere(~finite)[0])
        detail = "some entries are not finite" if finite.any() else "not finite (nan or inf)"
        return Comparison(trial, name, "wrong", values, entry.dtype, None, worst, detail)
    excess = excess_error(values, truth, allowed)
    error = relative_error(values, truth)
    worst = tuple(int(i) for i in np.unravel_index(int(excess.argmax()), excess.shape))
    before = trial.problem.parameters.get(name)  # a gradient's name is none of a parameter
    told = "" if before is None else step_pattern(values, truth, before)
    wrong = excess > 1.0
    wrong = wrong if interface is None else in_layout(interface, name, wrong)
    detail = told or pattern(values, truth, wrong)
    return Comparison(trial, name, "wrong", values, entry.dtype, error, worst, detail, notes)


def failed(trial: Trial, name: str, problem: Problem) -> Comparison:
    """Return the comparison of a gradient of a call that did not return."""
    verdict: Verdict = "timeout" if problem.kind == "timeout" else "error"
    if problem.kind == "missing":
        verdict = "missing"
    return Comparison(trial, name, verdict, detail=_how_it_stopped(problem))


def _how_it_stopped(problem: Problem) -> str:
    at = f" in line {problem.line}" if problem.line else ""
    return {
        "timeout": f"took too long{at}",
        "memory": f"used too much memory{at}",
        "missing": "not found in the submission",
        "load": f"{problem.exception or 'the file cannot be used'}{at}",
        "forbidden": f"not allowed{at}",
        "output": f"too much output{at}",
    }.get(problem.kind, f"{problem.exception or 'stopped'}{at}")


def excess_error(values: Array, truth: Array, allowed: Array) -> Array:
    """Return the error of every entry over what is allowed there; 0/0 is 0, x/0 infinite."""
    error = np.abs(values - truth)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = error / allowed
    return np.where(error == 0.0, 0.0, ratio)


def relative_error(values: Array, truth: Array) -> float:
    """Return norm(a - b) / (norm(a) + norm(b)), 0 if both are zero, without overflow."""
    size = _norm(values) + _norm(truth)
    if SAFE_NORM < size < 1 / SAFE_NORM:  # nearly always: no square is lost
        return _norm(values - truth) / size
    scale = max(float(np.abs(values).max(initial=0.0)), float(np.abs(truth).max(initial=0.0)))
    if scale == 0.0:
        return 0.0
    a, b = values / scale, truth / scale
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


def _norm(values: Array) -> float:
    """Return the square root of the sum of squares, which may overflow or vanish."""
    return math.sqrt(np.vdot(values, values))


def pattern(values: Array, truth: Array, wrong: Array) -> str:
    """Return in a few words how wrong numbers differ from the right ones.

    ``wrong`` says of every entry whether it is, in the layout of the one who reads it.
    """
    if not values.any():
        return "zero everywhere"
    if truth.size == 1:  # any number has a factor; whether it means anything, other trials tell
        return VAGUE
    factor = common_factor(values, truth)
    if factor is not None and abs(factor - 1.0) > LEAST_FACTOR:
        return factor_in_words(factor)
    if wrong.all() or wrong.size < 4:
        return "no simple factor"
    if wrong.sum() == 1:
        return "wrong in one entry"
    if wrong.ndim == 2:
        rows, columns = wrong.any(axis=1), wrong.any(axis=0)
        if not rows.all() and wrong[rows].all():
            return f"wrong in {rows.sum()} of {rows.size} rows"
        if not columns.all() and wrong[:, columns].all():
            return f"wrong in {columns.sum()} of {columns.size} columns"
    return f"wrong in {wrong.sum()} of {wrong.size} entries"


def factor_of(item: Comparison) -> float | None:
    """Return how many times the right answer, or the right step, a comparison's numbers are."""
    truth, before = item.trial.truth[item.name], item.trial.problem.parameters.get(item.name)
    if before is None:
        return common_factor(item.values, truth)
    return step_factor(item.values, truth, before)


def step_pattern(values: Array, truth: Array, before: Array) -> str:
    """Return in a few words how a wrong step differs from the right one, where that shows.

    The new parameters hardly differ from the old ones, so it is what was taken off that is told.
    """
    if np.array_equal(values, before):
        return UNCHANGED
    if truth.size == 1:
        return ""
    factor = step_factor(values, truth, before)
    if factor is not None and abs(factor - 1.0) > LEAST_FACTOR:
        return STEP + factor_in_words(factor)
    lost = 1e-9 * float(np.abs(values).max())  # the step has less digits than the parameter
    return "the old value is missing" if common_factor(values, before - truth, lost) else ""


def step_factor(values: Array | None, truth: Array, before: Array) -> float | None:
    """Return c where the step is c times the right one up to the rounding of parameters."""
    if values is None:
        return None
    lost = 4.0 * UNIT_ROUNDOFF * float((np.abs(before) + np.abs(values)).max())
    factor = common_factor(before - values, before - truth, lost)
    return factor if factor and abs(factor) > 1e-6 else None  # else it is rounding alone


def common_factor(values: Array | None, truth: Array, lost: float = 0.0) -> float | None:
    """Return c where values = c truth up to rounding, or None; ``lost`` was rounded off before."""
    norm = float(np.vdot(truth, truth))
    if values is None or norm == 0.0:
        return None
    factor = float(np.vdot(truth, values)) / norm
    residual = np.abs(values - factor * truth).max()
    return factor if residual <= FACTOR_PRECISION * np.abs(values).max() + lost else None


def factor_in_words(factor: float) -> str:
    """Return e.g. ``3.0 x too large`` or ``the sign is flipped``."""
    if abs(factor + 1.0) < 1e-9:
        return "the sign is flipped"
    sign = " and the sign is flipped" if factor < 0 else ""
    size = abs(factor)
    if size > 1.0:
        return f"{size:.4g} × too large{sign}"
    return f"{1.0 / size:.4g} × too small{sign}"


def main_verdict(verdicts: Mapping[Verdict, int]) -> Verdict:
    """Return the verdict of a gradient from how often each was met in its trials."""
    order: tuple[Verdict, ...] = ("timeout", "error", "missing", "wrong shape", "wrong")
    met = [verdict for verdict in order if verdicts.get(verdict)]
    return max(met, key=lambda verdict: verdicts[verdict]) if met else "correct"
