"""Inexact or misshapen by intent: single precision, guards, rounded results, flat biases.

A guard is a small number inside a division or a logarithm, such as ``+ 1e-8``. These are
recognised by reproducing them, never by a wider tolerance: an answer that is merely close stays
wrong. Whether one is a note at full points or a mistake, the assignment says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gradcheck_grader.assignment import Accept
from gradcheck_grader.comparison import Comparison, excess_error
from gradcheck_grader.measured import steps_of
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import Arrays, backward
from gradcheck_grader.reference.rounding import tolerance
from gradcheck_grader.single_precision import ONE_PLACE, errors_of, within
from gradcheck_grader.trials import Trial

POWERS = tuple(10.0**-k for k in range(15, 2, -1))
OTHERS = (2.0**-52, 2.0**-23, *(digit * power for power in POWERS for digit in (2, 3, 5)))
"""Guards that are seldom chosen, first those that NumPy's ``finfo`` gives."""
NEAR = 0.1  # relative error: most wrong answers are further off, and need not be tried with all
DECIMALS = range(12, 1, -1)
AS_SHAPED, IN_SINGLE = "the values are right", "in single precision"  # details of right values
OF_SINGLE = "errors of the size that float32 makes"
LEAST_OF_SINGLE = 2.0**-28  # of a relative error: a sixteenth of the unit roundoff of float32


@dataclass(frozen=True, slots=True)
class Inexact:
    """One recognised reason: the finding's id, its evidence, and whether it costs points."""

    id: str
    evidence: str
    mistake: bool


def recognise(
    comparisons: Sequence[Comparison], accept: Accept
) -> tuple[list[Comparison], dict[str, Inexact]]:
    """Return the comparisons of one part with recognised gradients marked.

    A gradient that some reason explains on all of its trials carries the reason's id as a note,
    and is correct where the assignment accepts it. The reasons met come second, by id.
    """
    by_name: dict[str, list[Comparison]] = {}
    for comparison in comparisons:
        by_name.setdefault(comparison.name, []).append(comparison)
    open_names = [name for name, group in by_name.items() if _is_open(group)]
    reasons: dict[str, Inexact] = {}
    marked = [_with_policy(item, accept) for item in comparisons]
    for recogniser in (_rounded, _measured, _single_precision, _single_in_one_place, _guarded):
        groups = {name: by_name[name] for name in open_names}
        for name, reason in recogniser(groups, accept):
            reasons[reason.id] = reason
            open_names.remove(name)
            marked = [_mark(item, reason) if item.name == name else item for item in marked]
    return marked, reasons


def _with_policy(item: Comparison, accept: Accept) -> Comparison:
    """Return the comparison with shapes and single precision judged as the assignment says."""
    if item.verdict == "correct" and accept.flat_bias == "mistake":
        shapes = [note for note in item.notes if note.startswith("shape-")]
        if shapes:
            return replace(item, verdict="wrong shape", detail=AS_SHAPED)
    if item.verdict == "correct" and accept.float32 == "mistake" and "float32" in item.notes:
        return replace(item, verdict="wrong", detail=IN_SINGLE)
    return item


def _is_open(group: Sequence[Comparison]) -> bool:
    """Return whether a gradient has numbers in every trial and some of them are wrong."""
    if all(item.verdict != "wrong" for item in group):
        return False
    return all(item.values is not None and np.isfinite(item.values).all() for item in group)


def _mark(item: Comparison, reason: Inexact) -> Comparison:
    notes = (*item.notes, reason.id)
    if item.verdict != "wrong":
        return replace(item, notes=notes)
    if reason.mistake:
        return replace(item, notes=notes, detail=reason.evidence)
    return replace(item, notes=notes, verdict="correct", detail="", worst=None)


Groups = dict[str, list[Comparison]]
Recognised = Iterator[tuple[str, Inexact]]


def _numbers(item: Comparison) -> Array:
    assert item.values is not None
    return item.values


def _measured(groups: Groups, accept: Accept) -> Recognised:
    """Yield gradients that are differences of losses over a step; right ones within float32."""
    for name, step in steps_of(groups).items():
        evidence = f"the errors of a central difference with a step of about {step:.0e}"
        if accept.float32 == "note" and all(map(within, groups[name])):
            yield name, Inexact("fewer-digits", evidence, mistake=False)
        else:
            yield name, Inexact("numerical-derivative", evidence, mistake=True)


def _single_precision(groups: Groups, accept: Accept) -> Recognised:
    """Yield gradients that were computed in float32 and handed over as float64, or no worse.

    Their errors are within the single precision bound *and* look like rounding.
    """
    candidates = [name for name, group in groups.items() if all(map(within, group))]
    if not candidates:
        return
    errors = errors_of([item for name in candidates for item in groups[name]])
    single = errors.are_of_single_precision()
    if errors.look_random() or (single and errors.look_random_by_network()):
        mistake, size = accept.float32 == "mistake", errors.size()
        reason = Inexact("float32", OF_SINGLE, mistake)
        if size < LEAST_OF_SINGLE or not single:
            digits = int(-math.log10(size))
            reason = Inexact("fewer-digits", f"right to about {digits} digits", mistake)
        yield from ((name, reason) for name in candidates)


def _single_in_one_place(groups: Groups, accept: Accept) -> Recognised:
    """Yield gradients that single precision in one known place reproduces to the last digit."""
    reproduced = [_explained(groups, one_place) for one_place in ONE_PLACE]
    reason = Inexact("float32", OF_SINGLE, accept.float32 == "mistake")
    yield from ((name, reason) for name in max(reproduced, key=len))


