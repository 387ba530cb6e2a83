"""Naming the causes of wrong gradients from returned numbers alone.

    cases -> targets -> hypotheses -> one that also holds on the verifying trial -> causes, charges

A wrong name is worse than none: what no combination of known mistakes reproduces on every trial is
said to be unexplained, with the step that the student's own deltas point to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.assignment import Part
from gradcheck_grader.diagnosis.search.bench import Bench
from gradcheck_grader.diagnosis.search.closing import Closer, closer_for
from gradcheck_grader.diagnosis.search.explanation import (
    Case,
    Cause,
    Charge,
    Confidence,
    Explanation,
    Rival,
)
from gradcheck_grader.diagnosis.search.follow_through import read
from gradcheck_grader.diagnosis.search.hypothesis import Hypothesis, cost_of_layers, formula_ids
from gradcheck_grader.diagnosis.search.placement import Placed, place, placed_cost
from gradcheck_grader.diagnosis.search.returned import Returned, sort_out
from gradcheck_grader.diagnosis.search.sieve import Sieve
from gradcheck_grader.diagnosis.search.target import EXACT, ROUGH, Precision
from gradcheck_grader.diagnosis.search.unexplained import are_scaled, tell
from gradcheck_grader.diagnosis.search.united import united
from gradcheck_grader.diagnosis.search.verdicts import (
    Slip,
    charge,
    charge_by_reading,
    charge_of_factor,
    slips_of,
)
from gradcheck_grader.diagnosis.search.walk import Search
from gradcheck_grader.diagnosis.wording import listed

RIVAL_MARGIN = 0.12  # explanations that are hardly dearer are told as well


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """One hypothesis with its factors placed."""

    hypothesis: Hypothesis
    placed: tuple[Placed, ...]
    precision: Precision
    cost: float

    def ids(self) -> frozenset[str]:
        """Return the ids of all its mistakes."""
        factors = [id for one in self.placed for id in one.factor.ids]
        return frozenset([*formula_ids(self.hypothesis.layers), *factors])


def explain(
    part: Part,
    cases: Sequence[Case],
    bench: Bench,
    accepted: frozenset[str] = frozenset(),
) -> Explanation:
    """Return the causes of what is wrong, and what becomes of every gradient.

    Parameters
    ----------
    part : Part
        The part of the assignment; a part that is graded by a step has nothing to explain.
    cases : sequence of Case
        What came back on the trials of ``draw_probes``, the verifying one last.
    bench : Bench
        ``prepare`` of the same trials, made once for many submissions.
    accepted : frozenset of str
        Gradients that count as right although they are inexact: single precision, guards.
    """
    if part.kind == "step" or not cases:
        return Explanation((), {})
    with np.errstate(all="ignore"):  # a candidate may divide by zero: it then fits nothing
        returned = sort_out(bench, part, cases, accepted)
        if not _is_open(bench, returned):
            return _told(bench, returned, [])
        return _told(bench, returned, _stories(bench, returned))


def _is_open(bench: Bench, returned: Returned) -> bool:
    """Return whether there are wrong numbers; exchanged ones may hold another slip."""
    told = {name for name, id in returned.plain.items() if id != "keys-swapped"}
    return any(name not in returned.correct | told for name in bench.trials[0].truth)


def _stories(bench: Bench, returned: Returned) -> list[Story]:
    """Return the explanations that also hold on the verifying trials, the cheapest first."""
    best: list[Story] = []
    for precision in (EXACT, ROUGH):
        closer = closer_for(bench, precision, returned.targets)
        found = [
            _story(closer, hypothesis)
            for hypothesis in Search(bench, closer, Sieve(bench, closer)).run()
        ]
        stories = sorted((story for story in found if _holds(story)), key=lambda story: story.cost)
        if not best or (stories and len(_open(stories)) < len(_open(best))):
            best = stories or best
        if best and not _open(best):
            break
    return best


def _open(stories: Sequence[Story]) -> tuple[str, ...]:
    return stories[0].hypothesis.open


def _story(closer: Closer, hypothesis: Hypothesis) -> Story:
    placed = place(closer, hypothesis.layers)
    catalogue, layers = closer.bench.catalogue, hypothesis.layers
    cost = cost_of_layers(catalogue, layers, formula_ids(layers), hypothesis.open)
    return Story(hypothesis, placed, closer.precision, cost + placed_cost(catalogue, placed))


def _holds(story: Story) -> bool:
    return all(close.held for layer in story.hypothesis.layers for close in layer.closes())


def _told(bench: Bench, returned: Returned, stories: Sequence[Story]) -> Explanation:
    """Return the explanation that the best story gives."""
    best = stories[0] if stories else None
    layers = best.hypothesis.layers if best else ()
    slips = united(bench, slips_of(layers, best.placed if best else (), returned.plain))
    names = tuple(bench.trials[0].truth)
    wrong = [name for name in names if name not in returned.correct]
    open_ = _unexplained_names(best, returned, wrong, slips)
    scaled = bool(open_) and are_scaled(bench, returned)
    readings = read(bench, returned.targets) if open_ else {}
    charges: dict[str, Charge] = {}
    for name in names:
        if name in returned.correct:
            charges[name] = Charge("correct")
        elif name in returned.doubled:
            charges[name] = Charge("charged", "wrong-key")  # its own gradient is not there at all
        elif name in open_ and name in returned.plain:
            charges[name] = Charge("unknown")  # exchanged, and wrong besides
        elif name in open_ and scaled:
            charges[name] = charge_of_factor(bench.depth, name)
        elif name in open_:
            charges[name] = charge_by_reading(readings, name)
        else:
            charges[name] = charge(bench.catalogue, slips, name)
    causes = _causes(bench, slips, wrong, stories, open_)
    return Explanation(causes, charges, tell(bench, returned, readings, layers, charges, open_))


def _unexplained_names(
    best: Story | None, returned: Returned, wrong: Sequence[str], slips: Sequence[Slip]
) -> tuple[str, ...]:
    """Return the wrong gradients that no slip reaches, or that the story leaves open."""
    left_open = best.hypothesis.open if best else tuple(returned.targets)
    return tuple(
        name
        for name in wrong
        if returned.plain.get(name, "keys-swapped") == "keys-swapped"
        and (
            name in left_open
            or name not in returned.targets
            or not any(slip.reaches(name) for slip in slips)
        )
    )


def _causes(
    bench: Bench,
    slips: Sequence[Slip],
    wrong: Sequence[str],
    stories: Sequence[Story],
    open_: Sequence[str],
) -> tuple[Cause, ...]:
    rivals = _rivals(bench, stories)
    rough = bool(stories) and stories[0].precision is ROUGH
    shaky = rough or bool(open_)  # where something stays open, the rest may yet look different
    causes = []
    for made in dict.fromkeys(slip.mistake for slip in slips):
        own = [slip for slip in slips if slip.mistake == made]
        id = own[0].id
        reached = tuple(
            name for name in wrong if name not in open_ and any(s.reaches(name) for s in own)
        )
        if not reached:
            continue
        mistake, notes = bench.catalogue[id], {slip.place: slip.note for slip in own}
        confidence: Confidence = "likely" if shaky or rivals.get(id) else "certain"
        causes.append(
            Cause(
                id, mistake.title, mistake.message, mistake.hint,
                _agreement(bench, reached, rough), reached, tuple(notes), own[0].layer,
                confidence, rivals.get(id, ()), tuple(notes.values()),
            )
        )  # fmt: skip
    return tuple(causes)


def _rivals(bench: Bench, stories: Sequence[Story]) -> Mapping[str, tuple[Rival, ...]]:
    """Return for each mistake what stands in its place in explanations of about the same cost."""
    if not stories:
        return {}
    best, found = stories[0].ids(), dict[str, dict[str, None]]()
    for story in stories[1:]:
        ids = story.ids()
        if story.cost > stories[0].cost + RIVAL_MARGIN or story.hypothesis.open:
            continue
        for id in best - ids:
            found.setdefault(id, {}).update(dict.fromkeys(sorted(ids - best)))
    titles = bench.catalogue
    return {id: tuple(Rival(other, titles[other].title) for other in others)
            for id, others in found.items()}  # fmt: skip


def _agreement(bench: Bench, reached: Sequence[str], rough: bool) -> str:
    digits = "to about 5 digits" if rough else "to the last digit"
    return f"gives your {listed(reached)} {digits} on {len(bench.trials)} networks"
