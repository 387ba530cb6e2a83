"""Findings that need no model of the mistake: shapes, missing keys, depth, precision, behaviour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck_grader.assignment import Accept, Part
from gradcheck_grader.comparison import Comparison
from gradcheck_grader.diagnosis.absent import absent, placeholders
from gradcheck_grader.diagnosis.behaviour import (
    SecondLook,
    changes_its_inputs,
    differs_between_calls,
    gives_an_earlier_answer,
    ignores_the_cache,
    right_for_one_size_only,
    right_where_classes_occur,
    works_on_an_object,
)
from gradcheck_grader.diagnosis.clipping import clipped
from gradcheck_grader.diagnosis.dimensions import extra_dimensions
from gradcheck_grader.diagnosis.search.spread import spread
from gradcheck_grader.diagnosis.source_notes import (
    UNFINISHED,
    keys_lost,
    source_notes,
    unfilled,
)
from gradcheck_grader.diagnosis.step_taken import step_taken
from gradcheck_grader.diagnosis.wording import WORDS
from gradcheck_grader.inexact import AS_SHAPED, IN_SINGLE, Inexact
from gradcheck_grader.models import Finding
from gradcheck_grader.reference.network import layer_of
from gradcheck_grader.sandbox.exchange import OWN_CACHE
from gradcheck_grader.sandbox.job import Problem, Result, Returned


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Everything that is known about one part of a submission."""

    part: Part
    accept: Accept
    result: Result
    comparisons: Sequence[Comparison]
    inexact: Mapping[str, Inexact]
    second: SecondLook | None = None

    def gradients(self, note: str) -> tuple[str, ...]:
        """Return the gradients that are right everywhere but for a note that some of them carry."""
        marked = {item.name for item in self.comparisons if note in item.notes}
        wrong = {item.name for item in self.comparisons if not self._is_right_but(note, item)}
        return self.part.in_order(marked - wrong)

    def _is_right_but(self, note: str, item: Comparison) -> bool:
        if item.verdict == "correct":
            return True
        reason = self.inexact.get(note)
        told = {AS_SHAPED, IN_SINGLE, reason.evidence if reason else ""}
        return note in item.notes and item.detail in told


def diagnose(evidence: Evidence) -> tuple[Finding, ...]:
    """Return what can be said about one part, mistakes first."""
    keys = (_keys,) if _count_from_zero(evidence) else (_depth, _absent)
    rules = (*keys, _step, _shapes, _inexact, _clipped, _behaviour, _source)
    findings = [finding for rule in rules for finding in rule(evidence)]
    return tuple(sorted(findings, key=lambda finding: finding.severity != "mistake"))


def _step(evidence: Evidence) -> Iterator[Finding]:
    told = [note.id for note in source_notes(evidence.part, evidence.comparisons, evidence.result)]
    if not UNFINISHED.intersection(told):
        yield from step_taken(evidence.part, evidence.comparisons)


def _source(evidence: Evidence) -> Iterator[Finding]:
    yield from source_notes(evidence.part, evidence.comparisons, evidence.result)


def _clipped(evidence: Evidence) -> Iterator[Finding]:
    yield from clipped(evidence.part, evidence.comparisons, evidence.result)


def _behaviour(evidence: Evidence) -> Iterator[Finding]:
    part, look = evidence.part, evidence.second
    stopped = _stopped_by_a_limit(evidence.result)
    judged = [item for item in evidence.comparisons if item.trial.number not in stopped]
    classes = [*right_where_classes_occur(part, judged)]
    yield from classes or right_for_one_size_only(part, judged)
    if look is not None:
        yield from differs_between_calls(part, look, evidence.comparisons)
        yield from gives_an_earlier_answer(part, look)
        notes = evidence.result.loaded.notes if evidence.result.loaded else ()
        if all(note.id != OWN_CACHE for note in notes):
            is_method = works_on_an_object(part, evidence.result)
            yield from ignores_the_cache(part, look, is_method=is_method)
    yield from changes_its_inputs(part, evidence.result, evidence.comparisons)


def _stopped_by_a_limit(result: Result) -> set[int]:
    """Return the numbers of the trials that a limit of ours ended: of them nothing is known."""
    outcomes = enumerate(result.outcomes)
    limits = ("timeout", "memory", "output")
    return {n for n, one in outcomes if isinstance(one, Problem) and one.kind in limits}


WEIGHT_KEY = re.compile(r"(?:d|grads?_?)_?W_?(\d+)", re.IGNORECASE)


def _count_from_zero(evidence: Evidence) -> bool:
    """Return whether the keys of every answer are dW0, dW1 ... without that of the last layer."""
    if evidence.part.kind != "gradients":
        return False
    outcomes = [one for one in evidence.result.outcomes if isinstance(one, Returned)]
    answers = [one.value for one in outcomes if isinstance(one.value, Mapping)]
    missing = {item.name for item in evidence.comparisons if item.verdict == "missing"}
    found = [
        sorted({int(match[1]) for key in answer if (match := WEIGHT_KEY.fullmatch(str(key)))})
        for answer in answers
    ]
    return bool(found) and len(answers) == len(outcomes) and all(
        layers and layers == list(range(len(layers))) and f"dW{len(layers)}" in missing
        for layers in found
    )  # fmt: skip


