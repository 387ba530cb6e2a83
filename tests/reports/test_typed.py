"""The command that repeats a report: it works where it is read, and tells no place of ours."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck_grader.cli import watch
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports import FORMATS, context_for, github
from gradcheck_grader.reports.context import Context
from gradcheck_grader.reports.typed import command_at, quoted, with_path
from gradcheck_grader.settings import Settings
from tests.conftest import Cli, built_in
from tests.reports.cases import notebook
from tests.reports.conftest import CLASSROOM50

WRONG = built_in("shallow-tanh").folder / "examples" / "wrong_slope_of_sigmoid.py"
TANH = ("--assignment", "shallow-tanh", "--seed", "7")
NAMES = ["work/student.py", "a b/it's $5.py", "./-x.py", "tell\x1b\u202e\\.py", "ä/ö.py"]


def file(path: Path) -> None:
    shutil.copy(WRONG, path)


def of_cells(path: Path) -> None:
    path.write_bytes(notebook(WRONG.read_text(encoding="utf-8")).files[0].content)


def folder(path: Path) -> None:
    path.mkdir()
    shutil.copy(WRONG, path / "student.py")


def archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(WRONG, "student.py")


def next_command(shown: str) -> str:
    (line,) = [line for line in shown.splitlines() if "grader check" in line]
    return line.strip().removeprefix("Next").strip()


@pytest.mark.parametrize(
    ("path", "make"),
    [
        *((name, file) for name in NAMES),
        ("week 1/student.ipynb", of_cells),
        ("handed/in", folder),
        ("week 1/work.zip", archive),
    ],
)
def test_the_command_that_a_report_ends_with_gives_the_same_report(
    cli: Cli, tmp_path: Path, path: str, make: Callable[[Path], None]
) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    make(tmp_path / path)
    shown = cli("check", path, *TANH).stdout
    assert "Score 50 / 100" in shown
    command = next_command(shown)
    assert command.isprintable()
    told = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {command}"], capture_output=True, check=True
    ).stdout
    words = told.decode(errors="surrogateescape").split("\0")[1:-1]
    again = cli(*words)
    assert (again.stdout, again.stderr) == (shown, "")


def test_a_folder_that_has_no_name_where_it_is_typed_is_named_as_it_is(
    cli: Cli, tmp_path: Path
) -> None:
    file(tmp_path / "student.py")
    shown = cli("check", ".", *TANH).stdout
    assert f"· {tmp_path.name[:20]}" in shown
    assert next_command(shown) == "grader check . --assignment shallow-tanh --seed 7"


def test_a_name_that_is_no_text_can_be_typed() -> None:
    assert quoted("a\udcff'b.py") == r"$'a\xff\x27b.py'"


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"text", "github"}))
def test_what_is_handed_on_names_the_file_alone(cli: Cli, tmp_path: Path, name: str) -> None:
    """SARIF and annotations name files as the repository knows them, in which there is no secret"""
    place = tmp_path / "classes" / "2026"
    place.mkdir(parents=True)
    file(place / "student.py")
    done = cli("check", str(place / "student.py"), *TANH, "--format", name,
               GITHUB_WORKSPACE=str(place), **CLASSROOM50)  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "classes" not in done.stdout
    assert done.stdout


def test_a_text_that_is_written_to_a_file_names_the_file_alone(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    file(tmp_path / "work" / "student.py")
    shown = cli("check", "work/student.py", *TANH, "--report", "text=report.txt").stdout
    written = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert next_command(written) == "grader check student.py --assignment shallow-tanh --seed 7"
    assert shown.replace("work/student.py", "student.py") == written


def test_a_job_s_log_names_a_file_as_the_repository_does(
    reports: dict[str, GradeReport], tmp_path: Path
) -> None:
    inside = context_for(tmp_path / "week" / "x.py", {"GITHUB_WORKSPACE": str(tmp_path)})
    assert "Next  grader check week/x.py --assignment" in github.render(reports["wrong"], inside)
    outside = context_for(tmp_path / "x.py", {"GITHUB_WORKSPACE": "/elsewhere"})
    for context in (outside, Context("../x.py"), Context()):
        assert f"Next  {reports['wrong'].replay}\n" in github.render(reports["wrong"], context)


def test_what_stands_after_the_path_stays(reports: dict[str, GradeReport]) -> None:
    command = "grader check a.py --assignment './my week' --seed 7 --all-parts --only dW1"
    assert command_at(command, "b/a.py") == command.replace("a.py", "b/a.py", 1)
    silent = replace(reports["wrong"], replay="")
    assert with_path(silent, "b/a.py").replay == ""
    assert shlex.split(with_path(reports["wrong"], "b/a.py").replay)[2] == "b/a.py"


def test_each_screen_of_a_watched_file_repeats_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = WRONG.read_text(encoding="utf-8").replace("dW2 = ", "dW2 = 2 * ")
    (tmp_path / "student.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(watch, "saves", lambda look, pause: ["saved"])
    path = tmp_path / "student.py"
    watch.watch(path, Settings(assignment="shallow-tanh", seed=7), {}, [])
    shown = capsys.readouterr().out
    assert "more cause" in shown
    assert next_command(shown) == f"grader check {path} --assignment shallow-tanh --seed 7"
