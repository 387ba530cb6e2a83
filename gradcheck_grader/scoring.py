"""From comparisons to points: a row for every gradient, and the score."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.comparison import VAGUE, Comparison, factor_in_words, factor_of, main_verdict
from gradcheck_grader.diagnosis.search.explanation import Charge
from gradcheck_grader.interface import own_index, symbolic_shape
from gradcheck_grader.models import SAME_AGAIN, Finding, GradientResult, Verdict, Worst
from gradcheck_grader.reference.network import layer_of


def score_part(
    assignment: Assignment,
    part: Part,
    comparisons: Iterable[Comparison],
    findings: Sequence[Finding],
    charges: Mapping[str, Charge],
    *,
    expected: bool = False,
) -> tuple[GradientResult, ...]:
    """Return a row for every gradient of a part, nearest to the loss first.

    ``expected`` says whether a row holds the true value of its worst entry as well.

    A gradient has its points when it is right in every trial in which it occurs. One that is wrong
    only by a mistake that is already charged keeps what the assignment's ``follow_through`` says.
    """
    groups: dict[str, list[Comparison]] = {}
    for comparison in comparisons:
        groups.setdefault(comparison.name, []).append(comparison)
    rows = [
        _row(part, name, groups[name], findings, charges.get(name), expected)
        for name in part.in_order(groups)
    ]
    carried = [_carried(assignment, row, charges.get(row.name)) for row in rows]
    charged = [row for row in carried if row.verdict in CHARGED]
    if not charged:  # there is no mistake that the rest could follow from
        return tuple(rows)
    if any(row.max_points for row in charged):
        return tuple(carried)
    return tuple(_charged_where_it_costs(rows, carried))


CHARGED = ("wrong", "wrong shape")
CARRIED = ("consequence", "repeat")


def _carried(assignment: Assignment, row: GradientResult, charge: Charge | None) -> GradientResult:
    """Return the row, kept its points where it only follows from a mistake charged elsewhere."""
    if row.verdict not in CHARGED or charge is None or charge.standing not in CARRIED:
        return row
    consequence = charge.standing == "consequence"
    detail = f"right for your {charge.of}" if consequence else SAME_AGAIN
    # 100 * 0.29 is 28.999999999999996 in binary.
    points = math.floor(row.max_points * assignment.follow_through_share + 1e-9)
    verdict: Verdict = "follow-through"
    return replace(row, verdict=verdict, detail=detail, points=points)


def _charged_where_it_costs(
    rows: Sequence[GradientResult], carried: Sequence[GradientResult]
) -> Iterator[GradientResult]:
    """Yield the rows with a mistake that is charged without points in the next layer that has some.

    Else wrong work would have full marks.
    """
    pairs = list(zip(rows, carried, strict=True))
    following = (row for row, kept in pairs if kept.verdict == "follow-through" and row.max_points)
    first = next(following, None)
    for row, kept in pairs:
        yield row if first and layer_of(row.name) == layer_of(first.name) else kept


def _row(
    part: Part,
    name: str,
    group: Sequence[Comparison],
    findings: Sequence[Finding],
    charge: Charge | None,
    expected: bool,
) -> GradientResult:
    counts = Counter(item.verdict for item in group)
    verdict = main_verdict(counts)
    shown = next((item for item in group if item.verdict == verdict), group[0])
    # Where others stopped, or have another shape, the networks with right numbers tell nothing.
    judged = [item for item in group if item.verdict == verdict]
    errors = [item.relative_error for item in judged if item.relative_error is not None]
    points = part.points[name]
    # A trial may occur twice, when it was run again in another process.
    numbers = {item.trial.number for item in group}
    failed = {item.trial.number for item in group if item.verdict != "correct"}
    return GradientResult(
        part=part.name,
        name=name,
        shape=symbolic_shape(part, name),
        verdict=verdict,
        points=points if verdict == "correct" else 0,
        max_points=points,
        relative_error=float(f"{max(errors):.1e}") if errors else None,
        worst=_worst(part, shown, expected),
        trials=len(numbers),
        trials_correct=len(numbers - failed),
        finding=_cause(part, name, verdict, findings, charge),
        detail=_detail(group, shown, len(failed), len(numbers)),
    )


def _cause(
    part: Part, name: str, verdict: str, findings: Sequence[Finding], charge: Charge | None
) -> str | None:
    """Return the finding of this gradient: a note where it is right, else a mistake.

    Of several mistakes the one that it is charged for, and not one that is handed down to it.
    """
    wanted = "note" if verdict == "correct" else "mistake"
    own = [f.id for f in findings if f.concerns(part.name, name) and f.severity == wanted]
    if charge is not None and charge.of in own:
        return charge.of
    return own[0] if own else None


def _worst(part: Part, item: Comparison, expected: bool) -> Worst | None:
    """Return the worst entry, indexed as the task lays arrays out; the true value if asked."""
    if item.worst is None or item.values is None:
        return None
    got = float(item.values[item.worst])
    true = float(item.trial.truth[item.name][item.worst])
    return Worst(
        trial=item.trial.number,
        entry=own_index(part.interface, item.name, item.worst),
        got=float(f"{got:.6g}") if math.isfinite(got) else None,
        expected=float(f"{true:.6g}") if expected else None,
    )


def _detail(group: Sequence[Comparison], shown: Comparison, failed: int, trials: int) -> str:
    """Return what was seen in all failing trials, or in how many of them."""
    wrong = [item for item in group if item.verdict != "correct"]
    if not wrong:
        return ""
    detail = told_of(wrong) if shown.verdict == "wrong" else shown.detail
    return f"{detail}, in {failed} of {trials} trials" if failed < trials else detail


def told_of(wrong: Sequence[Comparison]) -> str:
    """Return what wrong comparisons of one gradient have in common: their words, or a factor."""
    details = {item.detail for item in wrong}
    if len(details) == 1 and VAGUE not in details:
        return wrong[0].detail
    factor = _batch_factor(wrong) or _same_factor(wrong)
    if not factor:
        return VAGUE
    is_step = wrong[0].name in wrong[0].trial.problem.parameters
    return f"step: {factor}" if is_step else factor


def _batch_factor(wrong: Sequence[Comparison]) -> str:
    """Return words for a factor that follows the number of examples from trial to trial, or none.

    A gradient of a single entry has a factor in every trial; only agreement over trials counts.
    """
    sizes = [item.trial.problem.m for item in wrong]
    factors = [factor_of(item) for item in wrong]
    if len(set(sizes)) < 2:
        return ""
    for words, power in (("m × too large", 1), ("m × too small", -1)):
        pairs = zip(factors, sizes, strict=True)
        if all(factor and math.isclose(factor, m**power, rel_tol=1e-9) for factor, m in pairs):
            return words
    return ""


def _same_factor(wrong: Sequence[Comparison]) -> str:
    """Return words for a factor that is the same in several trials, or none."""
    first, *others = [factor_of(item) for item in wrong]
    if not first or not others or abs(first - 1.0) <= 1e-3:
        return ""
    same = all(factor and math.isclose(factor, first, rel_tol=1e-9) for factor in others)
    return factor_in_words(first) if same else ""
