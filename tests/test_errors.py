"""What is said of a fault: no name in it acts, hides, or passes for a line of ours."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from gradcheck_grader.batch.progress import Lines
from gradcheck_grader.cli import run
from gradcheck_grader.cli.watch import failed
from gradcheck_grader.errors import GraderError, visible
from tests.conftest import Cli

NAME = "a\x1b[31m\u202eb\nerror: c\u2028\udcff.py"


def test_what_acts_or_hides_is_seen_and_what_is_seen_already_stays() -> None:
    shown = visible(NAME)
    assert shown == "a\\x1b[31m\\u202eb\nerror: c\\u2028\\udcff.py"
    shown.encode()
    for text in ("plain 'text' \\x1b", "größe\tß\nÅngström: 数学 ✓"):
        assert visible(text) == text


def test_an_error_is_its_lines_whatever_the_names_in_it() -> None:
    error = GraderError(f"no such file: {NAME}", where=NAME, remedy=f"did you mean {NAME}?")
    lines = str(error).split("\n")
    assert [line for line in lines if not line.startswith("  ")] == lines[:1]
    assert all(line.isprintable() for line in lines)
    assert str(GraderError("what", where="here", remedy="do\nthis")) == (
        "error: what\n  in here\n  do\n  this"
    )
    assert str(GraderError("what")) == "error: what"


@pytest.mark.parametrize(
    "words",
    [
        ("check", NAME),
        ("check", ".", f"--format={NAME}"),
        ("check", ".", f"--report=json={NAME}/x"),
        ("check", ".", f"--assignment={NAME}"),
        ("check", f"--{NAME}"),
        ("check", ".", NAME),
        (NAME,),
        ("batch", NAME, "-a", "shallow-tanh"),
        ("batch", f"{NAME}.txt", "-a", "shallow-tanh"),
        ("stats", NAME),
        ("verify", NAME, "--key", NAME),
        ("explain", NAME),
        ("gradient", f"{NAME}:f"),
        ("assignment", "verify", f"./{NAME}"),
        ("bundle", "gradescope", NAME),
    ],
)
def test_no_command_prints_a_name_that_acts(
    words: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{NAME}.txt").write_text("x", encoding="utf-8")
    code = run(words)
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert all(line.isprintable() for line in said.err.split("\n"))


def test_a_file_that_is_passed_over_is_named_as_it_is(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ann.py").write_text("pass", encoding="utf-8")
    (tmp_path / "class" / "note\x1b]0;\u202e.txt").write_text("x", encoding="utf-8")
    done = cli("batch", "class", "-a", "shallow-tanh")
    assert "1 other file passed over: note\\x1b]0;\\u202e.txt\n" in done.stderr
    stream = io.StringIO()
    Lines(stream).note("of \x1b[31m")
    assert stream.getvalue() == "note: of \\x1b[31m\n"


def test_a_watched_screen_shows_them_too(tmp_path: Path) -> None:
    shown = failed(tmp_path / NAME, GraderError(f"no such file: {NAME}"))
    assert "\\x1b[31m\\u202e" in shown.splitlines()[0]
    assert all(line.isprintable() for line in shown.split("\n"))
