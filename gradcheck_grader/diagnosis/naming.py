"""From an explanation of wrong numbers to findings, and to what becomes of the points."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from gradcheck_grader.assignment import Part
from gradcheck_grader.diagnosis.divisors import line_of_size
from gradcheck_grader.diagnosis.lines import FACTOR_IDS, line_at, lines_of
from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.engine import explain
from gradcheck_grader.diagnosis.search.explanation import (
    Case,
    Cause,
    Explanation,
    Named,
    Unexplained,
)
from gradcheck_grader.diagnosis.step_taken import RATE_FIXED
from gradcheck_grader.diagnosis.step_words import in_words_of_steps
from gradcheck_grader.diagnosis.unread import as_the_source_has_it
from gradcheck_grader.diagnosis.wording import listed, within
from gradcheck_grader.diagnosis.wrong_part import are_unset, wrong_parts
from gradcheck_grader.models import OR_ELSE, Finding
from gradcheck_grader.reference.network import parameter_of
from gradcheck_grader.sandbox.job import Problem, Returned, Step

NOT_FINITE = re.compile(r"(divide by zero|overflow|invalid value) encountered in (?:scalar )?(\w+)")
OF_OPERATION = (
    "Print what goes into this operation: which number is zero, negative or very large there, and "
    "where does it come from?"
)
OF_UNSET = (
    "Which statement fills this part, and does it reach it? Count with the smallest case which "
    "numbers your loop or index goes through."
)
TOLD = ("gradient-missing",)  # with what came back instead: see ``absent.py``


def name_causes(
    part: Part,
    bench: Bench,
    cases: Sequence[Case],
    accepted: frozenset[str],
    steps: Sequence[Step] = (),
    changed: Sequence[str] = (),
    rates: Mapping[str, float] = MappingProxyType({}),
) -> Named:
    """Return the causes of what came back on the probes, nearest to the loss first.

    ``accepted`` holds gradients that count as right although they are inexact, ``steps`` the
    statements that compute the gradients, ``changed`` the arguments that the function changes,
    ``rates`` the learning rates of `rates_taken`.
    """
    explanation = explain(part, cases, bench, accepted)
    explanation = as_the_source_has_it(explanation, bench.catalogue, bench.depth, steps)
    wrong = {place for cause in explanation.causes for place in cause.places}
    causes = [cause for cause in explanation.causes if cause.id not in TOLD]
    if part.kind == "descent":
        causes = in_words_of_steps(bench.trials[0].rate, bench.catalogue, causes, rates)
    findings = [_finding(part, bench, cause, wrong, steps, changed) for cause in causes]
    findings += _unexplained(part, bench, cases, explanation, steps, changed)
    charges = explanation.gradients.items()
    open_ = explanation.unexplained
    return Named(
        tuple(findings),
        {_row_name(part, name): charge for name, charge in charges},
        is_infinite=open_ is not None and open_.is_infinite,
    )


def with_first_line(named: Named, outcomes: Iterable[Returned | Problem]) -> Named:
    """Return what is named, with the line that computes the first value that is not finite.

    ``outcomes`` are those of a strict job: NumPy stops there.
    """
    stopped = (one for one in outcomes if isinstance(one, Problem))
    first = next((one for one in stopped if one.exception == "FloatingPointError"), None)
    *others, open_ = named.findings
    if first is None or first.line is None:
        more = "Print your values there line by line: which line is the first to give one?"
        fields = {}
    else:
        more = f"The first such value is computed in line {first.line}.{_operation(first.message)}"
        fields = {**_place(first), "hint": OF_OPERATION}
    told = replace(open_, **fields, message=f"{open_.message} {more}")
    return replace(named, findings=(*others, told))


def _operation(message: str) -> str:
    """Return which operation gave a value that is not finite, in words for NumPy's own."""
    found = NOT_FINITE.search(message)
    if found is None:
        return ""
    kind, operation = found.groups()
    if kind == "divide by zero":
        return " It is a logarithm of zero." if "log" in operation else " It is divided by zero."
    if kind == "overflow":
        return f" A number there is too large (overflow in {operation})."
    if operation.startswith(("log", "sqrt")):
        return f" `{operation}` is given a negative number."
    return f" It has no result, as of 0 / 0 (invalid value in {operation})."


def _row_name(part: Part, gradient: str) -> str:
    """Return the row that a gradient decides: of a step, that of its parameter."""
    return gradient if part.kind == "gradients" else parameter_of(gradient)


