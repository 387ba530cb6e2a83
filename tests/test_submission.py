"""What was handed in becomes names and bytes; hostile archives and paths are refused."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from gradcheck_grader.errors import SubmissionError
from gradcheck_grader.grade import grade
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.child.reading import source
from gradcheck_grader.sizes import LARGEST, LARGEST_NOTEBOOK
from gradcheck_grader.submission import is_named, read_submission
from tests.conftest import built_in, exam_of

RIGHT = (built_in("shallow-tanh").folder / "examples" / "right.py").read_text(encoding="utf-8")
USES_MODULE = "from mine import mean\n" + RIGHT.replace("/ m", "* mean(m)")
MODULE = "def mean(m):\n    return 1.0 / m\n"


def zipped(path: Path, **files: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def score(path: Path, sandbox: Sandbox) -> int:
    return grade(read_submission(path), exam_of("shallow-tanh", 1), sandbox).score


def test_a_file_has_the_digest_that_sha256sum_prints(tmp_path: Path) -> None:
    path = tmp_path / "student.py"
    path.write_bytes(b"x = 1\r\n")
    submission = read_submission(path)
    assert submission.sha256 == hashlib.sha256(b"x = 1\r\n").hexdigest()
    assert submission.main == "student.py"


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text are Linux's")
def test_files_whose_names_are_no_text_have_a_digest_too(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    digests = set()
    for name in (b"\xff.py", b"\xfe.py"):
        odd = tmp_path / os.fsdecode(name)
        odd.write_text("x = 1\n", encoding="utf-8")
        digests.add(read_submission(tmp_path).sha256)
        assert score(tmp_path, sandbox) == 100
        odd.unlink()
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("student.txt", "If it holds your code, call it student.py"),
        ("student.py.txt", "If it holds your code, call it student.py"),
        ("week3.ipynb.txt", "If it holds your code, call it week3.ipynb"),
        ("student", "If it holds your code, call it student.py"),
        ("report.pdf", "Give e.g. student.py"),
    ],
)
def test_code_under_a_text_s_name_is_to_be_renamed(tmp_path: Path, name: str, remedy: str) -> None:
    (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(SubmissionError) as caught:
        read_submission(tmp_path / name)
    assert caught.value.remedy == remedy


def test_neighbours_do_not_change_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "student.py"
    path.write_text(USES_MODULE, encoding="utf-8")
    alone = read_submission(path).sha256
    (tmp_path / "mine.py").write_text(MODULE, encoding="utf-8")
    assert read_submission(path).sha256 == alone
    assert [file.path for file in read_submission(path).neighbours] == ["mine.py"]
    assert read_submission(path, neighbours=False).neighbours == ()


@pytest.mark.parametrize("form", ["file", "folder"])
def test_a_file_that_is_gone_since_it_was_listed_is_no_part(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("aside.py", "student.py"):
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    real = Path.lstat

    def lstat(path: Path) -> os.stat_result:
        if path.name == "aside.py":
            path.unlink(missing_ok=True)
        return real(path)

    monkeypatch.setattr(Path, "lstat", lstat)
    read = read_submission(tmp_path / "student.py" if form == "file" else tmp_path)
    assert [file.path for file in (*read.files, *read.neighbours)] == ["student.py"]


@pytest.mark.parametrize("form", ["file", "folder", "zip"])
def test_own_modules_come_along(tmp_path: Path, form: str, sandbox: Sandbox) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "student.py").write_text(USES_MODULE, encoding="utf-8")
    (folder / "mine.py").write_text(MODULE, encoding="utf-8")
    archive = zipped(
        tmp_path / "work.zip", **{"work/student.py": USES_MODULE, "work/mine.py": MODULE}
    )
    path = {"file": folder / "student.py", "folder": folder, "zip": archive}[form]
    assert score(path, sandbox) == 100


def test_the_file_that_the_assignment_names_is_the_main_one(tmp_path: Path) -> None:
    for name in ("a.py", "student.py", "tests/test_student.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    assert read_submission(tmp_path, "a.py").main == "a.py"
    assert read_submission(tmp_path).main is None


@pytest.mark.parametrize(
    "path",
    [
        "student.py",
        "Student.py",
        "doe_jane_12345_67890_student.py",
        "doe_jane_12345_67890_student-2.py",
        "Jane Doe_4711_assignsubmission_file_/student.py",
        "student (1).py",
        "submission_123/student.py",
    ],
)
def test_the_names_that_platforms_give_are_known(path: str) -> None:
    assert is_named(path, "student.py")
    assert not is_named(path, "other.py")


def test_clutter_is_left_out(tmp_path: Path) -> None:
    archive = zipped(
        tmp_path / "a.zip",
        **{"a.py": "x=1", "__MACOSX/._a.py": "y", ".hidden.py": "z", "venv/lib/b.py": "w"},
    )
    assert [file.path for file in read_submission(archive).files] == ["a.py"]


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("answer = 42\n", encoding="utf-8")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "student.py").write_text("x = 1\n", encoding="utf-8")
    os.symlink(secret, folder / "link.py")
    os.symlink(tmp_path, folder / "up")
    os.mkfifo(folder / "pipe.py")
    assert [file.path for file in read_submission(folder).files] == ["student.py"]


def test_a_file_that_is_a_link_is_read_where_it_stays_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "solution.py").write_text("answer = 42\n", encoding="utf-8")
    folder = tmp_path / "work"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "own.py").write_text("x = 1\n", encoding="utf-8")
    os.symlink("../solution.py", folder / "out.py")
    os.symlink("src/own.py", folder / "in.py")
    assert [file.content for file in read_submission(folder / "in.py").files] == [b"x = 1\n"]
    with pytest.raises(SubmissionError, match=r"out.py is a link that leads out") as caught:
        read_submission(folder / "out.py")
    assert str(tmp_path.resolve() / "solution.py") in str(caught.value)


@pytest.mark.parametrize("name", ["student.py", "student.ipynb", "student.zip"])
def test_what_has_no_end_is_not_read(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(SubmissionError, match="is a pipe or a device, not a file"):
        read_submission(tmp_path / name)
    (tmp_path / name).unlink()
    os.symlink("/dev/zero", tmp_path / name)
    with pytest.raises(SubmissionError, match="is a pipe or a device, not a file"):
        read_submission(tmp_path / name)


def test_a_link_that_leads_nowhere_is_not_said_to_be_meant(tmp_path: Path) -> None:
    os.symlink("nowhere.py", tmp_path / "student.py")
    with pytest.raises(SubmissionError) as caught:
        read_submission(tmp_path / "student.py")
    assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize("name", ["/etc/a.py", "../a.py", "b/../../a.py", "C:\\a.py", "..\\a.py"])
def test_paths_that_lead_out_of_a_zip_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SubmissionError, match="is refused"):
        read_submission(zipped(tmp_path / "a.zip", **{name: "x"}))


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    entry = zipfile.ZipInfo("student.py")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(SubmissionError, match="is a link or a device"):
        read_submission(path)


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="stands in it twice"):
        read_submission(zipped(tmp_path / "a.zip", **{"a.py": "x", "A.py": "y"}))


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="would unpack to"):
        read_submission(zipped(tmp_path / "a.zip", **{"a.py": b"#" * (64 * 2**20)}))


def test_a_small_file_may_repeat_one_line(tmp_path: Path) -> None:
    content = b"# the same line again and again\n" * 60_000
    (file,) = read_submission(zipped(tmp_path / "a.zip", **{"a.py": content})).files
    assert file.content == content


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", **{"a.py": b"x = 1\n" * 5000})
    real = (30_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(real, (100).to_bytes(4, "little")))
    with pytest.raises(SubmissionError, match="cannot be read as a zip"):
        read_submission(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all"])
def test_what_is_no_zip_is_one_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(SubmissionError, match="cannot be read as a zip"):
        read_submission(path)


def test_both_sides_read_as_much_of_a_file() -> None:
    assert {".py": LARGEST, ".ipynb": LARGEST_NOTEBOOK} == source.MOST_BYTES


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.py"
    with path.open("wb") as stream:
        stream.truncate(LARGEST + 1)
    with pytest.raises(SubmissionError, match="the limit is 2 MB"):
        read_submission(path)


def test_what_was_too_large_to_be_read_is_said(tmp_path: Path, sandbox: Sandbox) -> None:
    exam = exam_of("shallow-tanh", 1)
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    alone = read_submission(tmp_path).sha256
    with (tmp_path / "data.py").open("wb") as stream:
        stream.truncate(LARGEST + 1)
    submission = read_submission(tmp_path)
    assert submission.sha256 != alone
    report = grade(submission, exam, sandbox)
    assert report.all_correct
    (note,) = (finding for finding in report.findings if finding.id == "file-left-out")
    assert note.message == "data.py has 2.0 MB; the limit is 2 MB. It was not read."
    (tmp_path / "student.py").write_text("x = 1\n", encoding="utf-8")
    (problem,) = grade(read_submission(tmp_path), exam, sandbox).problems
    assert problem.message.endswith("Not read: data.py has 2.0 MB; the limit is 2 MB.")


def test_a_zip_without_source_says_what_to_hand_in(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match=r"holds no \.py file") as caught:
        read_submission(zipped(tmp_path / "a.zip", **{"report.pdf": "x"}), "backprop.py")
    assert "backprop.py" in caught.value.remedy
