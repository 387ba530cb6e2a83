"""Formats through the real command line: files, exit codes, and what a platform's variables do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Cli, built_in
from tests.reports import cases
from tests.reports.conftest import CLASSROOM50
from tests.reports.validate import CHECKS, commands, in_words

TANH = ("--assignment", "shallow-tanh", "--seed", "7")
RIGHT = (built_in("shallow-tanh").folder / "examples" / "right.py").read_text(encoding="utf-8")
SLOPE = RIGHT.replace("1 - A1**2", "A1 * (1 - A1)").replace("A1**2", "A1")
SOURCES = {
    "right": RIGHT,
    "wrong": RIGHT.replace("cache[", "1.5 * cache["),
    "crash": cases.CRASH,
    "timeout": cases.ENDLESS,
    "not graded": cases.CRASH,
    "hostile": cases.HOSTILE,
}
# The command line, on a machine whose sandbox fails.
BROKEN = """
import sys
from gradcheck_grader.cli import run
from gradcheck_grader.errors import MachineError
from gradcheck_grader.sandbox import Sandbox

def fail(*arguments):
    raise MachineError("the sandbox could not be started")

Sandbox.run = fail
sys.exit(run())
"""


def grader(folder: Path, *arguments: str, broken: bool = False) -> tuple[int, str, str]:
    start = ["-c", BROKEN] if broken else ["-m", "gradcheck_grader"]
    done = subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", **CLASSROOM50},
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("case", cases.CODES)
def test_every_format_is_written_and_the_exit_code_is_right(tmp_path: Path, case: str) -> None:
    (tmp_path / "student.py").write_text(SOURCES[case], encoding="utf-8")
    targets = [f"--report={name}={name}.out" for name in CHECKS]
    limit = ("--seconds", "0.3") if case == "timeout" else ()
    code, output, _ = grader(
        tmp_path,
        *("check", "student.py", *TANH, *limit, "--format", "json", *targets),
        broken=case == "not graded",
    )
    assert code == cases.CODES[case]
    wanted = CHECKS["json"](output)
    assert (wanted is None) == (case == "not graded")
    for name, check in CHECKS.items():
        assert check((tmp_path / f"{name}.out").read_text(encoding="utf-8")) == wanted, name
    assert (tmp_path / "json.out").read_text(encoding="utf-8") == output
    assert not list(tmp_path.glob(".*"))


def test_on_github_actions_it_annotates_by_itself(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "week 1").mkdir()
    (tmp_path / "week 1" / "student.py").write_text(SOURCES["wrong"], encoding="utf-8")
    (tmp_path / "summary").write_text("before\n", encoding="utf-8")
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }
    done = cli("check", str(tmp_path / "week 1" / "student.py"), *TANH, **variables)
    assert (done.returncode, done.stderr) == (1, "")
    found, shown = commands(done.stdout)
    assert "What to fix" in "\n".join(shown)
    assert {item.get("file") for name, item, _ in found if name == "error"} == {"week 1/student.py"}
    summary = (tmp_path / "summary").read_text(encoding="utf-8")
    assert summary.startswith("before\n# ")
    score = in_words(summary)
    assert score
    assert (tmp_path / "output").read_text(encoding="utf-8") == (
        f"score={score[0]}\nmax_score={score[1]}\nstatus=graded\n"
    )
    plain = cli("check", "week 1/student.py", *TANH, "--format", "text", **variables)
    assert "::" not in plain.stdout
    assert (tmp_path / "summary").read_text(encoding="utf-8") == summary


def test_one_line_keeps_nothing_from_the_platform(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(SOURCES["wrong"], encoding="utf-8")
    for format, variables in (
        ("github", ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")),
        ("github-classroom", ("GITHUB_OUTPUT",)),
    ):
        kept = {}
        for quiet in ((), ("--quiet",)):
            files = {name: tmp_path / f"{format}{name}{len(quiet)}" for name in variables}
            told = {name: str(file) for name, file in files.items()}
            done = cli("check", "student.py", *TANH, "-f", format, *quiet, **told)
            kept[quiet] = [file.read_text(encoding="utf-8") for file in files.values()]
        assert done.stdout.startswith("student.py: ")
        assert len(done.stdout.splitlines()) == 1
        assert kept[("--quiet",)] == kept[()]


def test_plain_text_gives_no_command_on_github_actions(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "::error::x.py").write_text(cases.HOSTILE, encoding="utf-8")
    for asked in (("--format", "text"), ("--format", "text", "--quiet")):
        done = cli("check", "::error::x.py", *TANH, *asked, GITHUB_ACTIONS="true")
        found, shown = commands(done.stdout)
        elsewhere = cli("check", "::error::x.py", *TANH, *asked).stdout
        assert (done.returncode, found) == (1, [])
        assert "\n".join(shown) == elsewhere
        assert commands(elsewhere.replace("##[", ""))[0]


def test_every_run_has_another_token(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(cases.HOSTILE, encoding="utf-8")
    first, again = (cli("check", "student.py", *TANH, "-f", "github").stdout for _ in range(2))
    lines = [text.split("\n", 1) for text in (first, again)]
    assert lines[0][0] != lines[1][0]
    assert len(lines[0][0]) > len("::stop-commands::") + 16
    token = lines[0][0].removeprefix("::stop-commands::")
    other = lines[1][0].removeprefix("::stop-commands::")
    assert first.replace(token, "") == again.replace(other, "")


def test_github_classroom_has_its_step_output(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    arguments = ("check", "student.py", *TANH, "-f", "github-classroom")
    done = cli(*arguments, GITHUB_OUTPUT=str(tmp_path / "output"))
    assert (tmp_path / "output").read_text(encoding="utf-8") == done.stdout
    assert CHECKS["github-classroom"](done.stdout) == (100, 100)


def test_classroom50_without_its_variables_is_a_clear_error(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    done = cli("check", "student.py", *TANH, "-f", "classroom50", "--report", "json=r.json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "needs what its runner sets: CLASSROOM, ASSIGNMENT," in done.stderr
    assert (tmp_path / "r.json").is_file()  # the failure of one format keeps no other back


def test_a_file_that_cannot_be_appended_to_is_said(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    done = cli("check", "student.py", *TANH, "-f", "github", GITHUB_OUTPUT=str(tmp_path))
    assert done.returncode == 2
    assert "GITHUB_OUTPUT" in done.stderr
    assert "Score 100 / 100" in done.stdout


def test_detail_says_which_numbers_are_shown(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(SOURCES["wrong"], encoding="utf-8")

    def worst(*options: str) -> list[dict[str, object] | None]:
        done = cli("check", "student.py", *TANH, "-f", "json", *options)
        return [row["worst"] for row in json.loads(done.stdout)["gradients"] if not row["points"]]

    assert all(item and "got" in item and "expected" not in item for item in worst())
    assert worst() == worst("--detail", "own")
    assert all(item and isinstance(item["expected"], float) for item in worst("--detail", "full"))
    assert set(map(bool, worst("--detail", "none"))) == {False}
    shown = cli("check", "student.py", *TANH, "--detail", "full").stdout
    assert "expected" in shown
    assert "expected" not in cli("check", "student.py", *TANH).stdout


def test_all_parts_counts_what_was_not_handed_in(cli: Cli, tmp_path: Path) -> None:
    example = built_in("squared-error").folder / "examples" / "right_without_step.py"
    (tmp_path / "student.py").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    arguments = ("check", "student.py", "-a", "squared-error", "--seed", "1", "-f", "json")
    alone, counted = cli(*arguments), cli(*arguments, "--all-parts")
    assert (alone.returncode, counted.returncode) == (0, 1)
    report = json.loads(counted.stdout)
    assert (report["score"], report["max_score"]) == (80, 100)
    assert json.loads(alone.stdout)["max_score"] == 80
    assert report["replay"].endswith("--all-parts")
    assert {row["verdict"] for row in report["gradients"]} == {"correct", "missing"}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("json=.", "is a folder"),
        ("yaml=x", "there is no format 'yaml'"),
        ("github_classroom=x", "Did you mean github-classroom?"),
        ("markdown=r.json", "two reports would be written to r.json"),
        ("markdown=../{folder}/r.json", "two reports would be written to "),
        ("json=pipe", "pipe is no plain file"),
        ("json=stdout", "stdout is no plain file"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_before_grading(
    cli: Cli, tmp_path: Path, target: str, said: str
) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    os.symlink("/proc/self/fd/1", tmp_path / "stdout")  # as /dev/stdout is; root could replace it
    target = target.format(folder=tmp_path.name)
    done = cli("check", "student.py", *TANH, "--report", "json=r.json", "--report", target)
    assert done.returncode == 2
    assert done.stdout == ""
    assert (tmp_path / "stdout").is_symlink()
    assert said in done.stderr
    assert not (tmp_path / "r.json").exists()


def test_text_loads_nothing_that_other_formats_need(tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(RIGHT, encoding="utf-8")
    program = (
        "import sys\nfrom gradcheck_grader.cli import run\nrun()\n"
        "heavy = ['jinja2', 'xml.etree.ElementTree', 'gradcheck_grader.reports.plugins',\n"
        "         'gradcheck_grader.reports.markdown', 'sqlite3', 'cryptography']\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "check", "student.py", *TANH],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"},
    )
    assert "Score 100 / 100" in done.stdout
    assert done.stderr == "[]\n"
