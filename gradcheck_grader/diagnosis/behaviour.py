"""Findings about how the function behaves from call to call, and where it is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.wording import WORDS
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
        Of the repeats, and of a new trial of the sizes of an earlier one, whose number it has: in
        a fresh process, or at the end of the first if that settles it.
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
        before = {(item.trial, item.name): item for item in self.first}
        again = [(before.get((item.trial, item.name)), item) for item in self.repeats()]
        same = same or _same
        return {item.name for earlier, item in again if earlier and not same(earlier, item)}

    def stale(self) -> set[str]:
        """Return the gradients of which the new trial got the right answer to an earlier one."""
        before = {(item.trial.number, item.name): item for item in self.first}
        asked = {item.trial for item in self.first}
        new = [item for item in self.repeats() if item.trial not in asked]
        pairs = [(before[item.trial.number, item.name], item) for item in new]
        return {
            item.name
            for earlier, item in pairs
            if earlier.verdict == "correct" and item.verdict != "correct" and _same(earlier, item)
        }


def differs_between_calls(
    part: Part, look: SecondLook, comparisons: Sequence[Comparison]
) -> Iterator[Finding]:
    """Yield a finding if a repeated call gave other numbers, and not all of them right ones."""
    wrong = {item.name for item in comparisons if item.verdict != "correct"}
    changed = look.changed(_same_but_for_rounding) & wrong
    if not changed:
        return
    names = part.in_order(changed)
    opening = [look.first, look.comparisons]
    starts_right = all(_first_call_is_right(comparisons) for comparisons in opening)
    id = "state-between-calls" if starts_right else "not-deterministic"
    yield Finding(id=id, severity="mistake", part=part.name, gradients=names, **WORDS[id]._asdict())


def gives_an_earlier_answer(part: Part, look: SecondLook) -> Iterator[Finding]:
    """Yield a finding if an answer came back that was right for an earlier call of these shapes."""
    stale = look.stale()
    if stale:
        yield Finding(
            id="stale-answer",
            severity="mistake",
            part=part.name,
            gradients=part.in_order(stale),
            **WORDS["stale-answer"]._asdict(),
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


METHOD = "method"  # a note of the source


def works_on_an_object(part: Part, result: Result) -> bool:
    """Return whether the function is a method, so that two calls may share an object."""
    notes = result.loaded.notes if result.loaded else ()
    return part.interface.owner is not None or any(note.id == METHOD for note in notes)


OF_ITS_CLASS = (
    "The activations do not come from the cache: your method, or the forward pass of its class, "
    "computes them from the parameters. That is right."
)


def ignores_the_cache(part: Part, look: SecondLook, *, is_method: bool) -> Iterator[Finding]:
    """Yield a note if the right answer came although the cache said otherwise."""
    if look.misled and all(item.verdict == "correct" for item in look.misled):
        yield Finding(
            id="recomputes-forward",
            severity="note",
            part=part.name,
            gradients=(),
            title=WORDS["recomputes-forward"].title,
            message=OF_ITS_CLASS if is_method else WORDS["recomputes-forward"].message,
        )


COSTS_NOTHING = (
    "Every call here gets fresh copies, so it costs nothing; a second call with the same arguments "
    "would go wrong."
)
READ_AGAIN = (
    "What it reads there after the change is no longer what it was given; a gradient that takes it "
    "for that comes out wrong."
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
    if changed:
        then = COSTS_NOTHING if all_right else READ_AGAIN
        yield Finding(
            id="inputs-modified",
            severity="note",
            part=part.name,
            gradients=(),
            title=WORDS["inputs-modified"].title,
            message=f"Your function changes what it was given: {', '.join(changed)}. {then}",
            hint=WORDS["inputs-modified"].hint,
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
    Domain("one-output-unit", "networks with {size} output unit", _outputs, OUTPUT_UNIT, only=1),
    Domain("one-output-width", "networks with {size} output units", _outputs),
    Domain("one-depth", "networks of {size} layers", _depth, LAYERS),
)


def right_for_one_size_only(part: Part, comparisons: Sequence[Comparison]) -> Iterator[Finding]:
    """Yield a finding if the gradients are right for one size and wrong for every other."""
    wrong = [item for item in comparisons if item.verdict != "correct"]
    names = {item.name for item in wrong}
    right = [item for item in comparisons if item.verdict == "correct" and item.name in names]
    if not wrong or not right or _may_be_chance(right, wrong):
        return
    for domain in DOMAINS:
        good, bad = ({domain.size(item.trial) for item in group} for group in (right, wrong))
        if len(good) == 1 and len(bad) > 1 and not good & bad and domain.only in (None, *good):
            seen = domain.words.format(size=good.pop())
            yield Finding(
                id=domain.id,
                severity="mistake",
                part=part.name,
                gradients=part.in_order(names),
                title="Right for one size only",
                message=f"These gradients are right on {seen} and wrong on all others.",
                hint=domain.hint,
                confidence="likely",
            )
            return


def _may_be_chance(right: Sequence[Comparison], wrong: Sequence[Comparison]) -> bool:
    """Return whether one network alone is right, on whose numbers a slip may not show.

    A mask of a ReLU with the wrong threshold is right where no unit lies between the two. That code
    stops everywhere else, or gives other shapes, is no matter of numbers.
    """
    return len({item.trial for item in right}) == 1 and any(i.verdict == "wrong" for i in wrong)


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
        if where and numbers and numbers < set(trials):
            names = {item.name for item in failed}
            yield Finding(
                id="classes-from-labels",
                severity="mistake",
                part=part.name,
                gradients=part.in_order(names),
                title=WORDS["classes-from-labels"].title,
                message=f"Your function fails on the networks in which {where}",
                hint=WORDS["classes-from-labels"].hint,
                confidence="likely",
            )
            return
