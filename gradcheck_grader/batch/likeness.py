"""Submissions that are alike, for a person to judge: never part of a score, never by default."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.batch.graded import Entry, Person, Results
from gradcheck_grader.batch.likeness_code import (
    LEAST,
    Likely,
    likely_pairs,
    linked,
    matches,
    own_marks,
)
from gradcheck_grader.batch.likeness_numbers import Numbers
from gradcheck_grader.batch.likeness_values import Group, Likeness, Pair
from gradcheck_grader.batch.staged import Staged
from gradcheck_grader.batch.task import read
from gradcheck_grader.errors import GraderError
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.tokens import Marks, read_marks
from gradcheck_grader.submission import read_submission

if TYPE_CHECKING:
    from gradcheck_grader.batch.likeness_code import Hashes

PAGE, DATA = "similarity.md", "similarity.json"
STARTER = "starter.py"
SHOWN_PAIRS = 10  # of a group, with their lines
MOST_GROUPS = 200  # with their lines


def find_likeness(
    entries: Sequence[Entry],
    results: Results,
    assignment: Assignment,
    sandbox: Sandbox,
) -> Likeness:
    """Return who has nearly the same code, and who has the same unusual wrong numbers.

    Parameters
    ----------
    entries : sequence of Entry
        Read again; their code is looked at in the sandbox alone, and not run.
    results : Results
        Walked once.

    Raises
    ------
    MachineError
        If the sandbox cannot do its work.
    """
    numbers, digests = Numbers(), dict[str, str]()
    for graded in results:
        numbers.add(graded)
        digests[graded.key] = graded.report.submission.sha256
    reader = _Reader(sandbox)
    seen, sets = _read_all(entries, reader)
    starter = reader.starter(assignment)
    own, common = own_marks(sets, starter)
    pairs = [*likely_pairs(own), *_identical(seen, digests, sets, starter)]
    apart = {
        (pair.left, pair.right): pair
        for pair in pairs
        if _who(seen[pair.left].person) != _who(seen[pair.right].person)
    }
    groups = [_group(found, seen, own, digests) for found in linked(apart.values())]
    groups.sort(key=lambda group: (-group.similarity, -len(group.keys), group.keys))
    told = [reader.with_lines(group, seen, sets, starter) for group in groups[:MOST_GROUPS]]
    return Likeness(
        compared=len(seen),
        unread=len(entries) - len(seen),
        common=common,
        groups=(*told, *groups[MOST_GROUPS:]),
        same_numbers=numbers.unusual(),
    )


def write_likeness(likeness: Likeness, folder: Path) -> tuple[Path, ...]:
    """Write similarity.md and similarity.json; return their paths.

    Raises
    ------
    GraderError
        If one cannot be written.
    """
    from gradcheck_grader.batch.likeness_text import render

    folder.mkdir(parents=True, exist_ok=True)
    with Staged(folder) as staged:
        staged.text(PAGE).write(render(likeness))
        staged.text(DATA).write(likeness.model_dump_json(indent=2) + "\n")
    return staged.paths


def remove_likeness(folder: Path) -> None:
    """Remove what an earlier run wrote, if it did.

    Raises
    ------
    GraderError
        If one cannot be removed.
    """
    for name in (PAGE, DATA):
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise GraderError(f"{folder / name} cannot be removed: {error.strerror}") from error


def _read_all(entries: Iterable[Entry], reader: _Reader) -> tuple[list[Entry], list[Hashes]]:
    """Return the entries that could be read, and the marks of each."""
    seen: list[Entry] = []
    sets: list[Hashes] = []
    for entry in entries:
        marks = reader.marks(entry)
        if marks is not None:
            seen.append(entry)
            sets.append(np.unique(marks.rows[:, 0]))
    return seen, sets


class _Reader:
    """Reads what code looks like, in the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def marks(self, entry: Entry) -> Marks | None:
        """Return the marks of a submission, None if there is no reading it."""
        task = read(entry)
        if task.unreadable or task.fault:
            return None
        submission = task.submission
        found = read_marks(self._sandbox, submission.files, submission.main)
        return found if isinstance(found, Marks) else None

    def starter(self, assignment: Assignment) -> Hashes:
        """Return the marks of the assignment's starter, none if it has no starter."""
        path = assignment.folder / STARTER
        if not path.is_file():
            return np.empty(0, np.int64)
        starter = read_submission(path, neighbours=False)
        found = read_marks(self._sandbox, starter.files, starter.main)
        hashes = found.rows[:, 0] if isinstance(found, Marks) else np.empty(0, np.int64)
        return np.unique(hashes)

    def with_lines(
        self, group: Group, seen: Sequence[Entry], sets: Sequence[Hashes], starter: Hashes
    ) -> Group:
        """Return a group with the lines that its most similar pairs share."""
        places = {entry.key: place for place, entry in enumerate(seen)}
        shown = []
        for pair in group.pairs[:SHOWN_PAIRS]:
            left, right = (self.marks(seen[places[key]]) for key in (pair.left, pair.right))
            own = np.setdiff1d(sets[places[pair.left]], starter)
            if left is not None and right is not None:
                pair = pair.model_copy(update={"matches": matches(left, right, own)})
            shown.append(pair)
        return group.model_copy(update={"pairs": (*shown, *group.pairs[SHOWN_PAIRS:])})


def _identical(
    seen: Sequence[Entry], digests: dict[str, str], sets: Sequence[Hashes], starter: Hashes
) -> Iterable[Likely]:
    """Yield those that are the same to the byte, comments included, and not just the starter."""
    first: dict[str, int] = {}
    for place, entry in enumerate(seen):
        digest = digests.get(entry.key, entry.key)
        if len(np.setdiff1d(sets[place], starter)) >= LEAST:
            if digest in first:
                yield Likely(first[digest], place, 1.0)
            first.setdefault(digest, place)


def _group(
    pairs: Sequence[Likely], seen: Sequence[Entry], own: Sequence[Hashes], digests: dict[str, str]
) -> Group:
    places = sorted({place for pair in pairs for place in (pair.left, pair.right)})
    shown = [
        Pair(
            left=seen[pair.left].key,
            right=seen[pair.right].key,
            similarity=pair.similarity,
            identical=_same(digests, seen[pair.left].key, seen[pair.right].key),
        )
        for pair in pairs
    ]
    shown.sort(key=lambda pair: (-pair.similarity, not pair.identical, pair.left, pair.right))
    return Group(
        keys=tuple(seen[place].key for place in places),
        names=tuple(seen[place].person.name for place in places),
        similarity=shown[0].similarity,
        pairs=tuple(shown),
    )


def _same(digests: dict[str, str], left: str, right: str) -> bool:
    return left in digests and digests[left] == digests.get(right)


def _who(person: Person) -> str:
    """Return what tells one person from another."""
    return person.id or person.email or person.login or person.name
