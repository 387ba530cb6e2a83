"""How much of what was handed in is read: the same of folders, zips and zips within them."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from gradcheck_grader.batch.collect import collect
from gradcheck_grader.errors import SubmissionError
from gradcheck_grader.submission import read_submission
from tests.batch.exports import FORMS, SOURCE, laid_out, packed, put


@pytest.mark.parametrize("form", FORMS)
def test_data_in_a_students_zip_does_not_count(tmp_path: Path, form: str) -> None:
    with zipfile.ZipFile(tmp_path / "w.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("student.py", SOURCE)
        archive.writestr("train.csv", bytes(21 * 2**20))
    work = (tmp_path / "w.zip").read_bytes()
    files = {"alice.zip": work, "bob/hw.zip": work}
    for entry in collect(laid_out(tmp_path, files, form), None).entries:
        assert [file.content for file in entry.load().files] == [SOURCE]


def test_a_notebook_may_be_large_with_its_pictures(tmp_path: Path) -> None:
    notebook = random.Random(1).randbytes(6 * 2**20)
    put(tmp_path, {"class/hw.ipynb": notebook})
    packed(tmp_path / "class.zip", {"hw.ipynb": notebook})
    for name in ("class", "class.zip"):
        (entry,) = collect(tmp_path / name, None).entries
        assert entry.load().files[0].content == notebook


def test_zips_in_a_zip_unpack_to_no_more_than_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradcheck_grader.sizes.MOST_BYTES", 2**20)
    noise = random.Random(1).randbytes(180_000)
    inner = packed(tmp_path / "inner.zip", {f"{n}.ipynb": noise for n in range(3)}).read_bytes()
    path = packed(tmp_path / "outer.zip", {f"{n}.zip": inner for n in range(2)})
    submission = read_submission(path)
    assert sum(len(file.content) for file in submission.files) == 5 * len(noise)
    bomb = packed(tmp_path / "bomb.zip", {"a.py": b"#" * (64 * 2**20)}).read_bytes()
    with pytest.raises(SubmissionError, match="would unpack to"):
        read_submission(packed(tmp_path / "outer.zip", {"bomb.zip": bomb}))


@pytest.mark.parametrize("form", FORMS)
def test_a_large_file_is_left_out_and_named(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("LARGEST_NOTEBOOK", "MOST_BYTES"):
        monkeypatch.setattr(f"gradcheck_grader.sizes.{limit}", 2**20)
    noise = random.Random(1).randbytes(5 * 2**18)
    files = {
        "alice/student.py": SOURCE,
        "alice/notes.ipynb": noise,
        "bob/hw.ipynb": noise[: 2**20],
        "carol/hw.ipynb": noise,
        "dave/one.ipynb": noise[: 2**19],
        "dave/two.ipynb": noise[: 3 * 2**18],
    }
    alice, bob, carol, dave = collect(laid_out(tmp_path, files, form), None).entries
    assert alice.load().main == "student.py"
    assert [left.reason for left in alice.load().left_out] == [
        "notes.ipynb has 1.2 MB; the limit is 1 MB"
    ]
    assert len(bob.load().files[0].content) == 2**20
    with pytest.raises(SubmissionError, match=r"hw\.ipynb has 1\.2 MB; the limit is 1 MB"):
        carol.load()
    assert [file.path for file in dave.load().files] == ["one.ipynb"]
    assert "all files together" in dave.load().left_out[0].reason
