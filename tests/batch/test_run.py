"""``grader batch`` as a user runs it: resumed, stopped, regraded, refused; always the same."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gradcheck_grader.catalog import assignment_folders
from tests.batch.classes import (
    BROKEN,
    HANG,
    NAME,
    RIGHT,
    a_class,
    batch,
    hostile,
    lines,
    moments,
    results,
    scores,
    start,
)
from tests.sandbox.programs import Program, programs
from tests.sandbox.surroundings import surroundings

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter on Windows")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="workers are forks on Linux alone")
CRASHES = {
    "exit": b"import os\ndef backward_propagation(*a):\n    os._exit(0)\n",
    "flood": b"def backward_propagation(*a):\n    while True:\n        print('x' * 9999)\n",
    "hang": HANG,
    "memory": b"def backward_propagation(*a):\n    return bytearray(1 << 40)\n",
    "syntax": BROKEN,
    "wire": b"import os\ndef backward_propagation(*a):\n    os.write(3, b'GW01' * 999)\n",
    "signal": b"import os\ndef backward_propagation(*a):\n    os.kill(os.getpid(), 9)\n",
    "deep": b"x = " + b"(" * 5000 + b")" * 5000,
}
# One thread, so that workers are forks, which have what is put in another thing's place here.
WEAK = """
import os, sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from gradcheck_grader.sandbox import client
client.forking = lambda levels: ()
from gradcheck_grader.cli import run
sys.exit(run())
"""
# Ctrl-C while the second file is compared with what was graded.
INTERRUPTED = """
import itertools, os, signal, sys
from gradcheck_grader.batch import run as runs
from gradcheck_grader.cli import run
count, whole = itertools.count(1), runs.read
def read(entry):
    if next(count) == 2: os.kill(os.getpid(), signal.SIGINT)
    return whole(entry)
