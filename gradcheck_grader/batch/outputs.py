"""What a batch leaves behind beside its store: tables, reports, gradebooks and feedback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import IO

from gradcheck_grader.batch.cells import Cell, line
from gradcheck_grader.batch.feedback import FOLDER, Feedback, Packed
from gradcheck_grader.batch.gradebooks import (
    Grade,
    demand_column,
    fill_canvas,
    fill_worksheet,
    is_canvas,
    is_worksheet,
    new_canvas,
    new_moodle,
)
from gradcheck_grader.batch.graded import Collection, Graded, Person, Results
from gradcheck_grader.batch.roster import read_table
from gradcheck_grader.batch.staged import Staged, writing
from gradcheck_grader.batch.summary import percent
from gradcheck_grader.choices import Hints
from gradcheck_grader.exam import Exam
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports.json import as_line

HEAD = ("name", "id", "email", "key", "late", "status", "score", "max_score", "percent")
MISSING = "missing"


def write_outputs(
    results: Results,
    collection: Collection,
    exam: Exam,
    folder: Path,
    hints: Hints = "full",
    canvas_column: str = "",
) -> tuple[Path, ...]:
    """Write grades.csv, results.jsonl, canvas.csv, moodle.csv and feedback/; return their paths.

    Parameters
    ----------
    results : Results
        Sorted by key; walked once.
    folder : Path
        Where to; it is made.
    hints : {"none", "nudge", "full"}
        The most that feedback says of causes; the assignment may allow less.
    canvas_column : str
        Title or number of the column to fill in a Canvas gradebook given as the roster.

    Raises
    ------
    GraderError
        If something cannot be written, or the gradebook has no such column. No file is then
        changed but those of feedback.
    """
    people = {entry.key: entry.person for entry in collection.entries}
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        feedback = Feedback(folder, exam.assignment.hints, hints)
    with Staged(folder) as staged, ExitStack() as stack:
        packed = None
        if collection.platform == "moodle":
            packed = stack.enter_context(Packed(staged.binary("feedback-moodle.zip")))
        table, reports = _Table(staged.text("grades.csv"), exam), staged.text("results.jsonl")
        for graded in results:
            person = people.get(graded.key, graded.person)
            table.add(graded, person)
            reports.write(f"{as_line(graded.report)}\n")
            text = feedback.write(graded)
            if packed is not None:
                packed.add(person, text)
        table.add_missing(collection.missing)
        _write_gradebooks(staged, table.grades, collection, exam, canvas_column)
    return (*staged.paths, folder / FOLDER)


def share(report: GradeReport) -> Fraction | None:
    """Return the share of all points, None without a grade."""
    if report.status != "graded" or not report.max_score:
        return None
    return Fraction(report.score, report.max_score)


class _Table:
    """grades.csv: a row a person, a column a gradient; keeps what gradebooks need."""

    def __init__(self, stream: IO[str], exam: Exam) -> None:
        parts = [paper.part for paper in exam.papers]
        self._names = [(part.name, name) for part in parts for name in part.names]
        self._stream = stream
        self._head = (*HEAD, *(f"{part}.{name}" for part, name in self._names), "findings")
        self._write(self._head)
        self.grades: list[Grade] = []

    def add(self, graded: Graded, person: Person) -> None:
        """Write the row of everybody who handed this in."""
        for member in person.members or (person,):
            self._write(_row(graded, member, self._names))
            self.grades.append(Grade(member, share(graded.report)))

    def add_missing(self, missing: Iterable[Person]) -> None:
        """Write a row without points for everybody who handed in nothing."""
        for person in missing:
            told = (person.name, person.id, person.email, "", "", MISSING)
            self._write((*told, *[None] * (len(self._head) - len(told))))
            self.grades.append(Grade(person, None))

    def _write(self, cells: Iterable[Cell]) -> None:
        self._stream.write(line(cells))


def _row(graded: Graded, person: Person, names: list[tuple[str, str]]) -> Iterator[Cell]:
    report = graded.report
    yield from (person.name, person.id, person.email, graded.key)
    yield from ("yes" if graded.late else "", report.status)
    earned: dict[tuple[str, str], int] = {}
    if report.status == "graded":
        earned = {(row.part, row.name): row.points for row in report.gradients}
        yield from (report.score, report.max_score, round(percent(report), 2))
    else:
        yield from (None, None, None)
    yield from (earned.get(name) for name in names)
    yield "; ".join(dict.fromkeys(finding.id for finding in report.findings))


def _write_gradebooks(
    staged: Staged, grades: list[Grade], collection: Collection, exam: Exam, column: str
) -> None:
    title, total = exam.assignment.title, exam.assignment.total
    given = read_table(collection.roster) if collection.roster is not None else None
    has_mark = False
    demand_column(given, title, column)
    if given is not None and is_canvas(given):
        canvas, has_mark = fill_canvas(given, grades, title, total, column), given.has_mark
    else:
        canvas = new_canvas(grades, title, total, collection.platform, column)
    staged.text("canvas.csv", mark=has_mark).write(canvas)
    has_mark = False
    if given is not None and is_worksheet(given):
        moodle, has_mark = fill_worksheet(given, grades, total), given.has_mark
    else:
        moodle = new_moodle(grades, title, total, collection.platform)
    staged.text("moodle.csv", mark=has_mark).write(moodle)
