"""``grader stats``, and the instructors' page: every command on it works."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck_grader.batch.stats import as_json, render_stats
from gradcheck_grader.batch.store import open_store
from gradcheck_grader.batch.summary import Summary
from gradcheck_grader.batch.tally import summarise
from gradcheck_grader.reports.style import Style
from tests.batch.exports import put
from tests.batch.made import graded, report
from tests.batch.test_store import put as put_result
from tests.batch.test_summary import a_class
from tests.conftest import Cli, built_in

PAGE = Path(__file__).parents[2] / "docs" / "instructors.md"
ROSTER = "name,id,email\nann,1,ann@uni.example\nbob,2,bob@uni.example\nmax,3,max@uni.example\n"
GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Week 3 (1234)
    Points Possible,,,,,10
ann,1,u1,ann,A,
max,3,u3,max,A,
"""


def commands() -> list[str]:
    blocks = re.findall(r"(?ms)^```\n(.*?)^```$", PAGE.read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.splitlines() if line.startswith("grader ")]


def test_tables_have_the_hardest_gradient_first_and_findings_by_count() -> None:
    text = render_stats(summarise(a_class()), Style())
    rows = [line.split()[0] for line in text.splitlines() if line.startswith(("d", "score"))]
    assert rows == ["score", "dW2", "db2", "db1", "dW1"]
    found = re.findall(r"(?m)^ +(\d) +(\S+)  ", text)
    assert found == [
        ("3", "batch-mean"),
        ("2", "relu-mask"),
        ("1", "unexplained"),
        ("2", "float32"),
    ]
    assert render_stats(summarise(a_class()), Style(unicode=False)).isascii()


def test_the_first_of_the_table_is_the_hardest_of_the_summary() -> None:
    """By number, also where a gradient that few returned has the larger share."""
    made = [graded(f"a{n}", report(f"a{n}.py", ["dW1"] if n < 3 else [])) for n in range(10)]
    for n in range(2):
        own = report(f"b{n}.py", ["dW2"])
        rows = tuple(replace(row, part="deep") for row in own.gradients)
        made.append(graded(f"b{n}", replace(own, gradients=rows)))
    summary = summarise(made)
    assert summary.hardest is not None
    assert (summary.hardest.part, summary.hardest.wrong) == ("shallow", 3)
    lines = render_stats(summary, Style()).splitlines()
    rows = [line for line in lines if line.startswith(("shallow", "deep"))]
    assert [row.split()[:2] for row in rows[:2]] == [["shallow", "dW1"], ["deep", "dW2"]]


def test_json_holds_what_the_tables_show() -> None:
    summary = summarise(a_class())
    assert Summary.model_validate_json(as_json(summary)) == summary


def test_nothing_graded_yet_is_no_fault() -> None:
    assert "Nothing is graded yet." in render_stats(summarise([]), Style())


def test_a_run_that_goes_on_is_told_as_far_as_it_is(cli: Cli, tmp_path: Path) -> None:
    with open_store(tmp_path / "grades") as store:
        put_result(store, "a.py", "dW1")
        put_result(store, "b.py")
        done = cli("stats", "grades", "--format", "json")
    assert done.returncode == 0, done.stderr
    told = Summary.model_validate_json(done.stdout)
    assert (told.submissions, told.all_correct, told.wrong) == (2, 1, 1)
    assert told.hardest is not None
    assert told.hardest.name == "dW1"
    assert "2 submissions" in cli("stats").stdout


def test_a_store_that_is_none_is_said_plainly(cli: Cli, tmp_path: Path) -> None:
    put(tmp_path / "grades", {"store.sqlite": "no database at all, but long enough\n" * 9})
    done = cli("stats")
    assert done.returncode == 2
    assert "store.sqlite" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_shows_a_command_to_copy(cli: Cli) -> None:
    assert "Example: grader stats grades" in cli("stats", "--help").stdout


def test_a_folder_that_holds_no_batch_is_said_plainly(cli: Cli) -> None:
    done = cli("stats", "nowhere")
    assert done.returncode == 2
    assert "store.sqlite" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_page_shows_every_command_of_a_class() -> None:
    words = " ".join(commands())
    for option in ("--roster", "--regrade", "--similarity", "--format json", "grader stats"):
        assert option in words


def test_every_command_of_the_page_works(cli: Cli, tmp_path: Path) -> None:
    examples = built_in("shallow-tanh").folder / "examples"
    put(tmp_path, {"submissions/bob.pdf": "%PDF", "submissions/cat/notes.txt": "x",
                   "roster.csv": ROSTER, "gradebook.csv": GRADEBOOK})  # fmt: skip
    shutil.copy(examples / "right.py", tmp_path / "submissions" / "ann.py")
    shutil.copy(examples / "wrong_mean_forgotten.py", tmp_path / "submissions" / "bob.py")
    for command in commands():
        isolation = {} if "batch" not in command else {"GRADER_ISOLATION": "process"}
        done = cli(*shlex.split(command)[1:], **isolation)
        assert done.returncode == 0, (command, done.stderr)
        assert "Traceback" not in done.stderr
        if command.endswith("gradebook.csv"):
            with (tmp_path / "grades" / "canvas.csv").open(encoding="utf-8", newline="") as stream:
                head, *rows = csv.reader(stream)
            title = built_in("shallow-tanh").title
            column = head.index(title)
            assert {row[0]: row[column] for row in rows} == {
                "    Points Possible": "100", "ann": "100", "max": "",
            }  # fmt: skip
    assert (tmp_path / "grades" / "similarity.md").is_file()
    stats = json.loads(cli("stats", "grades", "--format", "json").stdout)
    assert (stats["submissions"], stats["all_correct"], stats["unjudged"]) == (3, 1, 1)


@pytest.mark.parametrize("colour", ["always", "never"])
def test_colour_is_as_asked(cli: Cli, tmp_path: Path, colour: str) -> None:
    shutil.copy(
        built_in("shallow-tanh").folder / "examples" / "right.py",
        put(tmp_path / "class", {"x.txt": ""}) / "ann.py",
    )
    assert cli("batch", "class", "-a", "shallow-tanh", GRADER_ISOLATION="process").returncode == 0
    text = cli("stats", "--color", colour).stdout
    assert ("\x1b[" in text) == (colour == "always")