def _guarded(groups: Groups, accept: Accept) -> Recognised:
    """Yield gradients that a guard in a division or a logarithm reproduces to the last digit."""
    names, epsilon = _best_guard(groups, POWERS)
    if not names:
        near = {name: group for name, group in groups.items() if all(map(_is_near, group))}
        names, epsilon = _best_guard(near, OTHERS)
    if names:
        evidence = f"a guard of {epsilon:.2g} is inside"
        reason = Inexact("guard", evidence, epsilon > accept.guard * (1 + 1e-9))
        yield from ((name, reason) for name in names)


def _is_near(item: Comparison) -> bool:
    """Return whether an answer is as near to the right one as a small guard leaves it."""
    return item.relative_error is not None and item.relative_error < NEAR


def _best_guard(groups: Groups, guards: Sequence[float]) -> tuple[list[str], float]:
    """Return the gradients that one of these guards reproduces, and the one that has most."""
    best: tuple[list[str], float] = ([], 0.0)
    for form in GUARD_FORMS:
        for epsilon in guards:
            guarded = partial(_guarded_gradients, form=form, epsilon=epsilon)
            explained = _explained(groups, guarded)
            if len(explained) > len(best[0]):
                best = explained, epsilon
    return best


GuardForm = Callable[[Array, Array, float], Array]


def _explained(groups: Groups, reproduce: Callable[[Trial], Arrays | None]) -> list[str]:
    """Return the gradients that this reproduces in all trials, nearest to the loss first."""
    made: dict[Trial, Arrays | None] = {}
    names = []
    for name, group in groups.items():
        for item in group:
            trial = item.trial
            if trial not in made:
                made[trial] = reproduce(trial)
            gradients = made[trial]
            if gradients is None or name not in gradients or not _equals(item, gradients[name]):
                break
        else:
            names.append(name)
    return names


def _equals(item: Comparison, value: Array) -> bool:
    allowed = tolerance(item.trial.bound[item.name])
    return bool(excess_error(_numbers(item), value, allowed).max(initial=0.0) <= 1.0)


def _guarded_gradients(trial: Trial, form: GuardForm, epsilon: float) -> dict[str, Array] | None:
    network = trial.problem.network
    if "cross_entropy" not in network.loss or trial.truth is not trial.gradients:
        return None
    last = network.depth
    a, y = trial.cache[f"A{last}"], trial.problem.Y
    if (network.loss == "binary_cross_entropy") != (form in BINARY_FORMS):
        return None
    delta = network.activation(last).pull_back(trial.cache[f"Z{last}"], form(a, y, epsilon))
    return backward(trial.problem, trial.cache, delta)[0]


def _share(y: Array, epsilon: float) -> float:
    """Return m / (m + epsilon): a guard in the average over the examples."""
    return len(y.T) / (len(y.T) + epsilon)


BINARY_FORMS: tuple[GuardForm, ...] = (
    lambda a, y, e: -y / (a + e) + (1 - y) / (1 - a + e),
    lambda a, y, e: (a - y) / (a * (1 - a) + e),
    lambda a, y, e: (a - y) / ((a + e) * (1 - a + e)),
    lambda a, y, e: -y / a + (1 - y) / (1 - a + e),
    lambda a, y, e: -y / (a + e) + (1 - y) / (1 - a),
    lambda a, y, e: -y / (a + e) + (1 - y) / (1 - (a + e)),
    lambda a, y, e: -y / (a - e) + (1 - y) / (1 - (a - e)),
    lambda a, y, e: (a - y) / (a * (1 - a)) * _share(y, e),
)
CATEGORICAL_FORMS: tuple[GuardForm, ...] = (
    lambda a, y, e: -y / (a + e),
    lambda a, y, e: -y / a * _share(y, e),
)
GUARD_FORMS = BINARY_FORMS + CATEGORICAL_FORMS


def _rounded(groups: Groups, accept: Accept) -> Recognised:
    """Yield gradients that are the right ones rounded to some decimals, or cut to float16."""
    for name, group in groups.items():
        if all(_is_half(item) for item in group):
            yield name, Inexact("rounded", "in half precision", accept.rounded == "mistake")
            continue
        for decimals in DECIMALS:
            if all(_is_rounded(item, decimals) for item in group):
                evidence = f"rounded to {decimals} decimals"
                yield name, Inexact("rounded", evidence, accept.rounded == "mistake")
                break


def _is_half(item: Comparison) -> bool:
    """Return whether the numbers are float16, and the right ones but for that."""
    truth = item.trial.truth[item.name]
    # The nearest number of 11 binary digits, or, close to zero, of a fixed spacing.
    cut = np.maximum(2.0**-11 * np.abs(truth), 2.0**-25)
    near = np.abs(_numbers(item) - truth) <= cut + tolerance(item.trial.bound[item.name])
    return bool(item.dtype == "float16" and near.all())


def _is_rounded(item: Comparison, decimals: int) -> bool:
    values, truth = _numbers(item), item.trial.truth[item.name]
    unit = 10.0**-decimals
    on_grid = np.abs(values - np.round(values, decimals)) <= 1e-15 * (1 + np.abs(values))
    allowed = 0.5 * unit * (1 + 1e-9) + tolerance(item.trial.bound[item.name])
    return bool(on_grid.all() and (np.abs(values - truth) <= allowed).all())
