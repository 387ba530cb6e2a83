"""The files that a batch leaves: whole, in order, and harmless to open."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from gradcheck_grader.batch.cells import guarded, line
from gradcheck_grader.batch.feedback import file_name
from gradcheck_grader.batch.graded import Collection, Graded, Person
from gradcheck_grader.batch.outputs import write_outputs
from gradcheck_grader.batch.staged import Staged
from gradcheck_grader.errors import GraderError
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.report_file import REPORT
from gradcheck_grader.reports.markdown import escape
from gradcheck_grader.sandbox import Sandbox
from tests.batch.made import Held, entry, graded, report
from tests.conftest import built_in
from tests.reports.cases import example
from tests.reports.test_detail import shown_references


@pytest.fixture(scope="module")
def exam() -> Exam:
    return prepare(built_in("shallow-tanh"), 7)


def a_class() -> list[Graded]:
    return [
        graded(Person("Bob Roe", "43", "bob@uni.example"), report("b.py"), late=True),
        graded(Person("Ann Poe", "42"), report("a.py", ["dW1", "db1"], ["batch-mean", "float32"])),
        graded(Person("Cat Moe", "44"), report("c.py", problem="not graded", status="not graded")),
    ]


def written(
    folder: Path, exam: Exam, made: list[Graded], missing: tuple[Person, ...] = ()
) -> list[dict[str, str]]:
    entries = tuple(sorted(map(entry, made), key=lambda one: one.key))
    write_outputs(Held(tuple(made)), Collection(entries, "files", missing), exam, folder)
    with (folder / "grades.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_grades_have_a_row_a_student_and_a_column_a_gradient(tmp_path: Path, exam: Exam) -> None:
    ann, bob, cat, max_ = written(tmp_path, exam, a_class(), (Person("Max", "45"),))
    assert list(ann) == [
        "name", "id", "email", "key", "late", "status", "score", "max_score", "percent",
        "shallow.dW2", "shallow.db2", "shallow.dW1", "shallow.db1", "findings",
    ]  # fmt: skip
    assert list(ann.values()) == [
        "Ann Poe", "42", "", "a.py", "", "graded", "50", "100", "50.0", "25", "25", "0", "0",
        "batch-mean; float32",
    ]  # fmt: skip
    assert (bob["score"], bob["late"], bob["email"]) == ("100", "yes", "bob@uni.example")
    assert (cat["status"], cat["score"], cat["shallow.dW2"]) == ("not graded", "", "")
    assert (max_["name"], max_["status"], max_["score"]) == ("Max", "missing", "")


def test_every_member_of_a_group_has_a_row(tmp_path: Path, exam: Exam) -> None:
    group = Person("A, B", members=(Person("A", "1"), Person("B", "2")))
    rows = written(tmp_path, exam, [graded(group, report("submission_1"))])
    assert [(row["name"], row["score"]) for row in rows] == [("A", "100"), ("B", "100")]


def test_results_are_a_report_a_line_sorted_by_key(tmp_path: Path, exam: Exam) -> None:
    made = a_class()
    written(tmp_path, exam, made)
    lines = (tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines()
    reports = [REPORT.validate_json(text) for text in lines]
    assert [one.submission.name for one in reports] == ["a.py", "b.py", "c.py"]
    assert reports[0] == made[1].report
    assert all(": " not in text.partition('"message"')[0] for text in lines)


def test_the_files_are_the_same_in_whatever_order_the_work_was_done(
    tmp_path: Path, exam: Exam
) -> None:
    made = a_class()
    for name, order in (("one", made), ("two", made[::-1])):
        written(tmp_path / name, exam, order)
    for file in ("grades.csv", "results.jsonl", "canvas.csv", "moodle.csv", "feedback/a.md"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("  =1+1", "'  =1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-rf", "'-rf"),
        ("@x", "'@x"),
        ("\tx", "' x"),
        ("\rx", "'x"),
        ("\u200b=1+1", "'=1+1"),
        ("\x1b[0m=1+1", "'=1+1"),
        (" \u202e @x", "'  @x"),
        ("\u200b-5", "-5"),
        ("a\nb", "a b"),
        ("-5", "-5"),
        ("+4912345", "+4912345"),
        ("Jane", "Jane"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_no_cell_is_a_formula_and_numbers_stay_numbers(text: str, cell: str) -> None:
    assert guarded(text) == cell


def test_numbers_and_blanks_are_written_as_they_are() -> None:
    assert line([-5, 2.5, None, "a,b", 'say "x"']) == '-5,2.5,,"a,b","say ""x"""\n'


HOSTILE = (
    "=cmd|calc", "<img src=x onerror=alert(1)>", "..", "../../evil", "a\nb", "CON", "-rf",
    ".bashrc", "l" * 300, "漢" * 200, "Jane.py", "jane.py", "JANE.ipynb", "a/b", "a_b",
)  # fmt: skip