def _keys(evidence: Evidence) -> Iterator[Finding]:
    """Yield a finding of all gradients: under the keys that are asked for stand other layers'."""
    yield Finding(
        id="keys-from-zero",
        severity="mistake",
        part=evidence.part.name,
        gradients=evidence.part.names,
        title=WORDS["keys-from-zero"].title,
        message="Your keys begin with layer 0. The task counts layers from 1, as the keys of the "
        "parameters do, so each gradient is looked for under the next number.",
        hint=WORDS["keys-from-zero"].hint,
    )


def _depth(evidence: Evidence) -> Iterator[Finding]:
    """Yield a finding if the code serves two layers while the part has deeper networks."""
    if evidence.part.network.depth[0] < 3:
        return
    given = {item.name for item in evidence.comparisons if item.verdict != "missing"}
    if not given or max(map(layer_of, given)) != 2:
        return
    # What is right on a deep network went back through all of its layers.
    if any(item.verdict == "correct" for item in evidence.comparisons):
        return
    yield Finding(
        id="two-layers-only",
        severity="mistake",
        part=evidence.part.name,
        gradients=evidence.part.names,
        title=WORDS["two-layers-only"].title,
        message="Your function returns gradients for two layers, whatever the network. The "
        f"networks of this part have {_range(evidence.part.network.depth)}.",
        hint=WORDS["two-layers-only"].hint,
    )


def _range(bounds: tuple[int, int]) -> str:
    low, high = bounds
    return f"{low} to {high}" if low < high else f"{low}"


def _absent(evidence: Evidence) -> Iterator[Finding]:
    """Yield what did not come back, where nothing better is said of it."""
    if any(_depth(evidence)):
        return
    part, comparisons, result = evidence.part, evidence.comparisons, evidence.result
    blank = {*keys_lost(part, comparisons, result)}
    if unfilled(result):
        blank.update(placeholders(part, comparisons))
    yield from absent(part, [item for item in comparisons if item.name not in blank], result)


SHAPES = ("shape-flat", "shape-transposed")
PRECISION = ("float32", "fewer-digits", "numerical-derivative", "guard", "rounded")


def _shapes(evidence: Evidence) -> Iterator[Finding]:
    yield from spread(evidence.part, evidence.comparisons)
    yield from extra_dimensions(evidence.part, evidence.comparisons, evidence.result)
    for note in SHAPES:
        if names := evidence.gradients(note):
            yield Finding(
                id=note,
                severity=evidence.accept.flat_bias,
                part=evidence.part.name,
                gradients=names,
                **WORDS[note]._asdict(),
            )


def _inexact(evidence: Evidence) -> Iterator[Finding]:
    for note in PRECISION:
        if names := evidence.gradients(note):
            reason = evidence.inexact.get(note)
            mistake = reason.mistake if reason else evidence.accept.float32 == "mistake"
            yield Finding(
                id=note,
                severity="mistake" if mistake else "note",
                part=evidence.part.name,
                gradients=names,
                **WORDS[note]._asdict(),
                evidence=reason.evidence if reason else "the arrays returned are float32",
            )


def depth_finding(ran: Sequence[tuple[int, Part]], stopped: Sequence[Part]) -> Finding | None:
    """Return a finding if code runs on shallow networks and stops on every deeper one.

    ``ran`` are the parts on which it ran, with nothing wrong, each with its deepest network. Only a
    part that asks for the same function in the same way tells anything of another one.
    """
    for deeper in stopped:
        asked = (deeper.kind, deeper.interface)
        alike = [(depth, part) for depth, part in ran if (part.kind, part.interface) == asked]
        if deeper.kind != "step" and alike:
            depth, shallow = max(alike, key=lambda pair: pair[0])
            if depth < deeper.network.depth[0]:
                return _stops_on_deeper_ones(depth, shallow, deeper)
    return None


def _stops_on_deeper_ones(depth: int, shallow: Part, deeper: Part) -> Finding:
    words = WORDS["two-layers-only"]
    return Finding(
        id="two-layers-only",
        severity="mistake",
        part=deeper.name,
        gradients=deeper.names,
        title=words.title if depth == 2 else "Written for shallow networks",
        message=f"Your function runs on {depth} layers (part {shallow.name}) and stops on deeper "
        f"ones (part {deeper.name}).",
        hint=words.hint,
        confidence="likely",
    )


def diagnosis_failed(part: Part, error: Exception) -> Finding:
    """Return a note for a diagnosis that failed by a fault of ours."""
    return Finding(
        id="diagnosis-failed",
        severity="note",
        part=part.name,
        gradients=(),
        title="The cause could not be looked for",
        message=f"That is our fault ({type(error).__name__}: {error}), and the verdicts stand "
        "without it. Please report it.",
    )
