"""``grader batch`` as a user runs it: resumed, stopped, regraded, refused; always the same."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.batch.classes import EXAMPLES
from tests.sandbox.surroundings import descendants

RIGHT = next(path for path in EXAMPLES if path.name == "right.py")
HANG = b"def backward_propagation(parameters, cache, X, Y):\n    while True:\n        pass\n"
HOSTILE = {
    "exit": b"import os\ndef backward_propagation(*a):\n    os._exit(0)\n",
    "flood": b"def backward_propagation(*a):\n    while True:\n        print('x' * 9999)\n",
    "hang": HANG,
    "memory": b"def backward_propagation(*a):\n    return bytearray(1 << 40)\n",
    "syntax": b"def backward_propagation(:\n",
    "wire": b"import os\ndef backward_propagation(*a):\n    os.write(3, b'GW01' * 999)\n",
    "signal": b"import os\ndef backward_propagation(*a):\n    os.kill(os.getpid(), 9)\n",
    "deep": b"x = " + b"(" * 5000 + b")" * 5000,
}
COMMON = ("--assignment", "shallow-tanh", "--seed", "7", "--seconds", "0.5")


def a_class(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        shutil.copy(EXAMPLES[number % len(EXAMPLES)], folder / f"s{number:03d}.py")
    return folder


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "gradcheck_grader", "batch", *map(str, arguments), *COMMON]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command(*arguments), capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


def results(output: Path) -> bytes:
    return (output / "results.jsonl").read_bytes()


def scores(output: Path) -> dict[str, int]:
    rows = [json.loads(line) for line in results(output).splitlines()]
    return {row["submission"]["name"]: row["score"] for row in rows}


def test_a_second_run_grades_what_is_new_or_changed(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 8), tmp_path / "out"
    assert run(folder, "-o", output).returncode == 0
    before = results(output)
    again = run(folder, "-o", output)
    assert again.returncode == 0
    assert results(output) == before
    (folder / "s001.py").write_bytes(b"def backward_propagation(:\n")
    (folder / "s002.py").unlink()
    shutil.copy(RIGHT, folder / "late.py")
    assert run(folder, "-o", output).returncode == 0
    now = scores(output)
    assert now["s001.py"] == 0
    assert now["late.py"] == 100
    assert "s002.py" not in now
    assert len(now) == 8


def test_results_are_the_same_on_one_and_on_three_processes(tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 13)
    for jobs in (1, 3):
        assert run(folder, "-o", tmp_path / str(jobs), "--jobs", jobs).returncode == 0
    assert results(tmp_path / "1") == results(tmp_path / "3")


def test_hostile_submissions_change_no_other_result(tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 10)
    assert run(folder, "-o", tmp_path / "alone").returncode == 0
    for name, text in HOSTILE.items():
        (folder / f"s00{len(name) % 10}_{name}.py").write_bytes(text)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    assert run(folder, "-o", tmp_path / "beside").returncode == 0
    alone, beside = scores(tmp_path / "alone"), scores(tmp_path / "beside")
    assert len(beside) == len(alone) + len(HOSTILE) + 1
    others = beside.keys() - alone.keys()
    assert {beside[name] for name in others} == {0}
    lines = set(results(tmp_path / "beside").splitlines())
    assert set(results(tmp_path / "alone").splitlines()) <= lines


def test_regrading_says_who_changed(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 3), tmp_path / "out"
    assert run(folder, "-o", output).returncode == 0
    shutil.copy(RIGHT, folder / "s000.py")
    (folder / "s001.py").write_bytes(b"def backward_propagation(:\n")
    done = run(folder, "-o", output, "--regrade")
    assert done.returncode == 0
    assert "s001.py" in done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter on Windows")
def test_ctrl_c_ends_with_what_is_done_and_the_next_run_goes_on(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 12), tmp_path / "out"
    for number in range(12):
        (folder / f"slow{number}.py").write_bytes(HANG)
    whole = tmp_path / "whole"
    assert run(folder, "-o", whole).returncode == 0
    process = subprocess.Popen(
        command(folder, "-o", output), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert "of 24 graded" in process.stderr.readline()  # the first line of its progress
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "Traceback" not in said
    assert 0 <= len(scores(output)) < 24
    assert run(folder, "-o", output).returncode == 0
    assert results(output) == results(whole)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is of POSIX")
@pytest.mark.parametrize("moment", [0.05, 0.6, 1.1, 1.7])
@pytest.mark.parametrize("who", ["parent", "worker"])
def test_a_kill_at_any_moment_loses_nothing(who: str, moment: float, tmp_path: Path) -> None:
    folder, output, whole = a_class(tmp_path / "in", 12), tmp_path / "out", tmp_path / "whole"
    (folder / "slow.py").write_bytes(HANG)
    assert run(folder, "-o", whole).returncode == 0
    process = subprocess.Popen(
        command(folder, "-o", output), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    wait_for_store(output, process)
    time.sleep(moment)
    below = descendants(process.pid)
    if who == "parent":
        process.kill()
        process.wait()
        assert_gone(below)
    else:
        for pid in sorted(below)[:1]:
            kill(pid)
        assert process.wait(timeout=60) == 0
    assert run(folder, "-o", output).returncode == 0
    assert results(output) == results(whole)


def wait_for_store(output: Path, process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while not (output / "store.sqlite").exists() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def assert_gone(pids: set[int] | list[int]) -> None:
    deadline = time.monotonic() + 10
    while left := [pid for pid in pids if _runs(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_two_runs_on_one_store_are_refused(tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 2), tmp_path / "out"
    for number in range(8):
        (folder / f"slow{number}.py").write_bytes(HANG)
    first = subprocess.Popen(
        command(folder, "-o", output), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        wait_for_store(output, first)
        second = run(folder, "-o", output)
        assert second.returncode == 2
        assert second.stderr.startswith("error: ")
    finally:
        first.terminate()
        first.wait()


def test_a_batch_asks_for_kernel_or_better_unless_told(tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 1)
    assert run(folder, "-o", tmp_path / "a", "--isolation", "process").returncode == 0
    text = results(tmp_path / "a").decode()
    assert json.loads(text)["grader"]["isolation"]
    assert run(folder, "-o", tmp_path / "b").returncode in (0, 2)  # 2: less than kernel here


def test_fail_under_is_exit_code_1(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(RIGHT, folder)
    assert run(folder, "-o", tmp_path / "out", "--fail-under", "50").returncode == 0
    (folder / "bad.py").write_bytes(b"x = 1\n")
    assert run(folder, "-o", tmp_path / "out", "--fail-under", "50").returncode == 1