runs.read = read
sys.exit(run())
"""
FAULTY = """
import os, sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from gradcheck_grader.batch import task
def fail(*_): raise KeyError("ours")
task.grade = fail
from gradcheck_grader.cli import run
sys.exit(run())
"""


def test_a_second_run_grades_what_is_new_or_changed_and_no_more(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 8), tmp_path / "out"
    assert batch(folder, output).returncode == 0
    before, graded = results(output), moments(output)
    again = batch(folder, output)
    assert (again.returncode, again.stderr) == (0, "")
    assert (results(output), moments(output)) == (before, graded)

    (folder / "s001.py").write_bytes(BROKEN)
    (folder / "s002.py").unlink()
    shutil.copy(RIGHT, folder / "late.py")
    assert batch(folder, output).returncode == 0
    now = moments(output)
    assert now.keys() == graded.keys() - {"s002.py"} | {"late.py"}
    assert {key for key in now.keys() & graded if now[key] != graded[key]} == {"s001.py"}
    assert scores(output)["s001.py"] == 0
    assert scores(output)["late.py"] == 100


def test_other_conditions_grade_all_again_and_say_why(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 4), tmp_path / "out"
    assignment = tmp_path / NAME
    shutil.copytree(assignment_folders()[NAME], assignment)
    file = assignment / "assignment.toml"
    options = ["-a", assignment]
    assert batch(folder, output, *options).stderr.startswith("1 of 4 graded")
    for more, why in (
        (["--seed", 8], "the seed"),
        (["--seconds", 0.75], "the limits"),
        ([], "the assignment"),
    ):
        options += more
        if not more:
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("trials = 12", "trials = 11"), encoding="utf-8")
        graded = moments(output)
        done = batch(folder, output, *options)
        first = done.stderr.splitlines()[0]
        assert first == f"note: 4 submissions are graded again, since this changed: {why}"
        assert all(graded[key] != moment for key, moment in moments(output).items())
    # Without --seed, it is the one of the store.
    assert all(json.loads(line)["grader"]["seed"] == 8 for line in lines(output).values())


def test_results_of_another_assignment_are_replaced_only_if_asked_for(tmp_path: Path) -> None:
    """The default folder is the same for all of them."""
    folder, output = a_class(tmp_path / "in", 3), tmp_path / "out"
    assert batch(folder, output).returncode == 0
    before = results(output)
    other = ["-a", "shallow-sigmoid"]
    done = batch(folder, output, *other)
    assert done.returncode == 2
    assert f"holds what was graded as {NAME}, not as shallow-sigmoid" in done.stderr
    assert results(output) == before
    assert batch(folder, output, *other, "--regrade").returncode == 0
    assert results(output) != before


def test_what_is_handed_in_no_more_is_said_to_leave(tmp_path: Path) -> None:
    """As where two classes are graded into one folder: the first is no longer there."""
    folder, output = a_class(tmp_path / "in", 3), tmp_path / "out"
    assert batch(folder, output).returncode == 0
    (folder / "s000.py").rename(folder / "other.py")
    (folder / "s001.py").unlink()
    done = batch(folder, output, "--seed", 8)
    left, again, *_ = done.stderr.splitlines()
    assert left == "note: 2 of the run before are handed in no more, and not in the results"
    assert again == "note: 1 submission is graded again, since this changed: the seed"
    assert "handed in no more" not in batch(folder, output).stderr


def test_regrading_says_whose_grade_changed_and_why(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 3), tmp_path / "out"
    assert batch(folder, output).returncode == 0
    before, graded = results(output), moments(output)
    done = batch(folder, output, "--regrade")
    assert done.returncode == 0
    assert done.stdout.endswith("\nNo grade has changed.\n")
    assert results(output) == before
    assert all(graded[key] != moment for key, moment in moments(output).items())

    (folder / "s001.py").write_bytes(BROKEN)
    done = batch(folder, output, "--regrade")
    said = "1 grade has changed:\n  s001.py  100/100 → 0/100  changed: the submission\n"
    assert done.stdout.endswith(said)


def test_results_are_the_same_on_one_and_on_three_processes(tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 13)
    for jobs in (1, 3):
        assert batch(folder, tmp_path / str(jobs), "--jobs", jobs).returncode == 0
    assert results(tmp_path / "1") == results(tmp_path / "3")


def test_what_cannot_be_read_is_a_verdict(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 2), tmp_path / "out"
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    assert batch(folder, output).returncode == 0
    found = json.loads(lines(output)["broken.zip"])
    assert (found["status"], found["score"], found["max_score"]) == ("graded", 0, 100)
    assert [problem["kind"] for problem in found["problems"]] == ["load"]


def sample(seed: int) -> list[Program]:
    """Return one hostile program of each kind."""
    kinds: dict[str, list[Program]] = {}
    for program in programs():
        kinds.setdefault(program.file.stem, []).append(program)
    return [random.Random(f"{seed}{kind}").choice(every) for kind, every in kinds.items()]


def assert_no_harm(folder: Path, tmp_path: Path, evil: Sequence[Program]) -> None:
    """Grade a class alone and among hostile submissions; nobody's report may differ."""
    assert batch(folder, tmp_path / "alone", "-q").returncode == 0
    good = {path.name for path in folder.iterdir()}
    with surroundings(tmp_path) as around:
        for number, program in enumerate(evil):
            text = hostile(program, around.facts("kernel"))
            (folder / f"s{number:03d}_{program}.py").write_bytes(text)
        for name, text in CRASHES.items():
            (folder / f"s00{len(name)}_{name}.py").write_bytes(text)
        done = batch(folder, tmp_path / "beside", "-q", "--memory-mb", 256)
        assert done.returncode == 0, done.stderr
        assert around.traces() == []
    alone, beside = lines(tmp_path / "alone"), lines(tmp_path / "beside")
    assert len(beside) == len(alone) + len(evil) + len(CRASHES)
    assert {key: beside[key] for key in good} == alone
    found = scores(tmp_path / "beside")
    assert {key: found[key] for key in found.keys() - good if found[key]} == {}


def test_hostile_submissions_change_no_other_result(tmp_path: Path) -> None:
    assert_no_harm(a_class(tmp_path / "in", 20), tmp_path, sample(1))


@pytest.mark.slow
def test_500_hostile_submissions_change_none_of_5000(tmp_path: Path) -> None:
    every = programs()
    evil = [every[number % len(every)] for number in range(500 - len(CRASHES))]
    assert_no_harm(a_class(tmp_path / "in", 5000), tmp_path, evil)


