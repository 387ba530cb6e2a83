"""``grader batch --similarity`` as a user runs it: a page more, and the same grades."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from gradcheck_grader.batch.likeness_values import Likeness
from tests.batch.classes import BROKEN, a_class, batch
from tests.batch.exports import put
from tests.batch.test_likeness import DIFFERENT, STARTER, renamed

FOUND = ("similarity.md", "similarity.json")
HOSTILE = {
    "deep.py": "x = " + "(" * 5000 + ")" * 5000 + "\n",
    "long.py": "x = 1" + " + 1" * 100_000 + "\n",
    "nul.py": "\0" * 100,
    "open.py": "a = '''" + "`" * 50 + "\n" * 1000,
    "quiet.py": "import os\nos._exit(0)\n",
}
COPIED = {"every_link.py", "zed.py"}
# Ctrl-C while submissions are compared; one thread, as the command has it.
STOPPED = """
import os, signal, sys, time
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from gradcheck_grader.batch import likeness
def stop(*_):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
likeness.find_likeness = stop
from gradcheck_grader.cli import run
sys.exit(run())
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the outputs of the same class without and with the question."""
    root = tmp_path_factory.mktemp("similarity")
    files = {f"{name}.py": text for name, text in DIFFERENT.items()}
    files |= HOSTILE | {"a.py": STARTER, "b.py": f"{STARTER}\nx = 1\n"}
    files["zed.py"] = renamed(DIFFERENT["every_link"])
    folder = put(root / "class", files)
    for output, options in (("without", ()), ("with", ("--similarity",))):
        # long.py takes some 0.3 s to be refused, which must not be now a timeout and now an error.
        done = batch(folder, root / output, "--isolation", "process", "--seconds", 5, *options)
        assert done.returncode == 0, done.stderr
    return root


def test_it_is_made_only_when_asked_for(graded: Path) -> None:
    assert [(graded / "with" / name).is_file() for name in FOUND] == [True, True]
    assert [(graded / "without" / name).exists() for name in FOUND] == [False, False]


def test_a_renamed_copy_is_found_among_strangers_starters_and_hostile_files(graded: Path) -> None:
    text = (graded / "with" / "similarity.json").read_text(encoding="utf-8")
    found = Likeness.model_validate_json(text)
    assert [set(group.keys) for group in found.groups] == [COPIED]
    assert found.compared + found.unread == len(DIFFERENT) + len(HOSTILE) + 3
    page = (graded / "with" / "similarity.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in COPIED)


def test_it_changes_no_grade(graded: Path) -> None:
    for name in ("grades.csv", "results.jsonl", "canvas.csv", "moodle.csv"):
        assert (graded / "with" / name).read_bytes() == (graded / "without" / name).read_bytes()
    lines = (graded / "with" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    scores = {one["submission"]["name"]: one["score"] for one in map(json.loads, lines)}
    assert scores["every_link.py"] == 100


def test_the_files_are_said_after_the_summary(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 2), tmp_path / "out"
    done = batch(folder, output, "--isolation", "process", "--similarity")
    assert done.returncode == 0
    assert done.stderr.endswith("comparing the code of 2 submissions\n")
    summary, _, said = done.stdout.rpartition("\n\n")
    assert "report.html" in summary
    assert all(str(output / name) in "".join(said.split()) for name in FOUND)  # lines wrap


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter on Windows")
def test_ctrl_c_while_comparing_keeps_the_summary_and_the_outputs(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 2), tmp_path / "out"
    options = ("--isolation", "process", "--similarity")
    done = batch(folder, output, *options, program=("-c", STOPPED))
    assert done.returncode not in (0, 1)
    assert "2 submissions" in done.stdout
    assert "comparing the code of 2 submissions\n" in done.stderr
    assert (output / "grades.csv").is_file()
    assert not any((output / name).exists() for name in FOUND)


def test_a_comparison_goes_when_a_later_run_has_graded_anything(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 2), tmp_path / "out"
    options = ("--isolation", "process")
    assert batch(folder, output, *options, "--similarity").returncode == 0
    assert batch(folder, output, *options).returncode == 0
    assert all((output / name).is_file() for name in FOUND)  # nothing was graded
    (folder / "s001.py").write_bytes(BROKEN)
    assert batch(folder, output, *options).returncode == 0
    assert not any((output / name).exists() for name in FOUND)
