"""A course's list of students: a CSV file as people keep it, or a platform's gradebook."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gradcheck_grader.batch.graded import Entry, Person
from gradcheck_grader.errors import GraderError
from gradcheck_grader.sandbox.text import clean_line

LARGEST = 32 * 2**20
SHOWN, LONGEST_CELL = 5, 400
# Field by the letters and digits of a header, as people and platforms write it.
HEADERS = {
    "name": "name student studentname fullname displayname learner vollständigername nombrecompleto"
    " nomcomplet",
    "first": "first firstname givenname forename vorname prénom nombre",
    "last": "last lastname surname familyname nachname nom apellidos",
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
    first = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    delimiter = max(",;\t", key=first.count)
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
        if not known or is_nobody(known.get("name", [""])[0]):
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


def match_roster(
    entries: Sequence[Entry], roster: Sequence[Student]
) -> tuple[tuple[Entry, ...], tuple[Person, ...], tuple[str, ...]]:
    """Return the entries with what the roster knows of people, who is missing, and notes."""
    index = Index.of(roster)
    seen: dict[int, list[str]] = {}
    unknown = []
    named = []
    for entry in entries:
        members = entry.person.members or (entry.person,)
        known = [index.find(person) for person in members]
        for student in known:
            if student is not None:
                seen.setdefault(student.line, []).append(entry.key)
        if None in known:
            unknown.append(entry.key)
        people = [_joined(*pair) for pair in zip(members, known, strict=True)]
        whole = people[0] if not entry.person.members else _group(people)
        named.append(replace(entry, person=whole))
    missing = tuple(student.person for student in roster if student.line not in seen)
    return tuple(named), missing, (*_unknown(unknown), *few(list(_twice(seen))))


def few(notes: Sequence[str]) -> Sequence[str]:
    """Return the first notes of a kind, and how many there are more."""
    more = len(notes) - SHOWN
    return notes if more <= 0 else (*notes[:SHOWN], f"and {more} more like these")


def _unknown(keys: Sequence[str]) -> Iterator[str]:
    if keys:
        names = ", ".join(keys[:SHOWN]) + (", …" if len(keys) > SHOWN else "")
        what = "submission is" if len(keys) == 1 else "submissions are"
        yield f"{len(keys)} {what} of nobody on the roster: {names}"


def _twice(seen: dict[int, list[str]]) -> Iterator[str]:
    for keys in seen.values():
        if len(keys) > 1:
            yield f"{' and '.join(keys)} are of one person; the higher score counts in gradebooks"


def _group(people: Sequence[Person]) -> Person:
    return Person(", ".join(person.name for person in people), members=tuple(people))


def _joined(found: Person, student: Student | None) -> Person:
    """Return a person with the roster's facts; the platform's number stays, gradebooks need it."""
    if student is None:
        return found
    known = student.person
    number = found.id or known.id
    login = known.login or (known.id if known.id != number else "")
    email = known.email or found.email
    return Person(known.name, number, email, login, known.section)


@dataclass(frozen=True, slots=True)
class Index:
    """Students by what may name them; what would name two of them names nobody."""

    by_number: dict[str, Student]
    by_name: dict[str, Student]
    by_form: dict[str, Student]

    @classmethod
    def of(cls, roster: Sequence[Student]) -> Index:
        """Return the index of a roster."""
        return cls(
            _unique((text.casefold(), student) for student in roster for text in student.numbers),
            _unique((_plain(student.person.name), student) for student in roster),
            _unique((form, item) for item in roster for form in name_forms(item.person.name)),
        )

    def find(self, person: Person) -> Student | None:
        """Return who a person is: by number, login or email, then by name."""
        for text in (person.id, person.login, person.email, person.name):
            if text and (student := self.by_number.get(text.casefold())):
                return student
        if student := self.by_name.get(_plain(person.name)):
            return student
        named = {self.by_form[form] for form in name_forms(person.name) if form in self.by_form}
        if len(named) == 1:
            return named.pop()
        # A file such as 1234567_student.py: a word with a digit in it that is somebody's number.
        words = re.split(r"[\s_,;()]+", person.name.casefold())
        numbers = [word for word in words if re.search(r"\d", word)]
        told = {self.by_number[word] for word in numbers if word in self.by_number}
        return told.pop() if len(told) == 1 else None


def _unique(pairs: Iterable[tuple[str, Student]]) -> dict[str, Student]:
    found: dict[str, set[Student]] = {}
    for text, student in pairs:
        found.setdefault(text, set()).add(student)
    return {text: held.pop() for text, held in found.items() if text and len(held) == 1}


def _plain(name: str) -> str:
    """Return a name as it is compared: letters and digits, "Doe, Jane" turned round."""
    text = unicodedata.normalize("NFKC", name).casefold()
    last, comma, first = text.partition(",")
    return " ".join(re.findall(r"[^\W_]+", f"{first} {last}" if comma else text))


def name_forms(name: str) -> set[str]:
    """Return a name without its spaces, in either order: Canvas writes doejane for Jane Doe."""
    words = _plain(name).split()
    return {"".join(words[place:] + words[:place]) for place in range(len(words))}