@POSIX
def test_ctrl_c_ends_with_what_is_done_and_the_next_run_goes_on(tmp_path: Path) -> None:
    folder, output, whole = a_class(tmp_path / "in", 10), tmp_path / "out", tmp_path / "whole"
    for number in range(4):
        (folder / f"slow{number}.py").write_bytes(HANG)
    assert batch(folder, whole).returncode == 0
    process = start(folder, output)
    assert process.stderr is not None
    assert "of 14 graded" in process.stderr.readline()  # its first line of progress
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: to the workers, too
    _, said = process.communicate(timeout=60)
    done = lines(output)
    assert process.returncode == 3
    (stopped,) = (line for line in said.splitlines() if line.startswith("stopped: "))
    assert stopped.startswith(f"stopped: {len(done)} of 14 submissions are graded. To go on, ")
    assert 0 < len(done) < 14
    assert (output / "report.html").exists()
    assert done.items() <= lines(whole).items()
    graded = moments(output)
    assert batch(folder, output).returncode == 0
    assert results(output) == results(whole)
    assert graded.items() <= moments(output).items()


@POSIX
def test_ctrl_c_before_anything_is_graded_leaves_what_is_there(tmp_path: Path) -> None:
    """Files that were not compared yet are as good as before, and their results, too."""
    folder, output = a_class(tmp_path / "in", 4), tmp_path / "out"
    assert batch(folder, output).returncode == 0
    written = [output / name for name in ("results.jsonl", "grades.csv", "report.html")]
    before = [path.read_bytes() for path in written]
    (folder / "new.py").write_bytes(BROKEN)
    done = batch(folder, output, program=("-c", INTERRUPTED))
    assert done.returncode == 3
    assert done.stderr.startswith("stopped before grading began: earlier results stay as they are.")
    assert done.stdout == ""
    assert [path.read_bytes() for path in written] == before
    graded = moments(output)
    assert batch(folder, output).returncode == 0
    assert len(lines(output)) == 5
    assert graded.items() <= moments(output).items()


@pytest.mark.skipif(os.name != "posix", reason="holds a run by a signal")
def test_two_runs_on_one_store_are_refused(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 1), tmp_path / "out"
    for number in range(9):
        (folder / f"slow{number}.py").write_bytes(HANG)
    with start(folder, output) as first:
        try:
            assert first.stderr is not None
            assert "graded" in first.stderr.readline()
            first.send_signal(signal.SIGSTOP)  # or it ends before a slow machine starts another
            second = batch(folder, output)
        finally:
            first.kill()
    assert second.returncode == 2
    assert second.stderr.startswith(
        f"error: another run is writing to {output} (process {first.pid})\n"
    )
    assert "--output DIR" in second.stderr


@LINUX
def test_less_than_kernel_is_refused_unless_asked_for(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 2), tmp_path / "out"
    done = batch(folder, output, program=("-c", WEAK))
    assert done.returncode == 2
    assert done.stderr.startswith("error: isolation by 'kernel' does not work on this machine")
    assert "--isolation process" in done.stderr
    assert not (output / "results.jsonl").exists()
    assert batch(folder, output, "--isolation", "process", program=("-c", WEAK)).returncode == 0
    found = [json.loads(line)["grader"]["isolation"][0] for line in lines(output).values()]
    assert found == ["process", "process"]


@LINUX
def test_a_fault_of_ours_is_exit_code_3_and_is_tried_again(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 2), tmp_path / "out"
    done = batch(folder, output, program=("-c", FAULTY))
    assert done.returncode == 3
    assert "2 submissions could not be graded, by no fault of theirs." in done.stderr
    assert {json.loads(line)["status"] for line in lines(output).values()} == {"not graded"}
    assert batch(folder, output).returncode == 0
    assert scores(output) == {"s000.py": 100, "s001.py": 100}


def test_exit_code_1_is_for_a_score_below_what_was_asked(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 1), tmp_path / "out"
    assert batch(folder, output, "--fail-under", 100).returncode == 0
    (folder / "bad.py").write_bytes(b"x = 1\n")
    assert batch(folder, output).returncode == 0
    done = batch(folder, output, "--fail-under", 50)
    assert (done.returncode, done.stderr) == (1, "1 below 50 percent\n")
    assert batch(folder, output, "-a", "no-such").returncode == 2
