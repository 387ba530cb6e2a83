"""A roster maps names and numbers, and says who handed in nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck_grader.batch.collect import collect
from gradcheck_grader.batch.graded import Collection
from gradcheck_grader.batch.roster import read_roster
from gradcheck_grader.errors import GraderError
from tests.batch.exports import METADATA, SOURCE, put

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Backprop (77),Final Score
    Points Possible,,,,,10,(read only)
"Doe, Jane",4711,u1,jdoe,"A, B",,90
"Roe, Bob",4712,u2,broe,A,,80
"Poe, Max",4713,u3,mpoe,A,,70
"Student, Test",4999,,,A,,
"""
MOODLE = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Last modified (grade)
Participant 4711,Jane Doe,u1,jane@uni.example,Submitted for grading,,100.00,-
Participant 4712,Bob Roe,u2,bob@uni.example,No submission,,100.00,-
"""


def with_roster(root: Path, files: list[str], roster: str | bytes) -> Collection:
    put(root / "class", dict.fromkeys(files, SOURCE))
    put(root, {"roster.csv": roster})
    return collect(root / "class", None, root / "roster.csv")


@pytest.mark.parametrize(
    "header",
    ["name,id,email,login,section", "Student;SID;E-Mail;Username;Sections",
     "Full Name\tStudent ID\tEmail Address\tSIS Login ID\tGroup"],
)  # fmt: skip
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_headers_by_common_names_in_any_case(tmp_path: Path, header: str, mark: bytes) -> None:
    cells = ["Jane Doe", "0042", "jane@uni.example", "jdoe", "A"]
    delimiter = next(char for char in ",;\t" if char in header)
    text = f"{header}\r\n{delimiter.join(cells)}\r\n"
    path = put(tmp_path, {"r.csv": mark + text.encode()}) / "r.csv"
    (student,) = read_roster(path)
    person = student.person
    assert [person.name, person.id, person.email, person.login, person.section] == cells


def test_first_and_last_names_make_a_name(tmp_path: Path) -> None:
    path = put(tmp_path, {"r.csv": "Last Name,First Name,SID\nDoe,Jane,7\n"}) / "r.csv"
    assert read_roster(path)[0].person.name in ("Jane Doe", "Doe Jane")


@pytest.mark.parametrize(
    "file",
    ["0042.py", "0042_student.py", "jdoe.py", "JDOE.ipynb", "jane@uni.example.py", "Jane Doe.py",
     "jane_doe.py", "doejane.py", "Doe, Jane.zip", "doe-jane/student.py"],
)  # fmt: skip
def test_a_student_is_found_by_id_login_email_or_name(tmp_path: Path, file: str) -> None:
    roster = "name,id,email,login\nJane Doe,0042,jane@uni.example,jdoe\nBob Roe,43,b@x.y,broe\n"
    found = with_roster(tmp_path, [file], roster)
    person = found.entries[0].person
    assert (person.name, person.id, person.login) == ("Jane Doe", "0042", "jdoe")
    assert [missing.name for missing in found.missing] == ["Bob Roe"]
    assert found.notes == ()


def test_who_is_not_on_the_roster_is_noted(tmp_path: Path) -> None:
    found = with_roster(tmp_path, ["eve.py", "jdoe.py"], "name,login\nJane Doe,jdoe\n")
    assert found.notes == ("1 submission is of nobody on the roster: eve.py",)
    assert found.entries[0].person.name == "eve"


def test_a_name_that_two_students_have_maps_to_neither(tmp_path: Path) -> None:
    roster = "name,id\nJane Doe,1\nJane Doe,2\n"
    found = with_roster(tmp_path, ["Jane Doe.py"], roster)
    assert found.entries[0].person.id == ""
    assert found.missing == ()
    assert found.notes == (
        "1 submission has a name that two on the roster have, and no gradebook gets the grade: "
        "Jane Doe.py",
    )


def test_names_with_commas_are_told_apart(tmp_path: Path) -> None:
    files = ["Doe, Eve.py", "Roe, Max.py"]
    found = with_roster(tmp_path, files, "name\nJane Poe\n")
    unknown = "2 submissions are of nobody on the roster: Doe, Eve.py; Roe, Max.py"
    assert unknown in found.notes


def test_if_nobody_is_found_it_says_which_columns_were_read(tmp_path: Path) -> None:
    found = with_roster(tmp_path, ["jdoe.py"], "Surname,Known As,Student Number\nDoe,Jane,1\n")
    assert found.notes[0] == (
        "nobody on the roster handed in; columns read: Surname; Student Number; not read: Known As"
    )
    assert len(found.missing) == 1


def test_excels_first_line_is_not_the_header(tmp_path: Path) -> None:
    path = put(tmp_path, {"r.csv": "\ufeffsep=;\r\nSurname;Given Names\r\nDoe;Jane\r\n"}) / "r.csv"
    assert read_roster(path)[0].person.name == "Jane Doe"


def test_two_submissions_of_one_student_are_noted(tmp_path: Path) -> None:
    found = with_roster(tmp_path, ["jdoe.py", "Jane Doe.ipynb"], "name,login\nJane Doe,jdoe\n")
    assert "are of one person" in found.notes[0]


def test_a_canvas_gradebook_is_a_roster(tmp_path: Path) -> None:
    files = ["doejane_4711_9001_student.py", "roebob_LATE_4712_9002_student.py"]
    found = with_roster(tmp_path, files, CANVAS)
    jane = found.entries[0].person
    assert (jane.name, jane.id, jane.login, jane.section) == ("Doe, Jane", "4711", "jdoe", "A, B")
    assert [person.name for person in found.missing] == ["Poe, Max"]
    assert found.roster == tmp_path / "roster.csv"


def test_a_moodle_worksheet_is_a_roster(tmp_path: Path) -> None:
    files = ["Jane Doe_4711_assignsubmission_file_/student.py"]
    found = with_roster(tmp_path, files, MOODLE)
    jane = found.entries[0].person
    assert (jane.name, jane.id, jane.email, jane.login) == (
        "Jane Doe", "4711", "jane@uni.example", "u1",
    )  # fmt: skip
    assert [person.name for person in found.missing] == ["Bob Roe"]


def test_a_worksheet_in_another_language_is_read_by_what_it_holds(tmp_path: Path) -> None:
    sheet = "ID,Vollständiger Name,E-Mail-Adresse,Bewertung\nTeilnehmer/in 4711,Jane Doe,j@x.y,\n"
    found = with_roster(tmp_path, ["Jane Doe_4711_assignsubmission_file_/student.py"], sheet)
    assert (found.entries[0].person.id, found.entries[0].person.email) == ("4711", "j@x.y")
    assert found.missing == ()


def test_everybody_of_a_group_is_found(tmp_path: Path) -> None:
    put(tmp_path / "class", {"submission_metadata.yml": METADATA})
    roster = "name,sid,email\nBob Roe,43,bob@uni.example\nNo,44,no@uni.example\nX,45,x@y.z\n"
    found = with_roster(tmp_path, ["submission_1002/student.py"], roster)
    (entry,) = found.entries
    assert [(member.name, member.id) for member in entry.person.members] == [
        ("Bob Roe", "43"), ("No", "44"),
    ]  # fmt: skip
    assert [person.name for person in found.missing] == ["X"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"colour,size\nred,2\n", "no column of the roster names people"),
        ("name\nJörg\n".encode("latin-1"), "not UTF-8"),
        ("name\nJörg\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_roster_that_cannot_be_used_is_said_plainly(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = put(tmp_path, {"r.csv": content}) / "r.csv"
    with pytest.raises(GraderError, match=words):
        read_roster(path)


def test_a_roster_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")
