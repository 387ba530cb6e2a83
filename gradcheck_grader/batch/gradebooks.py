"""Grades as Canvas and Moodle read them; a gradebook that was given comes back filled in.

Formats: Canvas's gradebook importer; Moodle's offline grading worksheet, and its import of grades.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradcheck_grader.batch.cells import line
from gradcheck_grader.batch.graded import Person
from gradcheck_grader.batch.matching import Index
from gradcheck_grader.batch.roster import IDENTIFIER, Table, plain_header, students
from gradcheck_grader.errors import GraderError

CANVAS_HEAD = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS = "    Points Possible"
EXCUSED = "EX"
TITLE = re.compile(r"(.*) \((\d+)\)")
GRADE = ("grade", "bewertung", "note", "calificación", "valutazione", "cijfer", "nota")
MOST = ("maximumgrade", "bestwertung", "notemaximale", "calificaciónmáxima", "valutazionemassima")
CHANGEABLE = "gradecanbechanged"


@dataclass(frozen=True, slots=True)
class Grade:
    """What one person got: a share of all points, None where there is no grade."""

    person: Person
    share: Fraction | None


def points(share: Fraction, most: Fraction) -> str:
    """Return a share of some points as a gradebook's text: rounded half up to two decimals."""
    whole, cents = divmod(int(100 * share * most + Fraction(1, 2)), 100)
    return f"{whole}.{cents:02d}".rstrip("0").rstrip(".")


def is_canvas(table: Table) -> bool:
    """Return whether a table is Canvas's gradebook."""
    head = [plain_header(text) for text in table.header]
    is_named = head[:2] == ["lastname", "firstname"] or "student" in head[0]
    return len(head) >= 4 and is_named and "id" in head[1:3] and "section" in head


def demand_column(table: Table | None, title: str, column: str) -> None:
    """Refuse the name of a column that the roster has not, or has twice.

    Raises
    ------
    GraderError
        If ``column`` is not empty, and no single column is named so.
    """
    if not column or table is None:
        return
    if not is_canvas(table):
        raise GraderError(
            "the roster is no gradebook of Canvas, so it has no such column",
            where="--canvas-column",
            remedy="Give --roster the file of Grades > Export, or leave the option out.",
        )
    _canvas_column(table, title, column)


def is_worksheet(table: Table) -> bool:
    """Return whether a table is Moodle's offline grading worksheet."""
    first = [row[0] for row in table.rows if row and row[0]]
    return (
        table.column(*GRADE) is not None and bool(first) and all(map(IDENTIFIER.fullmatch, first))
    )


def fill_canvas(table: Table, grades: Sequence[Grade], title: str, total: int, column: str) -> str:
    """Return Canvas's gradebook with this assignment's column; all else as it was.

    Raises
    ------
    GraderError
        If ``column`` names a column that is not there.
    """
    place = _canvas_column(table, title, column)
    rows = [list(row) for row in table.rows]
    head = list(table.header)
    most = Fraction(total)
    if place is None:
        place = len(head)
        head.append(column or title)
    for row in rows:
        row += [""] * (place + 1 - len(row))
        if row[0].strip().startswith(POINTS.strip()):
            most = _number(row[place]) or most
            row[place] = row[place] or str(total)
    for number, share in _by_line(table, grades).items():
        if rows[number][place].strip().upper() != EXCUSED:
            rows[number][place] = points(share, most)
    return _written(table, [head, *rows])


def _canvas_column(table: Table, title: str, column: str) -> int | None:
    """Return the assignment's column, None if it has to be made."""
    wanted = (column or title).strip().casefold()
    found = []
    for place, text in enumerate(table.header):
        match = TITLE.fullmatch(text.strip())
        if place >= 4 and (
            (match and wanted in (match[1].strip().casefold(), match[2]))
            or (column and text.strip().casefold() == wanted)
        ):
            found.append(place)
    if column and len(found) != 1:
        titles = [text for text in table.header[4:] if TITLE.fullmatch(text.strip())]
        which = "several columns are" if found else "no column is"
        raise GraderError(
            f"{which} named {column!r} in the gradebook",
            where="--canvas-column",
            remedy=f"It has: {'; '.join(titles) or 'no assignment'}",
        )
    return found[0] if len(found) == 1 else None