def _finding(
    part: Part, bench: Bench, cause: Cause, wrong: Collection[str], steps: Sequence[Step],
    changed: Sequence[str],
) -> Finding:  # fmt: skip
    names = tuple(bench.trials[0].truth)
    # Where the rate is multiplied by is no step of a gradient, and none of their statements.
    of_rate = cause.id == RATE_FIXED
    lines = () if of_rate else lines_of(bench.catalogue, cause, names, wrong, steps)
    doubtful = changed and _is_made_of_inputs(cause, bench.depth)
    change = _after_a_change(changed) if doubtful else ""
    if change or (part.kind == "descent" and cause.id in FACTOR_IDS):
        lines = ()  # the factor may stand in the update as well, or the slip in the change
    rivals = " or ".join(f"{within(rival.title)} ({rival.id})" for rival in cause.rivals)
    also = f"{OR_ELSE}{rivals}." if rivals else ""
    return Finding(
        id=cause.id,
        severity="mistake",
        part=part.name,
        gradients=tuple(_row_name(part, name) for name in cause.gradients),
        title=cause.title,
        message=cause.message + also + change,
        hint=cause.hint,
        evidence=cause.evidence + _again(lines),
        confidence=cause.confidence,
        places=cause.places,
        **_place(lines[0] if lines else None),
    )


def _is_made_of_inputs(cause: Cause, depth: int) -> bool:
    """Return whether a change of what the function was given may be all that is wrong.

    Activations are read for dW, weights for the deltas below: scaled, they hand the factor on.
    """
    steps = ("dW", "dZ") if cause.id in FACTOR_IDS else ("dW",)
    return all(place.startswith(steps) and place != f"dZ{depth}" for place in cause.places)


def _after_a_change(changed: Sequence[str]) -> str:
    """Return what to say of a step whose line may be right, and read a changed array."""
    return (
        f" Your function changes {listed(changed)}: is what this is made from still what the "
        "function was given?"
    )


def _again(lines: Sequence[Step]) -> str:
    """Return where the same mistake stands once more, in words; nothing in another file or cell."""
    here = [str(s.line) for s in lines[1:] if (s.file, s.cell) == (lines[0].file, lines[0].cell)]
    if not here:
        return ""
    return f"; the mistake stands in line{'s' if len(here) > 1 else ''} {listed(here)} as well"


def _place(step: Step | Problem | None) -> dict[str, Any]:
    """Return the fields of a finding that lead to a statement."""
    fields = ("line", "file", "cell", "source", "caret")
    return {} if step is None else {name: getattr(step, name) for name in fields}


def _unexplained(
    part: Part, bench: Bench, cases: Sequence[Case], explanation: Explanation,
    steps: Sequence[Step], changed: Sequence[str],
) -> list[Finding]:  # fmt: skip
    """Return what can be said of numbers that no known mistake gives: where it begins."""
    open_ = explanation.unexplained
    if open_ is None:
        return []
    first = open_.steps[:1]
    step = line_at(first[0], bench.depth, steps) if first else None
    if open_.is_scaled:
        step = line_of_size(open_.gradients, bench.depth, steps)
    change = "" if open_.is_scaled or not changed else _after_a_change(changed)
    is_unset = _is_unset(part, cases, explanation)
    step = None if change or is_unset else step
    pattern = (
        f"No known mistake gives your {listed(open_.gradients)}." if is_unset else open_.pattern
    )
    return [
        Finding(
            id="unexplained",
            severity="mistake",
            part=part.name,
            gradients=tuple(_row_name(part, name) for name in open_.gradients),
            title="A mistake that has no name here",
            message=pattern + wrong_parts(part, cases, open_.gradients) + change,
            hint=OF_UNSET if is_unset else _hint(open_),
            confidence="likely",
            places=open_.steps,
            **_place(step),
        )
    ]


def _is_unset(part: Part, cases: Sequence[Case], explanation: Explanation) -> bool:
    """Return whether a part of each open gradient may just not be filled, as by a short loop.

    Its delta may be right then, unless a gradient below is made from it and shows that it is not.
    """
    open_ = explanation.unexplained
    if open_ is None or open_.is_scaled or open_.is_infinite or not open_.steps:
        return False
    made_from = {c.of for c in explanation.gradients.values() if c.standing == "consequence"}
    is_open = open_.steps[0].startswith("dZ") and open_.steps[0] not in made_from
    return is_open and are_unset(part, cases, open_.gradients)


def _hint(open_: Unexplained) -> str:
    if open_.is_scaled:
        return "Does the loss of this task divide by something, and do you divide by the same?"
    what = "this step" if open_.steps else "your formulas"
    return f"Work {what} out on paper for one example and two units, and compare."
