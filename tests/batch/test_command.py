"""What ``grader batch`` says before, beside and after its work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from gradcheck_grader.batch.engine import Workers
from gradcheck_grader.batch.task import Answer, Task
from gradcheck_grader.cli import run
from gradcheck_grader.errors import MachineError
from tests.batch.exports import SOURCE, put
from tests.conftest import built_in


def batch(root: Path, *options: str, name: str = "jdoe.py") -> int:
    put(root / "class", {name: SOURCE})
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


FIRST, SECOND = "doejane_7_90_hw.py", "doejane_7_95_hw-1.py"
RIGHT = (built_in("shallow-tanh").folder / "examples" / "right.py").read_text(encoding="utf-8")


def test_one_line_of_a_run_that_ends_with_a_fault_says_of_how_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "class", {"b.py": SOURCE, "c.py": SOURCE})
    real = Workers.answers

    def one(self: Workers, tasks: Iterable[Task]) -> Iterator[Answer | None]:
        yield next(answer for answer in real(self, tasks) if answer is not None)
        raise MachineError("no process is left")

    monkeypatch.setattr(Workers, "answers", one)
    assert batch(tmp_path, "--quiet", "--jobs", "1", name="a.py") == 3
    said = capsys.readouterr()
    assert said.out == "1 of 3 submissions: 0 all correct, 0 not graded, 2 still to come\n"
    assert "stopped: 1 of 3 submissions are graded" in said.err


def test_what_is_handed_in_again_under_another_name_is_told_by_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feedback = tmp_path / "grades" / "feedback"
    assert batch(tmp_path, name=FIRST) == 0
    (feedback / "notes.md").write_text("mine", encoding="utf-8")
    (tmp_path / "class" / FIRST).unlink()
    put(tmp_path / "class", {"doejane_7_95_hw-1.py": RIGHT, "roebob_8_96_hw.py": RIGHT})
    capsys.readouterr()
    assert batch(tmp_path, name="poemax_9_97_hw.py") == 0
    assert capsys.readouterr().out.endswith(
        f"1 grade has changed:\n  {SECOND}  0/100 → 100/100  changed: the submission\n"
    )
    assert {path.name for path in feedback.iterdir()} == {
        "doejane_7_95_hw-1.md", "roebob_8_96_hw.md", "poemax_9_97_hw.md", "notes.md",
    }  # fmt: skip


def test_results_do_not_go_among_the_submissions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(tmp_path, "-o", str(tmp_path / "class" / ".." / "class")) == 2
    assert "is the folder of the submissions" in capsys.readouterr().err


def test_what_was_wrong_before_counts_when_a_run_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "class", {f"right{number}.py": RIGHT for number in range(2)})
    assert batch(tmp_path, name="wrong.py") == 0
    capsys.readouterr()
    assert batch(tmp_path, name="new.py") == 0
    assert capsys.readouterr().err.startswith("4 of 4 graded, 2 wrong")
