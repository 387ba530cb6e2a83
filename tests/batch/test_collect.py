"""Who handed in what: folders, zips, and the exports of three platforms."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from gradcheck_grader.batch.collect import collect
from gradcheck_grader.errors import GraderError, SubmissionError
from gradcheck_grader.submission import read_submission
from tests.batch.exports import FORMS, METADATA, SOURCE, laid_out, packed, put


@pytest.mark.parametrize("form", FORMS)
def test_each_file_of_a_folder_is_a_submission(tmp_path: Path, form: str) -> None:
    files = {"alice.py": SOURCE, "bob.ipynb": b"{}", ".DS_Store": b"", "notes.pdf": b"%PDF"}
    found = collect(laid_out(tmp_path, files, form), None)
    assert [entry.key for entry in found.entries] == ["alice.py", "bob.ipynb"]
    assert [entry.person.name for entry in found.entries] == ["alice", "bob"]
    assert found.platform == "files"
    assert found.notes == ("1 other file passed over: notes.pdf",)
    submission = found.entries[0].load()
    assert (submission.name, submission.main) == ("alice.py", "alice.py")
    assert submission.files[0].content == SOURCE


@pytest.mark.parametrize("form", FORMS)
def test_each_folder_of_a_folder_is_a_submission(tmp_path: Path, form: str) -> None:
    files = {
        "alice/student.py": SOURCE,
        "alice/mine.py": b"x = 1\n",
        "bob/hw/student.py": SOURCE,
        "__MACOSX/alice/._student.py": b"",
    }
    found = collect(laid_out(tmp_path, files, form), "student.py")
    assert found.platform == "folders"
    assert [entry.key for entry in found.entries] == ["alice", "bob"]
    alice, bob = (entry.load() for entry in found.entries)
    assert (alice.name, alice.main) == ("alice", "student.py")
    assert sorted(file.path for file in alice.files) == ["mine.py", "student.py"]
    assert [file.path for file in bob.files] == ["hw/student.py"]


@pytest.mark.parametrize("form", FORMS)
def test_a_zip_that_a_student_handed_in_is_one_submission(tmp_path: Path, form: str) -> None:
    inner = packed(tmp_path / "inner.zip", {"hw/student.py": SOURCE, "hw/.git/x.py": b""})
    files = {
        "alice.zip": inner.read_bytes(),
        "bob.py": SOURCE,
        "carol/hw.zip": inner.read_bytes(),
    }
    found = collect(laid_out(tmp_path, files, form), None)
    assert [entry.key for entry in found.entries] == ["alice.zip", "bob.py", "carol"]
    assert [file.path for file in found.entries[0].load().files] == ["hw/student.py"]
    assert [file.path for file in found.entries[2].load().files] == ["hw/hw/student.py"]


@pytest.mark.parametrize("form", FORMS)
def test_a_zip_in_the_zip_that_a_student_handed_in_is_read_too(tmp_path: Path, form: str) -> None:
    inner = packed(tmp_path / "inner.zip", {"student.py": SOURCE}).read_bytes()
    outer = packed(tmp_path / "outer.zip", {"task/inner.zip": inner}).read_bytes()
    deeper = packed(tmp_path / "deeper.zip", {"outer.zip": outer}).read_bytes()
    files = {"alice.zip": outer, "bob.zip": deeper, "carol/hw.zip": outer}
    found = collect(laid_out(tmp_path, files, form), None)
    alice, bob, carol = found.entries
    assert [file.path for file in alice.load().files] == ["task/inner/student.py"]
    assert [file.path for file in carol.load().files] == ["hw/task/inner/student.py"]
    with pytest.raises(SubmissionError, match=r"notebook, only outer\.zip"):
        bob.load()


def test_a_submission_is_the_same_as_when_it_is_checked_alone(tmp_path: Path) -> None:
    put(tmp_path, {"a/student.py": SOURCE, "a/b.py": b"", "c.py": SOURCE})
    packed(tmp_path / "d.zip", {"x/student.py": SOURCE})
    for entry in collect(tmp_path, "student.py").entries:
        assert entry.load() == read_submission(tmp_path / entry.key, "student.py", neighbours=False)


def test_a_students_folder_without_source_is_an_entry_that_says_so(tmp_path: Path) -> None:
    put(tmp_path, {"alice/student.py": SOURCE, "bob/report.pdf": b"%PDF"})
    bob = collect(tmp_path, "student.py").entries[1]
    with pytest.raises(SubmissionError, match=r"bob holds no \.py file .*, only report\.pdf"):
        bob.load()


@pytest.mark.parametrize("form", FORMS)
def test_canvas_names_tell_who_and_whether_late(tmp_path: Path, form: str) -> None:
    files = {
        "doejane_4711_9001_student.py": SOURCE,
        "roebob_LATE_4712_9002_student-1.py": SOURCE,
        "anon_LATE_x7Yk2_9005_student.py": SOURCE,
        "LATE_anon_8AbCd_9006_student.py": SOURCE,
        "poemax_4713_9003_report.pdf": b"%PDF",
    }
    found = collect(laid_out(tmp_path, files, form), "student.py")
    assert found.platform == "canvas"
    told = {e.key: (e.person.name, e.person.id, e.late) for e in found.entries}
    assert told == {
        "doejane_4711_9001_student.py": ("doejane", "4711", False),
        "roebob_LATE_4712_9002_student-1.py": ("roebob", "4712", True),
        "anon_LATE_x7Yk2_9005_student.py": ("anon x7Yk2", "x7Yk2", True),
        "LATE_anon_8AbCd_9006_student.py": ("anon 8AbCd", "8AbCd", True),
        "poemax_4713_9003_report.pdf": ("poemax", "4713", False),
    }
    with pytest.raises(SubmissionError, match=r"poemax_4713_9003_report\.pdf is no \.py file"):
        next(entry for entry in found.entries if entry.person.id == "4713").load()


@pytest.mark.parametrize("form", FORMS)
def test_what_was_typed_into_canvas_was_handed_in(tmp_path: Path, form: str) -> None:
    files = {
        "doejane_4711_9001_student.py": SOURCE,
        "roebob_LATE_4712_text.html": "<p>def backward_propagation",
        "poemax_4713_link.html": "<a href=",
        "LATE_anon_x7Yk2_text.html": "<p>",
    }
    found = collect(laid_out(tmp_path, files, form), None)
    assert (found.platform, found.notes) == ("canvas", ())
    told = {e.key: (e.person.name, e.late) for e in found.entries}
    assert told == {
        "doejane_4711_9001_student.py": ("doejane", False),
        "roebob_LATE_4712_text.html": ("roebob", True),
        "poemax_4713_link.html": ("poemax", False),
        "LATE_anon_x7Yk2_text.html": ("anon x7Yk2", True),
    }
    bob = next(entry for entry in found.entries if entry.person.name == "roebob")
    with pytest.raises(SubmissionError, match=r"text\.html is no \.py file and no notebook"):
        bob.load()


def test_several_files_of_one_canvas_student_are_one_submission(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "doejane_4711_9001_student.py": SOURCE,
            "doejane_4711_9002_mine.py": b"x = 1\n",
            "roebob_4712_9003_student.py": SOURCE,
        },
    )
    jane = collect(tmp_path, "student.py").entries[0]
    assert jane.key == "doejane_4711"
    assert sorted(file.path for file in jane.load().files) == ["mine.py", "student.py"]
    assert jane.load().main == "student.py"


def test_the_newest_of_several_canvas_versions_is_graded(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "doejane_4711_9001_student.py": b"old = 1\n",
            "doejane_4711_9010_student-2.py": b"new = 1\n",
            "doejane_4711_9009_student-1.py": b"middle = 1\n",
            "roebob_4712_9003_part-1.py": SOURCE,
            "roebob_4712_9004_part-2.py": SOURCE,
        },
    )
    found = collect(tmp_path, "student.py")
    jane, bob = (entry.load() for entry in found.entries)
    assert jane.files[0].content == b"new = 1\n"
    assert found.notes == ("doejane handed in again; doejane_4711_9010_student-2.py is graded",)
    assert {file.path for file in bob.files} == {"part-1.py", "part-2.py"}


def test_plain_files_with_numbers_are_no_canvas_export(tmp_path: Path) -> None:
    put(tmp_path, {"lab_1_2_alice.py": SOURCE, "lab_1_2_bob.py": SOURCE})
    found = collect(tmp_path, None)
    assert (found.platform, len(found.entries)) == ("files", 2)


def test_code_in_a_text_file_is_told_what_to_be_called(tmp_path: Path) -> None:
    files = {f"student{n}_47{n}_90{n}_student.py": SOURCE for n in range(10, 13)}
    put(tmp_path, files | {"roebob_4720_9020_student.py.txt": SOURCE})
    bob = collect(tmp_path, "student.py").entries[0]
    with pytest.raises(SubmissionError, match=r"student\.py\.txt is no \.py file") as caught:
        bob.load()
    assert caught.value.remedy == "If it holds your code, call it student.py."


def test_a_file_that_somebody_copied_does_not_make_canvas_names_plain(tmp_path: Path) -> None:
    files = {f"student{n}_47{n}_90{n}_student.py": SOURCE for n in range(10, 20)}
    put(tmp_path, files | {"student10_4710_9010_student copy.py": SOURCE})
    found = collect(tmp_path, "student.py")
    assert (found.platform, len(found.entries)) == ("canvas", 10)


@pytest.mark.parametrize("form", FORMS)
def test_moodle_folders_and_flat_files_tell_who(tmp_path: Path, form: str) -> None:
    files = {
        "Jane Doe_4711_assignsubmission_file_/student.py": SOURCE,
        "Jane Doe_4711_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
        "Bob de la Roe_4712_assignsubmission_file_student.py": SOURCE,
        "Participant_4713_assignsubmission_file_/student.py": SOURCE,
    }
    found = collect(laid_out(tmp_path, files, form), "student.py")
    assert found.platform == "moodle"
    assert [(e.key, e.person.name, e.person.id) for e in found.entries] == [
        ("Bob de la Roe_4712_assignsubmission_file_student.py", "Bob de la Roe", "4712"),
        ("Jane Doe_4711", "Jane Doe", "4711"),
        ("Participant_4713_assignsubmission_file_", "Participant 4713", "4713"),
    ]
    assert all(len(entry.load().files) == 1 for entry in found.entries)


@pytest.mark.parametrize("form", FORMS)
def test_gradescope_metadata_tells_who_and_groups(tmp_path: Path, form: str) -> None:
    files = {
        "submission_metadata.yml": METADATA,
        "submission_1001/student.py": SOURCE,
        "submission_1002/student.py": SOURCE,
        "submission_1003/student.py": SOURCE,
    }
    found = collect(laid_out(tmp_path, files, form), None)
    assert found.platform == "gradescope"
    jane, group, nobody = (entry.person for entry in found.entries)
    assert (jane.name, jane.id, jane.email) == ("Jane Doe", "0042", "jane@uni.example")
    assert group.name == "Bob Roe, No"
    assert [(member.name, member.id) for member in group.members] == [("Bob Roe", "43"), ("No", "")]
    assert nobody.name == "submission_1003"


def test_broken_metadata_is_said_plainly(tmp_path: Path) -> None:
    put(tmp_path, {"submission_metadata.yml": "{[", "submission_1/student.py": SOURCE})
    with pytest.raises(GraderError, match="not readable as YAML"):
        collect(tmp_path, None)


def test_hostile_names_become_one_line_and_stay_apart(tmp_path: Path) -> None:
    put(tmp_path, {f"{name}/student.py": SOURCE for name in ("x\ny", "x y")})
    found = collect(tmp_path, None)
    assert [entry.key for entry in found.entries] == ["x y", "x y~2"]
    assert all(entry.load().files[0].content == SOURCE for entry in found.entries)


def test_a_zip_holds_hostile_names_too(tmp_path: Path) -> None:
    names = ("=cmd|calc", "<img src=x onerror=alert(1)>", "ünï 漢字", "a\x1b[2Jb", "l" * 300)
    files = {f"{name}/student.py": SOURCE for name in names}
    path = packed(tmp_path / "class.zip", files | {"../evil.py": SOURCE, "/abs.py": SOURCE})
    found = collect(path, None)
    assert len(found.entries) == len(names)
    assert all(entry.load().name == entry.key for entry in found.entries)
    assert all(entry.key.isprintable() for entry in found.entries)
    assert sum("leads out of the zip" in note for note in found.notes) == 2


def test_what_is_refused_beside_a_wrapping_folder_is_told(tmp_path: Path) -> None:
    inner = {f"class/{name}/student.py": SOURCE for name in ("alice", "bob")}
    zipped = collect(packed(tmp_path / "class.zip", inner | {"../evil.py": SOURCE}), None)
    put(tmp_path / "all", inner)
    os.symlink(tmp_path, tmp_path / "all" / "elsewhere")
    on_disk = collect(tmp_path / "all", None)
    notes = "leads out of the zip", "1 link is not followed: elsewhere"
    for found, note in zip((zipped, on_disk), notes, strict=True):
        assert [entry.key for entry in found.entries] == ["alice", "bob"]
        assert [note in told for told in found.notes] == [True]


def test_one_bad_archive_is_its_own_students_alone(tmp_path: Path) -> None:
    put(tmp_path, {"alice.zip": b"no zip", "bob.py": SOURCE})
    alice, bob = collect(tmp_path, None).entries
    with pytest.raises(SubmissionError, match="cannot be read as a zip"):
        alice.load()
    assert bob.load().files


def test_a_bomb_in_one_folder_of_a_zip_is_refused_when_it_is_read(tmp_path: Path) -> None:
    bomb = b"\0" * (30 * 2**20)
    path = packed(tmp_path / "class.zip", {"a/student.py": bomb, "b/student.py": SOURCE})
    first, second = collect(path, None).entries
    with pytest.raises(SubmissionError, match="would unpack to"):
        first.load()
    assert second.load().files


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = put(tmp_path / "secret", {"key.py": b"secret = 1\n"})
    put(tmp_path / "class", {"alice.py": SOURCE})
    os.symlink(secret / "key.py", tmp_path / "class" / "bob.py")
    os.symlink(secret, tmp_path / "class" / "carol")
    found = collect(tmp_path / "class", None)
    assert [entry.key for entry in found.entries] == ["alice.py"]
    assert found.notes == ("2 links are not followed: bob.py; carol",)


def test_the_output_of_a_batch_is_no_submission(tmp_path: Path) -> None:
    put(tmp_path, {"alice.py": SOURCE, "grades/store.sqlite": b"", "grades/x.py": SOURCE})
    assert [entry.key for entry in collect(tmp_path, None).entries] == ["alice.py"]


@pytest.mark.parametrize(
    ("files", "name", "words"),
    [
        ({}, "class", "no such folder"),
        ({"class/x.txt": b""}, "class", "holds no submission"),
        ({"class.py": SOURCE}, "class.py", "neither a folder nor a zip"),
        ({"class.zip": b"no zip"}, "class.zip", "cannot be read as a zip"),
    ],
)
def test_a_path_without_submissions_is_said_plainly(
    tmp_path: Path, files: dict[str, bytes], name: str, words: str
) -> None:
    put(tmp_path, files)
    with pytest.raises(GraderError, match=words):
        collect(tmp_path / name, None)


def test_code_in_a_folder_that_is_not_read_is_not_said_to_be_absent(tmp_path: Path) -> None:
    put(tmp_path, {"ann/student.py": SOURCE, "bob/a/b/c/d/e/f/student.py": SOURCE})
    bob = collect(tmp_path, "student.py").entries[1]
    with pytest.raises(
        SubmissionError, match=r"bob holds student\.py in a folder that is not read"
    ):
        bob.load()


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    path = put(tmp_path, {"alice.py": SOURCE}) / "alice.py"
    entry = collect(tmp_path, None).entries[0]
    path.write_bytes(b"changed = 1\n")
    assert entry.load().files[0].content == b"changed = 1\n"


def test_a_report_beside_the_code_does_not_change_whose_path_it_is(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"doejane_4711_9001_student.py": SOURCE, "doejane_4711_9002_report.html": b"<p>",
         "roebob_4712_9003_student.py": SOURCE},
    )  # fmt: skip
    jane = collect(tmp_path, None).entries[0]
    assert jane.key == "doejane_4711_9001_student.py"
    assert jane.load() == read_submission(tmp_path / jane.key, neighbours=False)


def test_a_name_that_is_no_text_harms_nobody(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/ann\xff"
    os.mkdir(folder)
    with open(folder + b"/s\xfe.py", "wb") as stream:
        stream.write(SOURCE)
    (entry,) = collect(tmp_path, None).entries
    submission = entry.load()
    for text in (entry.key, entry.person.name, submission.files[0].path):
        assert text.encode()


def test_names_that_are_no_text_and_look_alike_stay_apart(tmp_path: Path) -> None:
    for number, name in enumerate((b"ann\xff", b"ann\xfe", b"bob/a\xff.py", b"bob/a\xfe.py")):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        path = path if path.suffix else path / "student.py"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x = %d\n" % number)
    put(tmp_path, {r"bob/a\udcff.py": b"x = 4\n"})
    submissions = [entry.load() for entry in collect(tmp_path, None).entries]
    assert [entry.key for entry in collect(tmp_path, None).entries] == ["ann", "ann~2", "bob"]
    contents = [sorted(file.content for file in one.files) for one in submissions]
    assert contents == [[b"x = 1\n"], [b"x = 0\n"], [b"x = 2\n", b"x = 3\n", b"x = 4\n"]]
    paths = [file.path for file in submissions[2].files]
    assert len(set(paths)) == 3
    assert all(path.encode() and path.endswith(".py") for path in paths)


def test_many_notes_of_a_kind_are_few(tmp_path: Path) -> None:
    files = {f"s{n}_47{n}_{9000 + 2 * n + m}_a.py": SOURCE for n in range(10) for m in (0, 1)}
    notes = collect(put(tmp_path, files), None).notes
    assert len(notes) == 6
    assert notes[-1] == "and 5 more like these"


def test_bytes_that_are_no_honest_zip_are_refused_and_nothing_else(tmp_path: Path) -> None:
    good = packed(tmp_path / "good.zip", {f"d/s{n}.py": SOURCE for n in range(3)}).read_bytes()
    chance = random.Random(1)
    causes = set()
    for _ in range(300):
        spoiled = bytearray(good)
        for _ in range(3):
            spoiled[chance.randrange(len(spoiled))] = chance.choice((0, 0x80, 0xFF))
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / "ann.zip").write_bytes(spoiled)
        outer = packed(tmp_path / "class.zip", {"ann.zip": bytes(spoiled), "bob.py": SOURCE})
        for path in (tmp_path / "class", outer):
            try:
                collect(path, None).entries[0].load()
            except SubmissionError as error:
                causes.add(type(error.__cause__).__name__)
    assert causes
    assert "OSError" not in causes
