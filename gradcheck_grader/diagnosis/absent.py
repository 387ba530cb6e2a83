"""Findings about what did not come back, or came back as something that is no number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.wording import listed
from gradcheck_grader.models import Finding
from gradcheck_grader.sandbox.job import Result, Returned

Is = Callable[[Comparison], bool]


def absent(part: Part, comparisons: Sequence[Comparison], result: Result) -> Iterator[Finding]:
    """Yield what did not come back from calls that returned, and how often."""
    if not any(isinstance(outcome, Returned) for outcome in result.outcomes):
        return
    for is_absent, question in QUESTIONS:
        if facts := _facts(part, comparisons, is_absent):
            zeroth = _of_layer_zero(comparisons, is_absent, result)
            some = _comes_back_elsewhere(comparisons, is_absent)
            yield Finding(
                id="gradient-missing",
                severity="mistake",
                title="Not returned",
                hint=_whose(zeroth) if zeroth else DIFFERS if some else question,
                **facts,
            )
    if facts := _facts(part, comparisons, _is_no_number):
        yield Finding(
            id="not-comparable",
            severity="mistake",
            title="Nothing that can be compared",
            hint="Print it just before the return. Which of your lines should have made it?",
            **facts,
        )


def placeholders(part: Part, comparisons: Sequence[Comparison]) -> tuple[str, ...]:
    """Return what is on every network the placeholder of a template and nothing else."""
    filled = {item.name for item in comparisons if item.lacks not in ("answer", "value")}
    met = {item.name for item in comparisons}
    return part.in_order(met - filled)


def is_nothing_at_all(comparisons: Sequence[Comparison]) -> bool:
    """Tell whether no call has returned anything."""
    return bool(comparisons) and all(item.lacks == "answer" for item in comparisons)


def _has_no_key(item: Comparison) -> bool:
    return item.lacks == "key"


def _has_no_keys_at_all(item: Comparison) -> bool:
    return item.verdict == "missing" and item.lacks != "key"


def _is_no_number(item: Comparison) -> bool:
    return item.verdict == "wrong" and item.values is None and item.raw is None


QUESTIONS: tuple[tuple[Is, str], ...] = (
    (_has_no_key, "Which keys does the task ask for?"),
    (_has_no_keys_at_all, "What does the task ask your function to return?"),
)
LAYER_ZERO = re.compile(r"(?:d|grads?_?)?_?[Wb]_?0", re.IGNORECASE)
DIFFERS = "What differs between the networks on which it comes back and those on which it does not?"


def _facts(part: Part, comparisons: Sequence[Comparison], is_absent: Is) -> dict[str, Any]:
    """Return the fields of a finding that tell what is absent where; empty if nothing is."""
    found = [item for item in comparisons if is_absent(item)]
    if not found:
        return {}
    names = part.in_order({item.name for item in found})
    shown = max(found, key=lambda item: item.trial.problem.network.depth)
    shallow, deep = part.network.depth
    on = f", on {shown.trial.problem.network.depth} layers" if shallow < deep else ""
    often = _how_often(names, comparisons, is_absent)
    return {"part": part.name, "gradients": names, "message": f"{often}: {shown.detail}{on}."}


def _comes_back_elsewhere(comparisons: Sequence[Comparison], is_absent: Is) -> bool:
    """Tell whether a gradient that is absent on some networks comes back on others."""
    met = {item.name for item in comparisons if is_absent(item)}
    return any(item.name in met and not is_absent(item) for item in comparisons)


def _of_layer_zero(
    comparisons: Sequence[Comparison], is_absent: Is, result: Result
) -> tuple[str, ...]:
    """Return the keys of gradients of a layer 0 that came back wherever something is absent."""
    trials = {item.trial.number for item in comparisons if is_absent(item)}
    answers = [getattr(result.outcomes[number], "value", None) for number in sorted(trials)]
    keys = [list(map(str, answer)) if isinstance(answer, Mapping) else [] for answer in answers]
    return tuple(
        key
        for key in dict.fromkeys(keys[0])
        if LAYER_ZERO.fullmatch(key) and all(key in others for others in keys)
    )


def _whose(keys: Sequence[str]) -> str:
    these = listed(keys)
    return f"The layers are counted from 1. Which layer does what stands under {these} belong to?"


def _how_often(names: Sequence[str], comparisons: Sequence[Comparison], is_absent: Is) -> str:
    """Return the names, with the number of networks where it is not on all that have them."""
    groups: dict[str, list[str]] = {}
    for name in names:
        own = [item for item in comparisons if item.name == name]
        every = {item.trial.number for item in own}
        these = {item.trial.number for item in own if is_absent(item)}
        count = f" in {len(these)} of {len(every)} networks" if these < every else ""
        groups.setdefault(count, []).append(name)
    return ", ".join(f"{listed(members)}{count}" for count, members in groups.items())
