"""Submissions that are alike, in Markdown: the evidence side by side, and no verdict."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from gradcheck_grader.batch.likeness_values import Group, Likeness, Match, Pair, SameNumbers, Span
from gradcheck_grader.phrases import counted, cut
from gradcheck_grader.reports.markdown import code, escape

SHOWN = 20  # members, in words
WIDTH = 56  # of one side
LINES = 40  # of one match

HEAD = """\
# Submissions that are alike

For a person to judge. Short correct programs resemble each other, and students may work together
where the course allows it: nothing here is proof, and nothing here is part of a score.
"""


def render(likeness: Likeness) -> str:
    """Return the page."""
    lines = [
        HEAD,
        f"{counted(likeness.compared, 'submission was', 'submissions were')} compared; "
        f"{likeness.unread} could not be read. "
        f"{counted(likeness.common, 'stretch of code was', 'stretches of code were')} left out: "
        "the starter's, and what more than a quarter of the class has.",
        "",
        "## Nearly the same code",
        "",
        *(_groups(likeness.groups) or ["None."]),
        "",
        "## The same unusual wrong numbers",
        "",
        "Their wrong gradients agree in nine digits, and no mistake that others make explains it.",
        "",
        *(_numbers(likeness.same_numbers) or ["None."]),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _groups(groups: Iterable[Group]) -> list[str]:
    lines = []
    for number, group in enumerate(groups, start=1):
        lines += [f"### {number}. {len(group.keys)} submissions", ""]
        lines += [_members(group.names, group.keys), ""]
        lines += itertools.chain.from_iterable(_pair(pair) for pair in group.pairs if pair.matches)
        rest = [pair for pair in group.pairs if not pair.matches]
        if rest:
            lines += [f"{counted(len(rest), 'more pair')}: see similarity.json.", ""]
    return lines


def _members(names: tuple[str, ...], keys: tuple[str, ...]) -> str:
    pairs = list(zip(names, keys, strict=True))
    told = [f"{escape(name)} ({code(key)})" for name, key in pairs[:SHOWN]]
    more = len(pairs) - SHOWN
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")


def _pair(pair: Pair) -> Iterator[str]:
    how = "the same to the byte" if pair.identical else f"{pair.similarity:.0%} of the shorter one"
    yield f"{code(pair.left)} and {code(pair.right)}: {how}"
    yield ""
    for match in pair.matches:
        yield from _match(match)


def _match(match: Match) -> Iterator[str]:
    yield f"{_place(match.left)} · {_place(match.right)}"
    yield ""
    rows = [
        f"{_side(match.left, place):<{WIDTH}} │ {_side(match.right, place)}".rstrip()
        for place in range(max(len(match.left.lines), len(match.right.lines)))
    ]
    if len(rows) > LINES:
        rows = [*rows[:LINES], f"… and {counted(len(rows) - LINES, 'more line')}"]
    ticks = max((len(run) for row in rows for run in re.findall("`+", row)), default=0)
    fence = "`" * max(3, ticks + 1)
    yield from (f"{fence}text", *rows, fence, "")


def _place(span: Span) -> str:
    cell = f", cell {span.cell}" if span.cell else ""
    return f"{code(span.file)}{cell}, lines {span.first}–{span.last}"


def _side(span: Span, place: int) -> str:
    if place >= len(span.lines):
        return ""
    return cut(f"{span.first + place:>4}  {span.lines[place]}", WIDTH)


def _numbers(groups: Iterable[SameNumbers]) -> list[str]:
    lines = []
    for number, group in enumerate(groups, start=1):
        lines += [f"### {number}. {len(group.keys)} submissions", ""]
        lines += [_members(group.names, group.keys), ""]
        lines += ["| gradient | got | relative error |", "|---|---|---|"]
        lines += [
            f"| {escape(value.part)} {code(value.name)} | {_number(value.got)} "
            f"| {_number(value.relative_error)} |"
            for value in group.gradients
        ]
        found = ", ".join(map(code, group.findings)) or "none"
        lines += ["", f"Mistakes named in them: {found}", ""]
    return lines


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.9g}"
