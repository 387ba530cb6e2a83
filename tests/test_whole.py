"""Files are whole or not there, and the same bytes on every machine."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from gradcheck_grader.errors import GraderError
from gradcheck_grader.whole import write_arrays, write_folder, write_whole


@pytest.mark.parametrize(
    ("content", "written"),
    [
        (b"\x00\r\n\xff", b"\x00\r\n\xff"),
        ("ä\r\n\n", "ä\r\n\n".encode()),
        ("a\udcffb", b"a?b"),  # a name that is no UTF-8
        ("", b""),
    ],
)
def test_what_is_given_is_written(tmp_path: Path, content: str | bytes, written: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")
    write_whole(path, content)
    assert path.read_bytes() == written
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space")

    path = tmp_path / "file"
    path.write_bytes(b"before")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        write_whole(path, "after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_arrays_are_read_back_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "case.npz"
    write_arrays(path, {"parameters.W1": np.eye(2), "X": np.zeros(3)})
    with np.load(path) as read:
        assert sorted(read) == ["X", "parameters.W1"]
        assert np.array_equal(read["parameters.W1"], np.eye(2))
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "question"
    target.mkdir()
    with pytest.raises(GraderError, match="exists already"):
        write_folder(target, {})
    with pytest.raises(GraderError, match="cannot be written"):
        write_folder(tmp_path / "other", {"a": b"", "a/b": b""})
    assert [path.name for path in tmp_path.iterdir()] == ["question"]


def test_a_folder_holds_what_is_given_and_what_is_run_can_be(tmp_path: Path) -> None:
    write_folder(tmp_path / "new", {"a/run.sh": b"#!", "b": b"\xff"}, executable=("a/run.sh",))
    assert (tmp_path / "new" / "a" / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "new" / "b").read_bytes() == b"\xff"
