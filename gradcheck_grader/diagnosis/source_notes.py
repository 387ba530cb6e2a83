"""What the reader of the source has noted, as findings; what is unfinished explains lost points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradcheck_grader.assignment import Part
from gradcheck_grader.comparison import UNCHANGED, Comparison
from gradcheck_grader.diagnosis.absent import is_nothing_at_all, placeholders
from gradcheck_grader.diagnosis.clipping import CUTS, NORMS
from gradcheck_grader.diagnosis.note_titles import title_of
from gradcheck_grader.diagnosis.wording import listed
from gradcheck_grader.models import Finding
from gradcheck_grader.sandbox.job import Note, Problem, Result

UNFINISHED = frozenset({"not-filled-in", "no-return"})
KEY_TWICE = "key-twice"
LONE_COMMA = "lone-comma"
IN_TICKS = re.compile("`(\\w+)`")
# Told with what they have done, if anything.
ASIDE = frozenset({LONE_COMMA, CUTS, NORMS})

# Ways to write that are no trouble where everything is right.
OF_WRONG_WORK = frozenset({"third-argument", "fractions-lost"})


def _stem(key: str) -> str:
    return key.lower().removeprefix("d")


def unfilled(result: Result) -> bool:
    """Return whether something in the source is still to be written."""
    return result.loaded is not None and any(n.id in UNFINISHED for n in result.loaded.notes)


def keys_lost(part: Part, comparisons: Sequence[Comparison], result: Result) -> tuple[str, ...]:
    """Return the gradients without a key, where another one has its key twice."""
    if result.loaded is None or all(note.id != KEY_TWICE for note in result.loaded.notes):
        return ()
    lost = {item.name for item in comparisons if item.lacks == "key"}
    return part.in_order(lost)


def _key_twice(
    part: Part, note: Note, lost: Sequence[str], comparisons: Sequence[Comparison]
) -> Finding:
    wrong = {item.name for item in comparisons if item.verdict != "correct"}
    key = IN_TICKS.search(note.message)
    own = {name for name in wrong if key and _stem(name) == _stem(key[1])}
    return Finding(
        id=KEY_TWICE,
        severity="mistake",
        part=part.name,
        gradients=part.in_order({*lost, *own}),  # under its own key stands what another one is
        title="A key stands twice",
        message=f"{note.message} There is no key for {listed(lost)}.",
        hint="Which key belongs to which value?",
        line=note.line,
    )


def source_notes(
    part: Part, comparisons: Sequence[Comparison], result: Result
) -> Iterator[Finding]:
    """Yield what the reader of the source wants to say."""
    all_right = all(item.verdict == "correct" for item in comparisons)
    for note in result.loaded.notes if result.loaded is not None else ():
        if all_right and note.id in OF_WRONG_WORK:
            continue
        if note.id == KEY_TWICE:
            if lost := keys_lost(part, comparisons, result):
                yield _key_twice(part, note, lost, comparisons)
            continue
        unfinished = note.id in UNFINISHED
        if note.id in ASIDE or (unfinished and _is_told(part, note, comparisons, result)):
            continue
        blank = placeholders(part, comparisons) if unfinished else ()
        yield Finding(
            id=note.id,
            severity="mistake" if unfinished else "note",
            part=part.name,
            gradients=blank,
            title=title_of(note.id),
            message=_with_names(note, blank),
            line=note.line,
        )


def _is_told(part: Part, note: Note, comparisons: Sequence[Comparison], result: Result) -> bool:
    """Return whether what is unfinished is said with the problem, or has cost nothing."""
    if all(item.verdict == "correct" for item in comparisons):
        return True
    if note.id == "no-return":
        # What a step is given may be updated in place, and come back without a return.
        untouched = part.kind == "step" and all(i.detail == UNCHANGED for i in comparisons)
        return not (untouched or is_nothing_at_all(comparisons))
    stopped = [item for item in result.outcomes if isinstance(item, Problem)]
    return any(item.unfinished == note.id for item in stopped)


def _with_names(note: Note, blank: Sequence[str]) -> str:
    """Return what a note says, with what has no value for it."""
    if not blank or note.id == "no-return":
        return note.message
    return f"{note.message} Without a value: {listed(blank)}."
