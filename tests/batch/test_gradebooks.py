"""Gradebooks of Canvas and Moodle come back filled in, and otherwise as they were."""

from __future__ import annotations

import csv
import io
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest

from gradcheck_grader.batch.collect import collect
from gradcheck_grader.batch.gradebooks import points
from gradcheck_grader.batch.graded import Graded
from gradcheck_grader.batch.outputs import write_outputs
from gradcheck_grader.errors import GraderError
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.models import GradeReport
from tests.batch.exports import SOURCE, put
from tests.batch.made import Held, report
from tests.conftest import built_in

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,{column},Other (78),Final Score\r
    Points Possible,,,,,{most},10,(read only)\r
"Doe, Jane",4711,u1,jdoe,"A, B",,9,90\r
"Roe, Bob",4712,u2,broe,A,1.5,8,="80"\r
"Poe, Max",4713,u3,mpoe,A,,,\r
"Moe, Cat",4714,u4,cmoe,A,EX,7,\r
"Student, Test",4999,,,A,,,\r
"""
MOODLE = """\
Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum grade",\
"Grade can be changed","Last modified (grade)","Feedback comments"
"Participant 4711","Jane Doe",u1,jane@uni.example,Submitted,,50.00,Yes,"2 May, 10:00","Well, done"
"Participant 4712","Bob Roe",u2,bob@uni.example,Submitted,12,50.00,Yes,-,
"Participant 4713","Max Poe",u3,max@uni.example,"No submission",,50.00,Yes,-,
"Participant 4714","Cat Moe",u4,cat@uni.example,Submitted,3,50.00,No,-,
"""
FILES = {
    "canvas": "{squashed}_{id}_9{id}_student.py",
    "moodle": "{name}_{id}_assignsubmission_file_/student.py",
}
PEOPLE = {"4711": "Jane Doe", "4712": "Bob Roe", "4714": "Cat Moe"}
REPORTS = {"4711": ["dW1"], "4712": None, "4714": ["dW1", "dW2"]}


@pytest.fixture(scope="module")
def exam() -> Exam:
    return prepare(built_in("shallow-tanh"), 7)


def marked(key: str, id: str) -> GradeReport:
    wrong = REPORTS[id]
    if wrong is None:
        return report(key, problem="not graded", status="not graded")
    return report(key, wrong)


def filled(
    root: Path, exam: Exam, platform: str, roster: str | bytes | None, column: str = ""
) -> tuple[str, str]:
    """Return canvas.csv and moodle.csv of three submissions, one of them not graded."""
    for id, name in PEOPLE.items():
        squashed = "".join(reversed(name.lower().split()))
        put(root / "class", {FILES[platform].format(id=id, name=name, squashed=squashed): SOURCE})
    given = None
    if roster is not None:
        given = put(root, {"roster.csv": roster}) / "roster.csv"
    collection = collect(root / "class", None, given)
    results = Held(
        tuple(
            Graded(one.key, one.person, one.late, marked(one.key, one.person.id), 0.0)
            for one in collection.entries
        )
    )
    write_outputs(results, collection, exam, root / "grades", canvas_column=column)
    texts = [
        (root / "grades" / name).read_bytes().decode() for name in ("canvas.csv", "moodle.csv")
    ]
    return texts[0], texts[1]


def cells(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), ""), delimiter=delimiter))


def changed(before: str, after: str, delimiter: str = ",") -> dict[tuple[str, str], str]:
    """Return what is new, by person and column; everything else has to be as it was."""
    old, new = cells(before, delimiter), cells(after, delimiter)
    assert len(old) == len(new)
    return {
        (row[0], new[0][place]): cell
        for line, row in enumerate(new)
        for place, cell in enumerate(row)
        if place >= len(old[line]) or old[line][place] != cell
    }


@pytest.mark.parametrize(
    ("title", "column"),
    [("{title} (77)", ""), ("HW 3 (77)", "HW 3"), ("HW 3 (77)", "77"), ("HW 3 (77)", "HW 3 (77)")],
)
def test_a_canvas_gradebook_comes_back_with_its_column_filled(
    tmp_path: Path, exam: Exam, title: str, column: str
) -> None:
    name = title.format(title=exam.assignment.title)
    given = CANVAS.format(column=f'"{name}"', most="100")
    canvas, _ = filled(tmp_path, exam, "canvas", given, column)
    assert changed(given, canvas) == {("Doe, Jane", name): "75"}
    assert canvas.count("\r\n") == given.count("\r\n") == canvas.count("\n")


def test_points_are_scaled_to_what_the_column_can_hold(tmp_path: Path, exam: Exam) -> None:
    given = CANVAS.format(column="HW 3 (77)", most="10")
    canvas, _ = filled(tmp_path, exam, "canvas", given, "HW 3")
    assert changed(given, canvas) == {("Doe, Jane", "HW 3 (77)"): "7.5"}


def test_without_its_column_a_canvas_gradebook_gets_a_new_one(tmp_path: Path, exam: Exam) -> None:
    given = CANVAS.format(column="HW 1 (12)", most="10")
    canvas, _ = filled(tmp_path, exam, "canvas", given)
    title = exam.assignment.title
    told = {who: cell for (who, column), cell in changed(given, canvas).items() if cell}
    assert told == {
        "Student": title, "    Points Possible": "100", "Doe, Jane": "75", "Moe, Cat": "50",
    }  # fmt: skip
    rows = cells(canvas)
    assert all(len(row) == len(rows[0]) for row in rows)


def test_a_column_that_is_not_there_is_said_with_those_that_are(tmp_path: Path, exam: Exam) -> None:
    given = CANVAS.format(column="HW 1 (12)", most="10")
    with pytest.raises(GraderError, match="no column is named 'HW 9'") as caught:
        filled(tmp_path, exam, "canvas", given, "HW 9")
    assert "HW 1 (12); Other (78)" in caught.value.remedy


def test_a_canvas_gradebook_may_have_two_columns_for_names(tmp_path: Path, exam: Exam) -> None:
    given = (
        "LastName,FirstName,ID,SIS User ID,SIS Login ID,Section,HW 3 (77),Final Score\n"
        "    Points Possible,,,,,,20.00,(read only)\n"
        "Doe,Jane,4711,u1,jdoe,A,,90\nRoe,Bob,4712,u2,broe,A,1.5,80\n"
        "Moe,Cat,4714,u4,cmoe,A,EX,7\nStudent,Test,4999,,,A,,\n"
    )
    canvas, _ = filled(tmp_path, exam, "canvas", given, "HW 3")
    assert changed(given, canvas) == {("Doe", "HW 3 (77)"): "15"}
    found = collect(tmp_path / "class", None, tmp_path / "roster.csv")
    assert (found.missing, found.notes) == ((), ())


def test_a_column_of_canvas_needs_a_gradebook_of_canvas(tmp_path: Path, exam: Exam) -> None:
    with pytest.raises(GraderError, match="the roster is no gradebook of Canvas"):
        filled(tmp_path, exam, "canvas", "name,id\nJane Doe,u1\n", "HW 3")


def test_semicolons_and_a_byte_order_mark_come_back(tmp_path: Path, exam: Exam) -> None:
    given = "\ufeff" + CANVAS.format(column="HW 3 (77)", most="100").replace('"A, B"', "A").replace(
        '"Doe, Jane"', "Doe# Jane"
    ).replace(",", ";").replace("#", ",")
    canvas, _ = filled(tmp_path, exam, "canvas", given, "HW 3")
    assert canvas.startswith("\ufeffStudent;ID;")
    assert changed(given, canvas, ";") == {("Doe, Jane", "HW 3 (77)"): "75"}


def test_without_a_gradebook_canvas_gets_one_of_its_own_form(tmp_path: Path, exam: Exam) -> None:
    canvas, _ = filled(tmp_path, exam, "canvas", None)
    title = exam.assignment.title
    assert cells(canvas) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title],
        ["    Points Possible", "", "", "", "", "100"],
        ["doejane", "4711", "", "", "", "75"],
        ["moecat", "4714", "", "", "", "50"],
        ["roebob", "4712", "", "", "", ""],
    ]


def test_a_registrars_number_is_not_taken_for_canvas_own(tmp_path: Path, exam: Exam) -> None:
    roster = "name,id,login\nJane Doe,u1,jdoe\nCat Moe,u4,\nBob Roe,,\nMax Poe,u3,mpoe\n"
    canvas, moodle = filled(tmp_path, exam, "canvas", roster)
    assert [row[:4] for row in cells(canvas)[2:]] == [
        ["Jane Doe", "4711", "u1", "jdoe"],
        ["Cat Moe", "4714", "u4", ""],
        ["Bob Roe", "4712", "", ""],
        ["Max Poe", "", "u3", "mpoe"],
    ]
    assert [row[:2] for row in cells(moodle)[1:]] == [["Jane Doe", "u1"], ["Cat Moe", "u4"]]


def test_a_moodle_worksheet_comes_back_with_grades(tmp_path: Path, exam: Exam) -> None:
    _, moodle = filled(tmp_path, exam, "moodle", MOODLE)
    assert changed(MOODLE, moodle) == {("Participant 4711", "Grade"): "37.5"}


def test_a_worksheet_with_commas_gets_commas(tmp_path: Path, exam: Exam) -> None:
    sheet = "ID;Vollständiger Name;Bewertung;Bestwertung\nTeilnehmer/in 4711;Jane Doe;;50,00\n"
    _, moodle = filled(tmp_path, exam, "moodle", sheet)
    assert changed(sheet, moodle, ";") == {("Teilnehmer/in 4711", "Bewertung"): "37,5"}


def test_without_a_worksheet_moodle_gets_one_of_its_own_form(tmp_path: Path, exam: Exam) -> None:
    _, moodle = filled(tmp_path, exam, "moodle", None)
    rows = cells(moodle)
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(rows[0])
    told = {row[0]: row[3] for row in rows[1:]}
    assert told == {"Participant 4711": "75", "Participant 4712": "", "Participant 4714": "50"}


def test_an_import_for_moodle_holds_nobody_without_a_number_or_a_grade(
    tmp_path: Path, exam: Exam
) -> None:
    roster = "name,id,email\nJane Doe,4711,j@x.y\nBob Roe,4712,b@x.y\nMax Poe,4713,m@x.y\n"
    _, moodle = filled(tmp_path, exam, "canvas", roster)
    assert cells(moodle)[1:] == [
        ["Jane Doe", "4711", "", "j@x.y", "75"],
        ["moecat", "4714", "", "", "50"],
    ]


@pytest.mark.parametrize(
    ("share", "most", "text"),
    [
        (Fraction(1, 3), 100, "33.33"),
        (Fraction(2, 3), 100, "66.67"),
        (Fraction(1, 8), 1, "0.13"),
        (Fraction(1), 100, "100"),
        (Fraction(0), 100, "0"),
        (Fraction(9, 10), 100, "90"),
        (Fraction(1, 200), 1, "0.01"),
    ],
)
def test_points_are_rounded_half_up_to_two_decimals(share: Fraction, most: int, text: str) -> None:
    assert points(share, Fraction(most)) == text


def test_feedback_goes_back_to_moodle_under_its_own_names(tmp_path: Path, exam: Exam) -> None:
    filled(tmp_path, exam, "moodle", None)
    with zipfile.ZipFile(tmp_path / "grades" / "feedback-moodle.zip") as archive:
        names = archive.namelist()
        text = archive.read(names[0]).decode()
    assert names == [f"{PEOPLE[id]}_{id}_assignsubmission_file_/feedback.md" for id in
                     ("4712", "4714", "4711")]  # fmt: skip
    assert text == (
        tmp_path / "grades" / "feedback" / "Bob Roe_4712_assignsubmission_file_.md"
    ).read_text(encoding="utf-8")
