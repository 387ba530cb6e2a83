"""What ``grader batch`` says before, beside and after its work."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck_grader.cli import run
from tests.batch.exports import SOURCE, put


def batch(root: Path, *options: str) -> int:
    put(root / "class", {"jdoe.py": SOURCE})
    put(root, {"roster.csv": "name,login\nJane Doe,jdoe\n"})
    command = ["batch", str(root / "class"), "-a", "shallow-tanh", "--isolation", "process"]
    return run([*command, "-o", str(root / "grades"), "--seed", "1", *options])


def test_a_column_that_is_not_there_is_said_before_grading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = str(tmp_path / "roster.csv")
    assert batch(tmp_path, "--roster", roster, "--canvas-column", "HW 3") == 2
    assert "no gradebook of Canvas" in capsys.readouterr().err
    assert not (tmp_path / "grades").exists()
