"""What an example says of itself in its first lines: the verdicts and the mistake it must get.

    # expected: all correct
    # expected: dW1 wrong, db1 wrong
    # expected: shallow: all correct
    # expected: deep: dW3 missing, db3 missing
    # mistake: hidden-missing-gprime

Gradients that are not named are expected to be correct. A part's name stands before a colon and
holds until the next one; without any, the first part is meant, and by ``all ...`` every part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.models import GradeReport, Verdict

Row = tuple[str, str]  # part and gradient
VERDICTS = tuple(verdict for verdict in get_args(Verdict) if verdict != "not graded")


@dataclass(frozen=True, slots=True)
class Declared:
    """The verdict of every row, and the ids of the mistakes that must be named."""

    verdicts: dict[Row, str]
    mistakes: frozenset[str]


def declared(text: str, rows: Iterable[Row]) -> Declared:
    """Return what the source text of an example declares about these rows.

    Raises
    ------
    AssignmentError
        If it declares nothing, or something that cannot be read.
    """
    lines = re.findall(r"(?m)^# ?expected: *(.*?) *$", text)
    if not lines:
        raise AssignmentError(
            "the example does not say what it expects",
            remedy="Begin it with a line such as: # expected: dW1 wrong, db1 wrong",
        )
    verdicts = dict.fromkeys(rows, "correct")
    for line in lines:
        verdicts |= _of_line(line, tuple(verdicts))
    return Declared(verdicts, frozenset(re.findall(r"(?m)^# ?mistake: *(\S+)", text)))


def _of_line(line: str, rows: tuple[Row, ...]) -> dict[Row, str]:
    if whole := re.fullmatch(r"(?:([a-z0-9-]+): )?all (\w+)", line):
        chosen = [row for row in rows if whole[1] in (None, row[0])]
        if chosen and whole[2] in VERDICTS:
            return dict.fromkeys(chosen, whole[2])
        raise _unreadable(line, rows)
    found: dict[Row, str] = {}
    part = rows[0][0]
    for item in line.split(", "):
        words = re.fullmatch(r"(?:([a-z0-9-]+): )?(\w+) ([a-z -]+)", item)
        part = (words and words[1]) or part
        if not words or (part, words[2]) not in rows or words[3] not in VERDICTS:
            raise _unreadable(item, rows)
        found[part, words[2]] = words[3]
    return found


def _unreadable(item: str, rows: tuple[Row, ...]) -> AssignmentError:
    parts = dict.fromkeys(part for part, _ in rows)
    known = "; ".join(f"{p}: {', '.join(name for q, name in rows if q == p)}" for p in parts)
    return AssignmentError(
        f"what the example expects cannot be read: {item!r}",
        remedy=f"Write a gradient and a verdict. Graded are {known}.\n"
        f"Verdicts: {', '.join(VERDICTS)}",
    )


def faults(name: str, expected: Declared, report: GradeReport) -> list[str]:
    """Return in words everything in which a report is not as the example declares.

    Points that a gradient keeps because it only follows from another's mistake are the report's
    business: an example declares ``wrong`` for both, or ``follow-through`` if it means that one.
    """
    found = []
    for row in report.gradients:
        wanted = expected.verdicts.get((row.part, row.name), "correct")
        if row.verdict != wanted and (row.verdict, wanted) != ("follow-through", "wrong"):
            found.append(f"{row.part}: {row.name} is {row.verdict}, expected {wanted}")
    graded = {(row.part, row.name) for row in report.gradients}
    for (part, gradient), wanted in expected.verdicts.items():
        if wanted != "correct" and (part, gradient) not in graded:
            found.append(f"{part}: {gradient} is not graded, expected {wanted}")
    named = {finding.id for finding in report.findings if finding.severity == "mistake"}
    if expected.mistakes and not report.problems and named != expected.mistakes:
        wanted = ", ".join(sorted(expected.mistakes))
        found.append(
            f"the mistake named is {', '.join(sorted(named)) or 'none'}, expected {wanted}"
        )
    promised = name.split("_")[0].removesuffix(".py")
    if promised in ("right", "wrong") and report.all_correct != (promised == "right"):
        found.append(f"the file is called {promised}, and its score is {report.score}")
    if report.all_correct and named:
        found.append(f"right code is accused of {', '.join(sorted(named))}")
    return found
