"""The files of an author's assignment: what cannot be read or written is theirs to mend, exit 2."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from gradcheck_grader.catalog import read_assignment
from gradcheck_grader.errors import GraderError
from gradcheck_grader.new_assignment import new_assignment
from tests.conftest import Cli, built_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of an assignment of one's own, in the folder that commands run in."""
    mine = tmp_path / "mine"
    shutil.copytree(
        built_in("shallow-tanh").folder, mine, ignore=shutil.ignore_patterns("__*", "wrong_*")
    )
    return mine


@pytest.mark.parametrize(
    "command",
    [
        ["assignment", "show", "./mine"],
        ["assignment", "new", "week-3", "--from", "./mine"],
        ["assignment", "verify", "./mine", "--seeds", "1"],
        ["bundle", "prairielearn", "./mine", "-o", "out"],
    ],
    ids=" ".join,
)
def test_a_handout_that_is_not_utf_8_is_told_with_its_name(
    cli: Cli, folder: Path, command: list[str]
) -> None:
    (folder / "handout.md").write_bytes("# Rückwärts\n".encode("latin-1"))
    done = cli(*command)
    assert done.returncode == 2
    assert "handout.md is not UTF-8" in done.stderr
    assert "Save it again as UTF-8." in done.stderr
    assert not (folder.parent / "week-3").exists()


def test_an_assignment_toml_that_is_not_utf_8_is_told_so(cli: Cli, folder: Path) -> None:
    (folder / "assignment.toml").write_bytes('title = "Rückwärts"\n'.encode("latin-1"))
    done = cli("assignment", "show", "./mine")
    assert done.returncode == 2
    assert "assignment.toml is not UTF-8" in done.stderr


def test_a_byte_order_mark_does_not_keep_the_old_title(folder: Path) -> None:
    file = folder / "assignment.toml"
    file.write_text(file.read_text(encoding="utf-8"), encoding="utf-8-sig")
    made = new_assignment("week-3", read_assignment(folder), folder.parent)
    assert made.title == "Week 3"


def test_on_a_full_disk_no_half_of_a_new_assignment_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the second try would be told that the folder exists already."""
    source, into = read_assignment(folder), folder.parent / "course"
    write = Path.write_bytes
    left = [3]

    def until_full(path: Path, data: bytes) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", until_full)
    with pytest.raises(GraderError, match="No space left on device"):
        new_assignment("week-3", source, into)
    assert not list(into.iterdir())
    monkeypatch.undo()
    assert new_assignment("week-3", source, into).name == "week-3"