def fill_worksheet(table: Table, grades: Sequence[Grade], total: int) -> str:
    """Return Moodle's worksheet with grades, scaled to its own maximum; all else as it was."""
    place, most_place = table.column(*GRADE), table.column(*MOST)
    changeable = table.column(CHANGEABLE)
    rows = [list(row) for row in table.rows]
    for number, share in _by_line(table, grades).items():
        row = rows[number]
        row += [""] * (len(table.header) - len(row))
        if place is None or (changeable is not None and row[changeable].strip() == "No"):
            continue
        written = row[most_place] if most_place is not None else ""
        text = points(share, _number(written) or Fraction(total))
        row[place] = text.replace(".", ",") if "," in written else text
    return _written(table, [list(table.header), *rows])


def _by_line(table: Table, grades: Iterable[Grade]) -> Mapping[int, Fraction]:
    """Return the share for each line of a table; of one person's several, the highest."""
    index = Index.of(students(table, "the gradebook"))
    found: dict[int, Fraction] = {}
    for grade in grades:
        student = index.find(grade.person)
        if student is not None and grade.share is not None:
            found[student.line] = max(grade.share, found.get(student.line, grade.share))
    return found


def _number(text: str) -> Fraction | None:
    """Return a positive number as a gradebook writes it."""
    match = re.fullmatch(r"(\d{1,9})(?:[.,](\d{1,9}))?", text.strip())
    number = Fraction(f"{match[1]}.{match[2] or 0}") if match else Fraction(0)
    return number or None


def _written(table: Table, rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=table.delimiter, lineterminator=table.newline).writerows(rows)
    return stream.getvalue()


def new_canvas(grades: Sequence[Grade], title: str, total: int, platform: str, column: str) -> str:
    """Return a gradebook for Canvas; without its own numbers it matches by the registrar's."""
    is_own = platform == "canvas"
    lines = [line([*CANVAS_HEAD, column or title]), line([POINTS, "", "", "", "", total])]
    for grade in grades:
        person = grade.person
        own = person.id if is_own and person.id != person.sis else ""
        sis = person.sis or ("" if is_own else person.id)
        numbers = (own, sis, person.login if person.login != sis else "")
        text = "" if grade.share is None else points(grade.share, Fraction(total))
        lines.append(line([person.name, *numbers, person.section, text]))
    return "".join(lines)


def new_moodle(grades: Sequence[Grade], title: str, total: int, platform: str) -> str:
    """Return grades for Moodle: a worksheet of its own numbers, or a file for Grades > Import.

    One unknown person makes Moodle refuse an import, so nobody is in it without a number or an
    address, and nobody without a grade.
    """
    if platform == "moodle":
        return "".join(map(line, _own_worksheet(grades, total)))
    rows = [("Full name", "ID number", "Username", "Email address", title)]
    for grade in grades:
        person = grade.person
        if grade.share is not None and (person.id or person.login or person.email):
            number, text = person.sis or person.id, points(grade.share, Fraction(total))
            rows.append((person.name, number, person.login, person.email, text))
    return "".join(map(line, rows))


def _own_worksheet(grades: Sequence[Grade], total: int) -> Iterator[Sequence[str | int]]:
    yield ("Identifier", "Full name", "Email address", "Grade", "Maximum grade",
           "Last modified (grade)")  # fmt: skip
    for grade in grades:
        person = grade.person
        if person.id:
            text = "" if grade.share is None else points(grade.share, Fraction(total))
            yield (f"Participant {person.id}", person.name, person.email, text, total, "-")
