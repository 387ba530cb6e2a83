"""What a disk does not give was not left out by a student: it is said, and nobody gets a zero."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader.batch.collect import collect
from gradcheck_grader.batch.task import read
from gradcheck_grader.check import check_path
from gradcheck_grader.errors import SubmissionError
from gradcheck_grader.settings import Settings, settings_for
from gradcheck_grader.submission import read_submission
from gradcheck_grader.watch import stamp


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for name in ("ann/inner/student.py", "bob/student.py", "cat.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    return tmp_path


def close(path: Path, monkeypatch: pytest.MonkeyPatch, number: int = errno.EACCES) -> None:
    """Let the system refuse what lies at a path, which root could read."""
    real = {name: getattr(os, name) for name in ("scandir", "stat", "lstat")}

    def refusing(name: str) -> Any:
        def call(at: Any = ".", *rest: Any, **more: Any) -> Any:
            is_below = not isinstance(at, int) and path in Path(os.fspath(at)).parents
            if is_below or (name == "scandir" and Path(at) == path):
                raise OSError(number, os.strerror(number), os.fspath(at))
            return real[name](at, *rest, **more)

        return call

    for name in real:
        monkeypatch.setattr(os, name, refusing(name))


def test_a_folder_that_cannot_be_read_is_not_an_empty_one(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(work / "ann" / "inner", monkeypatch)
    with pytest.raises(SubmissionError) as caught:
        read_submission(work / "ann")
    assert caught.value.message == "ann/inner cannot be read: Permission denied"
    assert caught.value.is_ours
    with pytest.raises(SubmissionError, match="inner cannot be read"):
        check_path(work / "ann", Settings(assignment="shallow-tanh"), {})
    assert stamp(work / "ann") is not None  # watching goes on: it may become readable


def test_a_folder_that_is_gone_since_the_listing_is_not_missed(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "ann" / "student.py").write_text("x = 1\n", encoding="utf-8")
    close(work / "ann" / "inner", monkeypatch, errno.ENOENT)
    assert [file.path for file in read_submission(work / "ann").files] == ["student.py"]


@pytest.mark.parametrize("name", ["ann", "ann/inner"])
def test_in_a_class_it_is_not_graded_and_its_place_is_not_told(
    work: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    entries = {entry.key: entry for entry in collect(work, "student.py").entries}
    close(work / name, monkeypatch)
    task = read(entries["ann"])
    assert task.unreadable == ""
    assert task.fault == f"{name} cannot be read: Permission denied."
    assert (read(entries["bob"]).fault, read(entries["cat.py"]).fault) == ("", "")


def test_what_is_gone_since_the_class_was_listed_is_not_a_zero(work: Path) -> None:
    (entry,) = (entry for entry in collect(work, None).entries if entry.key == "cat.py")
    (work / "cat.py").unlink()
    assert "no such file" in read(entry).fault


def test_a_path_that_may_not_be_looked_at_is_one_clear_error(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = work / "ann" / "inner" / "student.py"
    close(work / "ann" / "inner", monkeypatch)
    assert settings_for(path, {}) == Settings()
    with pytest.raises(
        SubmissionError, match=r"error: student.py cannot be read: Permission denied"
    ):
        check_path(path, Settings(assignment="shallow-tanh"), {})
