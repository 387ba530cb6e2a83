"""The results as compact JSON for a page: what many students share is stored once."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from gradcheck_grader.batch.graded import Graded
from gradcheck_grader.models import Finding, GradeReport, GradientResult, ReportProblem
from gradcheck_grader.phrases import cut
from gradcheck_grader.reports import pages, words

VERDICTS = tuple(pages.SIGNS)
LONGEST_NAME = 200
LONGEST_LINE = 300  # of code
LONGEST_TEXT = 2000
PRINTED = 1_000_000  # characters of all printed output in a page
LEAST_PRINTED, MOST_PRINTED = 120, 2000
ESCAPED = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
Json = dict[str, Any]


class Shared:
    """Values that are stored once, and known by their number from then on."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self._numbers: dict[Any, int] = {value: at for at, value in enumerate(values)}

    def __iter__(self) -> Iterator[Any]:
        return iter(self._numbers)

    def number(self, value: Any) -> int:
        """Return the number of a value; a new one gets the next."""
        return self._numbers.setdefault(value, len(self._numbers))


class PageData:
    """The data of a page, made while walking the results; the shared tables come last.

    Parameters
    ----------
    columns : iterable of (part, name)
        The gradients, in the order in which the page shows them.
    count : int
        How many submissions there are: the more, the less of what each printed is kept.
    """

    def __init__(self, columns: Iterable[tuple[str, str]], count: int) -> None:
        self._columns = Shared(columns)
        self._described: dict[int, Json] = {}
        self._texts = Shared([""])
        self._findings = Shared()
        share = PRINTED // max(count, 1)
        self._printed = min(max(share, LEAST_PRINTED), MOST_PRINTED)

    def student(self, graded: Graded) -> Json:
        """Return one submission; what is blank, zero or no is left out."""
        report, person = graded.report, graded.person
        is_graded = report.status == "graded"
        found = {
            "n": _name(person.name),
            "i": _name(person.id or person.login),
            "m": _name(person.email),
            "g": _name(person.section),
            "k": _name(graded.key),
            "l": int(graded.late),
            "s": report.score if is_graded else None,
            "x": report.max_score if is_graded else None,
            "h": report.submission.sha256,
            "c": cut(words.one_line(report.replay), LONGEST_TEXT),
            "r": self._rows(report),
            "f": [self._cause(group, report) for group in words.causes(report)],
            "w": [self._cause([note], report) for note in words.notes(report)],
            "p": [self._problem(problem) for problem in report.problems],
            "o": cut(words.plain(report.output).strip("\n"), self._printed),
        }
        return {key: value for key, value in found.items() if value or key == "s"}

    def tables(self) -> Json:
        """Return what the submissions refer to by number."""
        names = ("id", "severity", "title", "message", "hint")
        return {
            "columns": [
                {"part": part, "name": name, **self._described.get(at, {})}
                for at, (part, name) in enumerate(self._columns)
            ],
            "texts": list(self._texts),
            "findings": [dict(zip(names, each, strict=True)) for each in self._findings],
            "verdicts": [[verdict, *pages.SIGNS[verdict]] for verdict in VERDICTS],
        }

    def _rows(self, report: GradeReport) -> list[list[Any] | int]:
        """Return the rows by column; 0 where there is none."""
        rows = {self._column(row): self._row(row) for row in report.gradients}
        return [rows.get(at, 0) for at in range(max(rows, default=-1) + 1)]

    def _column(self, row: GradientResult) -> int:
        at = self._columns.number((row.part, row.name))
        self._described.setdefault(
            at, {"shape": row.shape, "most": row.max_points, "trials": row.trials}
        )
        return at

    def _row(self, row: GradientResult) -> list[Any]:
        is_off = row.worst and row.verdict not in ("correct", "follow-through")
        cells = [
            VERDICTS.index(row.verdict),
            row.points,
            _short(row.relative_error),
            self._text(words.seen(row)),
            self._text(row.finding or ""),
            words.numbers(row) if is_off else "",
        ]
        while cells[-1] in (0, "", None):
            cells.pop()
        return cells

    def _text(self, text: str) -> int:
        return self._texts.number(cut(words.plain(text), LONGEST_TEXT))

    def _cause(self, group: list[Finding], report: GradeReport) -> Json:
        finding = group[0]
        said = (finding.title, finding.message, finding.hint)
        texts = (cut(words.plain(text), LONGEST_TEXT) for text in said)
        unplaced = [replace(item, line=None, cell=None) for item in group]
        found = {
            "f": self._findings.number((finding.id, finding.severity, *texts)),
            "g": self._text(words.where(unplaced, report.submission.name)),
            "e": self._text(finding.evidence),
            "u": int(finding.confidence == "likely"),
            **self._place(finding, report.submission.name),
        }
        return {key: value for key, value in found.items() if value or key == "f"}

    def _problem(self, problem: ReportProblem) -> Json:
        found = {
            "t": self._text(words.problem_title(problem)),
            "k": self._text(problem.kind),
            "m": self._text(problem.message),
            "g": self._text(f"in part {problem.part}" if problem.part else ""),
            "d": self._text(", from ".join(problem.frames[:-1])),
            **self._place(problem, ""),
        }
        return {key: value for key, value in found.items() if value}

    def _place(self, item: Finding | ReportProblem, own: str) -> Json:
        """Return where something is, and the line of code: its number, and the line in pieces."""
        at = words.one_line(words.place(item)).removeprefix(f"{own}, ")
        frame = pages.frame(item)
        pieces = [cut(words.plain(piece), LONGEST_LINE) for piece in frame or ()]
        return {"a": self._text(at), "c": [item.line or 0, *pieces] if frame else []}


def as_json(value: Any) -> str:
    """Return compact JSON that can stand in a page: it holds no sign that HTML knows."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(ESCAPED)


def _short(error: float | None) -> float | None:
    """Return a relative error with two digits; JSON has no word for one that is no number."""
    return None if error is None or not math.isfinite(error) else float(f"{error:.1e}")


def _name(text: str) -> str:
    return cut(words.one_line(text), LONGEST_NAME)