def test_hostile_names_give_harmless_cells_and_file_names(tmp_path: Path, exam: Exam) -> None:
    made = [graded(name, report(name)) for name in HOSTILE]
    folder = tmp_path / "out"
    rows = written(folder, exam, made)
    assert len(rows) == len(HOSTILE)
    assert not any(row[field].startswith("=") for row in rows for field in row)
    files = sorted(path.name for path in (folder / "feedback").iterdir())
    assert len({name.casefold() for name in files}) == len(HOSTILE)
    assert all(len(name.encode()) < 200 and name.endswith(".md") for name in files)
    assert not any(name.startswith((".", "-")) for name in files)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_plain_name_stays_plain() -> None:
    assert file_name("doejane_4711_9001_student.py") == "doejane_4711_9001_student"
    assert file_name("Jane Doe (2).zip") == "Jane Doe (2)"


def test_feedback_says_no_more_than_author_and_user_allow(tmp_path: Path, exam: Exam) -> None:
    made = [graded("a", report("a.py", ["dW1"], ["batch-mean"]))]
    collection = Collection(tuple(map(entry, made)), "files")
    texts = {}
    for hints in ("full", "nudge", "none"):
        write_outputs(Held(tuple(made)), collection, exam, tmp_path, hints)
        texts[hints] = (tmp_path / "feedback" / "a.md").read_text(encoding="utf-8")
    assert "What leads away" in texts["full"]
    assert "What leads away" not in texts["nudge"]
    assert "divided" in texts["nudge"]
    assert "divided" not in texts["none"]


def test_feedback_on_real_code_leads_to_the_line_and_tells_no_right_number(
    tmp_path: Path, exam: Exam, sandbox: Sandbox
) -> None:
    wrong = example("shallow-tanh", "wrong_hidden_slope_forgotten")
    one = Graded(wrong.name, Person("Ann"), False, grade(wrong, exam, sandbox), 0.01)
    written(tmp_path, exam, [one])
    (path,) = (tmp_path / "feedback").iterdir()
    text = path.read_text(encoding="utf-8")
    finding = one.report.findings[0]
    assert f"**Score {one.report.score} / 100**" in text
    assert finding.line is not None
    for piece in (f"line {finding.line}", finding.title, f"> {escape(finding.hint)}", finding.id):
        assert piece in text
    assert one.report.replay.replace(one.key, "YOUR_FILE") in text  # a key is no file of theirs
    assert shown_references(exam, text) == []


def test_feedback_that_has_not_changed_is_not_written_again(tmp_path: Path, exam: Exam) -> None:
    made = a_class()
    written(tmp_path, exam, made)
    paths = sorted((tmp_path / "feedback").iterdir())
    for path in paths:
        os.utime(path, (1, 1))
    made[0] = graded(made[0].person, report("b.py", ["dW2"]))
    written(tmp_path, exam, made)
    assert [path.stem for path in paths if path.stat().st_mtime != 1] == ["b"]


def test_nothing_is_changed_if_something_cannot_be_written(tmp_path: Path, exam: Exam) -> None:
    written(tmp_path, exam, a_class())
    before = (tmp_path / "grades.csv").read_bytes()
    roster = tmp_path / "gradebook.csv"
    roster.write_text("Student,ID,SIS User ID,Section\n", encoding="utf-8")
    made = a_class()[:1]
    collection = Collection(tuple(map(entry, made)), "canvas", roster=roster)
    with pytest.raises(GraderError, match="no column is named"):
        write_outputs(Held(tuple(made)), collection, exam, tmp_path, canvas_column="Backprop")
    assert (tmp_path / "grades.csv").read_bytes() == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_disk_that_is_full_meanwhile_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("before", encoding="utf-8")
    with pytest.raises(GraderError, match="cannot be written to: No space left") as caught:
        fill(tmp_path)
    assert caught.value.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "before"


def fill(folder: Path) -> None:
    with Staged(folder) as staged, open("/dev/full", "wb") as full:
        stream = staged.text("a.csv")
        os.dup2(full.fileno(), stream.fileno())
        stream.write("x" * 10**6)


def test_a_folder_of_feedback_that_cannot_be_made_is_one_clear_error(
    tmp_path: Path, exam: Exam
) -> None:
    (tmp_path / "feedback").write_text("a file of this name", encoding="utf-8")
    with pytest.raises(GraderError, match=f"{tmp_path} cannot be written to: File exists"):
        written(tmp_path, exam, a_class())


def test_nothing_written_holds_an_expected_value(tmp_path: Path, exam: Exam) -> None:
    written(tmp_path, exam, a_class())
    text = (tmp_path / "results.jsonl").read_text(encoding="utf-8")
    assert "expected" not in text
    assert json.loads(text.splitlines()[0])["schema"] == "gradcheck-grader/report/v1"
