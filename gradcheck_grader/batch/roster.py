"""A course's list of students: a CSV file as people keep it, or a platform's gradebook."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck_grader.batch.graded import Person
from gradcheck_grader.errors import GraderError
from gradcheck_grader.sandbox.text import clean_line

LARGEST = 32 * 2**20
SHOWN, LONGEST_CELL = 5, 400
# Field by the letters and digits of a header, as people and platforms write it.
HEADERS = {
    "name": "name student studentname fullname displayname learner vollständigername nombrecompleto"
    " nomcomplet",
    "first": "first firstname firstnames givenname givennames forename forenames vorname prénom"
    " nombre",
    "last": "last lastname lastnames surname surnames familyname familynames nachname nom"
    " apellidos",
    "id": "id sid studentid sisuserid idnumber studentnumber userid identifier identifikator"
    " matriculation matriculationnumber",
    "email": "email emailaddress mail studentemail emailadresse",
    "login": "login sisloginid loginid username user netid userlogin",
    "section": "section sections group class",
}
FIELDS = {header: field for field, headers in HEADERS.items() for header in headers.split()}
IDENTIFIER = re.compile(r"[^\W\d][^\d]*?(\d+)")  # Moodle's "Participant 4711", in any language


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file as it was: header, rows, and what is needed to write it back the same way."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str = ","
    has_mark: bool = False
    newline: str = "\n"

    def column(self, *names: str) -> int | None:
        """Return the place of the first of some headers, compared by letters and digits."""
        plain = [plain_header(text) for text in self.header]
        return next((plain.index(name) for name in names if name in plain), None)


@dataclass(frozen=True, slots=True)
class Student:
    """One line of a roster; ``numbers`` is everything that may name the person elsewhere."""

    person: Person
    numbers: tuple[str, ...]
    line: int


def read_roster(path: Path) -> tuple[Student, ...]:
    """Return the students of a roster.

    Raises
    ------
    GraderError
        If it cannot be read, or has no column that names people.
    """
    return students(read_table(path), str(path))


def read_table(path: Path) -> Table:
    """Return a CSV file's cells; commas, semicolons or tabs, with a byte order mark or without.

    Raises
    ------
    GraderError
        If it cannot be read.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise GraderError(
            f"the roster cannot be read: {error.strerror}", where=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise GraderError(
            "the roster is not UTF-8", where=str(path), remedy='Save it again as "CSV UTF-8".'
        ) from error
    if len(content) > LARGEST:
        raise GraderError("the roster is too large", where=str(path))
    first, _, rest = text.lstrip().partition("\n")
    if hint := re.fullmatch(r'"?sep=(.)"?\s*', first):  # Excel's, for itself
        text, delimiter = rest, hint[1]
    else:
        delimiter = max(",;\t", key=re.sub(r'"[^"]*"', "", first).count)
    try:
        lines = [
            tuple(row) for row in csv.reader(io.StringIO(text, ""), delimiter=delimiter) if row
        ]
    except csv.Error as error:
        raise GraderError(f"not readable as CSV: {error}", where=str(path)) from error
    if not lines:
        raise GraderError("the roster is empty", where=str(path))
    newline = "\r\n" if b"\r\n" in content else "\n"
    return Table(
        lines[0], tuple(lines[1:]), delimiter, content.startswith(b"\xef\xbb\xbf"), newline
    )


def columns_read(table: Table) -> str:
    """Say which columns of a roster are read, and which are not."""
    fields = _fields(table)
    read = [clean_line(text, LONGEST_CELL) for at, text in enumerate(table.header) if at in fields]
    left = [clean_line(t, LONGEST_CELL) for at, t in enumerate(table.header) if at not in fields]
    return f"columns read: {listed(read)}" + (f"; not read: {listed(left)}" if left else "")


def students(table: Table, where: str) -> tuple[Student, ...]:
    """Return the people of a table; Canvas's lines that are nobody are left out.

    Raises
    ------
    GraderError
        If no column names people.
    """
    fields = _fields(table)
    if not {"name", "first", "last", "id", "email", "login"} & set(fields.values()):
        raise GraderError(
            "no column of the roster names people",
            where=where,
            remedy="Name the columns, e.g.: name,id,email",
        )
    return tuple(_students(table, fields))


def _students(table: Table, fields: dict[int, str]) -> Iterator[Student]:
    for line, row in enumerate(table.rows):
        known: dict[str, list[str]] = {}
        for place, field in fields.items():
            text = clean_line(row[place], LONGEST_CELL) if place < len(row) else ""
            if text:
                known.setdefault(field, []).append(text)
        names = known.get("name", []) or known.get("last", [""])[:1] + known.get("first", [])
        if not known or is_nobody(", ".join(names)):
            continue
        numbers = [_number(text) for text in known.get("id", [])]
        logins = known.get("login", [])
        name = " ".join(known.get("name", []) or known.get("first", []) + known.get("last", []))
        email = next(iter(known.get("email", [])), "")
        number = next(iter(numbers), "")
        login = next(iter(logins + numbers[1:]), "")
        section = next(iter(known.get("section", [])), "")
        shown = name or login or email or number
        person = Person(shown, number, email, login, section)
        yield Student(person, (*numbers, *logins, *known.get("email", [])), line)


def is_nobody(name: str) -> bool:
    """Return whether Canvas writes a line for nobody: the points possible, a test student."""
    return name.strip().startswith("Points Possible") or name.strip() == "Student, Test"


def _fields(table: Table) -> dict[int, str]:
    """Return the field of each column that has one; an id that nobody knows by what it holds."""
    fields = {
        place: field
        for place, text in enumerate(table.header)
        if (field := FIELDS.get(plain_header(text)))
    }
    for place in range(len(table.header)):
        cells = [row[place] for row in table.rows[:50] if place < len(row) and row[place]]
        if place not in fields and cells and all(re.fullmatch(r"\S+@\S+", cell) for cell in cells):
            fields[place] = "email"
        if place == 0 and place not in fields and cells and all(map(IDENTIFIER.fullmatch, cells)):
            fields[place] = "id"
    return fields


def plain_header(text: str) -> str:
    """Return a header's letters and digits, small."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).casefold()


def _number(text: str) -> str:
    """Return an id without Moodle's word before it."""
    match = re.fullmatch(r"[^\W\d]{5,}(?:/\w+)? (\d+)", text)
    return match[1] if match else text


def listed(names: Sequence[str]) -> str:
    """Return the first names; a name may hold a comma."""
    return "; ".join(names[:SHOWN]) + ("; …" if len(names) > SHOWN else "")
