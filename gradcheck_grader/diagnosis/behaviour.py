"""Findings about how the function behaves from call to call, and where it is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.models import Finding
from gradcheck_grader.reference.rounding import tolerance
from gradcheck_grader.sandbox.job import Result, Returned
from gradcheck_grader.trials import Trial

Same = Callable[[Comparison, Comparison], bool]


@dataclass(frozen=True, slots=True, eq=False)
class SecondLook:
    """The same trials before and after.

    Attributes
    ----------
    first
        Of the first run.
    comparisons
        Of the repeats: in a fresh process, or at the end of the first if that settles it.
    misled
        Of a false cache, with the truth of the *true* one.
    at_end
        Of the repeats at the end of the first process, where a fresh one was asked as well.
    """

    first: Sequence[Comparison]
    comparisons: Sequence[Comparison]
    misled: Sequence[Comparison]
    at_end: Sequence[Comparison] = ()

    def repeats(self) -> tuple[Comparison, ...]:
        """Return the comparisons of every repeat."""
        return (*self.comparisons, *self.at_end)

    def settles(self) -> bool:
        """Return whether all is right, and every repeat the same to the last bit."""
        everything = (*self.first, *self.comparisons)
        return all(item.verdict == "correct" for item in everything) and not self.changed()

    def changed(self, same: Same | None = None) -> set[str]:
        """Return the gradients of which a repeat was not the same, by default to the last bit."""
        before = {(item.trial.number, item.name): item for item in self.first}
        same = same or _same
        return {
            item.name
            for item in self.repeats()
            if not same(before[item.trial.number, item.name], item)
        }


def differs_between_calls(
    part: Part, look: SecondLook, comparisons: Sequence[Comparison]
) -> Iterator[Finding]:
    """Yield a finding if a repeated call gave other numbers, and not all of them right ones."""
    wrong = {item.name for item in comparisons if item.verdict != "correct"}
    changed = look.changed(_same_but_for_rounding) & wrong
    if not changed:
        return
    names = tuple(name for name in part.names(part.network.depth[1]) if name in changed)
    opening = [look.first, look.comparisons]
    starts_right = all(_first_call_is_right(comparisons) for comparisons in opening)
    yield Finding(
        id="state-between-calls" if starts_right else "not-deterministic",
        severity="mistake",
        part=part.name,
        gradients=names,
        title="Remembers earlier calls" if starts_right else "Differs from call to call",
        message="The first call in a fresh process is right, later ones are not."
        if starts_right
        else "The same call, made again in a fresh process, gives other numbers.",
        hint="Call it twice with the same input and compare. What is left over from the first call?"
        if starts_right
        else "Why is there randomness in a derivative, or memory of an earlier call?",
    )


def _same(a: Comparison, b: Comparison) -> bool:
    if a.values is None or b.values is None:
        return a.verdict == b.verdict
    return bool(np.array_equal(a.values, b.values, equal_nan=True))


def _same_but_for_rounding(a: Comparison, b: Comparison) -> bool:
    """Return whether sums in another order may be all that differs."""
    if a.values is None or b.values is None or not np.isfinite(a.values).all():
        return _same(a, b)
    truth = a.trial.truth[a.name]
    sizes = [float(np.abs(values).max(initial=0.0)) for values in (a.values, truth)]
    larger = max(1.0, sizes[0] / sizes[1]) if sizes[1] else 1.0  # wrong numbers round as well
    allowed = 2.0 * larger * tolerance(a.trial.bound[a.name], a.dtype or np.float64)
    return bool((np.abs(a.values - b.values) <= allowed).all())


def _first_call_is_right(comparisons: Sequence[Comparison]) -> bool:
    opening = comparisons[0].trial.number
    return all(item.verdict == "correct" for item in comparisons if item.trial.number == opening)


def ignores_the_cache(part: Part, look: SecondLook) -> Iterator[Finding]:
    """Yield a note if the right answer came although the cache said otherwise."""
    hidden = [item for item in look.misled if item.name.endswith("1")]
    if hidden and all(item.verdict == "correct" for item in look.misled):
        yield Finding(
            id="recomputes-forward",
            severity="note",
            part=part.name,
            gradients=(),
            title="Does not use the cache",
            message="Your function computes the activations again from the parameters. That is "
            "right, and costs the time of a second forward pass.",
        )


def changed_inputs(part: Part, result: Result) -> tuple[str, ...]:
    """Return the arguments that a call changed, where a new value is what is asked for."""
    outcomes = [outcome for outcome in result.outcomes if isinstance(outcome, Returned)]
    changed = {name for outcome in outcomes for name in outcome.modified}
    return tuple(sorted(changed)) if part.kind == "gradients" else ()


def changes_its_inputs(
    part: Part, result: Result, comparisons: Sequence[Comparison]
) -> Iterator[Finding]:
    """Yield a note if a call changed the arrays that it was given."""
    changed = changed_inputs(part, result)
    all_right = all(item.verdict == "correct" for item in comparisons)
    costs = "Every call here gets fresh copies, so it costs nothing; a second call with the same "
    costs += "arguments would go wrong."
    reads = "What it reads there after the change is no longer what it was given; a gradient that "
    reads += "takes it for that comes out wrong."
    if changed:
        yield Finding(
            id="inputs-modified",
            severity="note",
            part=part.name,
            gradients=(),
            title="Changes its inputs",
            message=f"Your function changes what it was given: {', '.join(changed)}. "
            + (costs if all_right else reads),
            hint="Which of your lines writes into an array instead of making a new one?",
        )


NUMBER = "Which number in your code should be read from a shape instead?"
OUTPUT_UNIT = (
    "Which sum or product in your code takes it for granted that there is one output unit?"
)
LAYERS = "Go through your code by hand with one layer more: which layer does each index mean?"


class Domain(NamedTuple):
    """A size that code may be written for: its finding's id, words and question.

    ``only`` says that it is told of that number alone.
    """

    id: str
    words: str
    size: Callable[[Trial], int]
    hint: str = NUMBER
    only: int | None = None


def _outputs(trial: Trial) -> int:
    return trial.problem.network.widths[-1]


def _depth(trial: Trial) -> int:
    return trial.problem.network.depth


DOMAINS = (
    Domain("one-batch-size", "batches of {size} examples", lambda trial: trial.problem.m),
    Domain("one-output-unit", "{size} output unit", _outputs, OUTPUT_UNIT, only=1),
    Domain("one-output-width", "{size} output units", _outputs),
    Domain("one-depth", "networks of {size} layers", _depth, LAYERS),
)


def right_for_one_size_only(part: Part, comparisons: Sequence[Comparison]) -> Iterator[Finding]:
    """Yield a finding if the gradients are right for one size and wrong for every other."""
    wrong = [item for item in comparisons if item.verdict != "correct"]
    names = {item.name for item in wrong}
    right = [item for item in comparisons if item.verdict == "correct" and item.name in names]
    if not wrong or not right:
        return
    for domain in DOMAINS:
        good, bad = ({domain.size(item.trial) for item in group} for group in (right, wrong))
        if len(good) == 1 and len(bad) > 1 and not good & bad and domain.only in (None, *good):
            seen = domain.words.format(size=good.pop())
            yield Finding(
                id=domain.id,
                severity="mistake",
                part=part.name,
                gradients=tuple(n for n in part.names(part.network.depth[1]) if n in names),
                title="Right for one size only",
                message=f"These gradients are right on {seen} and wrong on all others.",
                hint=domain.hint,
                confidence="likely",
            )
            return


OF_THE_LAST = (
    "no example belongs to the last class, and on no others. The largest number among the labels "
    "need not be that of the last class."
)
OF_ANY = (
    "some class has no example, and on no others. The classes that occur among the labels need not "
    "be all that there are."
)


def right_where_classes_occur(part: Part, comparisons: Sequence[Comparison]) -> Iterator[Finding]:
    """Yield a finding if the code fails exactly where the labels lack a class."""
    if part.interface.labels != "integers":
        return
    trials = {item.trial.number: item.trial for item in comparisons}
    lacking = {
        OF_THE_LAST: {n for n, trial in trials.items() if not trial.problem.Y[-1].any()},
        OF_ANY: {n for n, trial in trials.items() if not trial.problem.Y.any(axis=1).all()},
    }
    stopped = [item for item in comparisons if item.verdict == "error"]
    wrong = [item for item in comparisons if item.verdict != "correct"]
    for failed in (stopped, wrong):
        numbers = {item.trial.number for item in failed}
        where = next((words for words, these in lacking.items() if these == numbers), "")
        if where and numbers < set(trials):
            names = {item.name for item in failed}
            yield Finding(
                id="classes-from-labels",
                severity="mistake",
                part=part.name,
                gradients=tuple(n for n in part.names(part.network.depth[1]) if n in names),
                title="Counts the classes that occur",
                message=f"Your function fails on the networks in which {where}",
                hint="Which of the arrays that you are given has a place for every class?",
                confidence="likely",
            )
            return
