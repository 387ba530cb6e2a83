"""Which submissions share code: an inverted index of marks, and pairs that share enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradcheck_grader.batch.likeness_values import Match, Span
from gradcheck_grader.sandbox.tokens import Marks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.int64]

ENOUGH = 0.6  # share of the shorter one's own marks
LEAST = 6  # shared marks: some forty tokens; less is chance
COMMON = 0.25  # of the class: what so many have comes from the course, not from each other
SMALL = 8  # in a smaller class a quarter is nobody


@dataclass(frozen=True, slots=True)
class Likely:
    """Two submissions by their place, and the share of the shorter one's marks in the other."""

    left: int
    right: int
    similarity: float


def own_marks(marks: Sequence[Hashes], starter: Hashes) -> tuple[list[Hashes], int]:
    """Return each one's marks without the starter's and without common ones; how many those are."""
    sets = [np.setdiff1d(hashes, starter) for hashes in marks]
    if len(sets) < SMALL:
        return sets, len(starter)
    hashes, counts = np.unique(np.concatenate(sets), return_counts=True)
    common = hashes[counts > COMMON * len(sets)]
    return [np.setdiff1d(own, common) for own in sets], len(starter) + len(common)


def likely_pairs(sets: Sequence[Hashes]) -> Iterator[Likely]:
    """Yield the pairs that share enough.

    Each submission's marks lead to everybody who has them, so the cost is what is shared, not the
    square of the class.
    """
    sizes = np.array([len(own) for own in sets])
    owners = np.repeat(np.arange(len(sets)), sizes)
    hashes = np.concatenate([*sets, np.empty(0, np.int64)])
    order = np.argsort(hashes, kind="stable")
    owners, hashes = owners[order], hashes[order]
    for left, own in enumerate(sets):
        starts = np.searchsorted(hashes, own, "left")
        ends = np.searchsorted(hashes, own, "right")
        several = ends - starts > 1
        if np.count_nonzero(several) < LEAST:
            continue
        slices = zip(starts[several], ends[several], strict=True)
        others = np.concatenate([owners[start:end] for start, end in slices])
        shared = np.bincount(others, minlength=len(sets))
        shared[: left + 1] = 0
        shorter = np.minimum(sizes, sizes[left])
        for right in np.flatnonzero((shared >= LEAST) & (shared >= ENOUGH * shorter)):
            share = float(shared[right] / shorter[right])
            yield Likely(left, int(right), round(share, 3))


def linked(pairs: Iterable[Likely]) -> list[list[Likely]]:
    """Return the pairs by group: submissions that are connected by any chain of them."""
    roots: dict[int, int] = {}

    def root(place: int) -> int:
        while roots.setdefault(place, place) != place:
            roots[place] = roots[roots[place]]
            place = roots[place]
        return place

    every = list(pairs)
    for pair in every:
        roots[root(pair.left)] = root(pair.right)
    groups: dict[int, list[Likely]] = {}
    for pair in every:
        groups.setdefault(root(pair.left), []).append(pair)
    return list(groups.values())


def matches(left: Marks, right: Marks, own: Hashes) -> tuple[Match, ...]:
    """Return the lines that two submissions share, joined where they follow each other."""
    there = {int(row[0]): row for row in right.rows[::-1]}
    rows = [row for row in left.rows if int(row[0]) in there and row[0] in own]
    joined: list[list[int]] = []  # place, first, last on the left; the same on the right
    for row in sorted(rows, key=lambda row: (row[1], row[2])):
        _, *here = map(int, row)
        _, *other = map(int, there[int(row[0])])
        if joined and _follows(joined[-1][:3], here) and _follows(joined[-1][3:], other):
            joined[-1][2] = max(joined[-1][2], here[2])
            joined[-1][5] = max(joined[-1][5], other[2])
        else:
            joined.append([*here, *other])
    return tuple(
        Match(left=_span(left, *spans[:3]), right=_span(right, *spans[3:])) for spans in joined
    )


def _follows(before: Sequence[int], after: Sequence[int]) -> bool:
    """Return whether lines begin within, or right below, those before them."""
    return before[0] == after[0] and before[1] <= after[1] <= before[2] + 1


def _span(marks: Marks, place: int, first: int, last: int) -> Span:
    unit = marks.units[place]
    return Span(
        file=unit.path, cell=unit.cell, first=first, last=last, lines=unit.lines[first - 1 : last]
    )
