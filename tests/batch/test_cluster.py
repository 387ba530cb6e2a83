"""The same results from a Dask cluster: a real scheduler and two workers on this machine."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch.classes import EXAMPLES

pytest.importorskip("distributed", reason="install the extra `cluster` to run these")

QUIET = {"OPENBLAS_NUM_THREADS": "1"}
COMMON = ("--assignment", "shallow-tanh", "--seed", "7", "--seconds", "0.5")


class Local:
    """A scheduler and its workers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.address = self._scheduler()

    def _scheduler(self) -> str:
        log = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text(errors="replace"))
            if found:
                return found[0]
            time.sleep(0.05)
        raise AssertionError(log.read_text())

    def worker(self) -> subprocess.Popen[bytes]:
        self._start(
            "worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny",
            "--local-directory", str(self._folder),
        )  # fmt: skip
        return self.processes[-1]

    def _start(self, kind: str, *arguments: str) -> Path:
        log = self._folder / f"{kind}{len(self.processes)}.log"
        with log.open("wb") as file:
            words = [sys.executable, "-m", "dask", kind, *arguments]
            environment = {**os.environ, **QUIET}
            self.processes.append(
                subprocess.Popen(words, stdout=file, stderr=file, env=environment)
            )
        return log

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    with contextlib.closing(Local(tmp_path_factory.mktemp("dask"))) as local:
        local.worker()
        local.worker()
        yield local


def a_class(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        text = EXAMPLES[number % len(EXAMPLES)].read_bytes()
        (folder / f"s{number:03d}.py").write_bytes(text)
    (folder / "broken.py").write_bytes(b"def backward_propagation(:\n")
    return folder


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "gradcheck_grader", "batch", *map(str, arguments), *COMMON]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False)


def test_a_cluster_gives_the_same_results(cluster: Local, tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 24)
    here = run(folder, "-o", tmp_path / "here")
    there = run(folder, "-o", tmp_path / "there", "--cluster", cluster.address)
    assert here.returncode == there.returncode == 0, there.stderr
    results = [(tmp_path / name / "results.jsonl").read_bytes() for name in ("here", "there")]
    assert results[0] == results[1]


def test_the_tasks_of_a_lost_worker_are_done_again(cluster: Local, tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 60)
    assert run(folder, "-o", tmp_path / "here").returncode == 0
    victim = cluster.worker()
    arguments = command(folder, "-o", tmp_path / "there", "--cluster", cluster.address)
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "graded" in process.stderr.readline()
    victim.kill()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    results = [(tmp_path / name / "results.jsonl").read_bytes() for name in ("here", "there")]
    assert results[0] == results[1]


def test_no_scheduler_is_a_clear_error(tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 1)
    done = run(folder, "-o", tmp_path / "out", "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "127.0.0.1:9" in done.stderr
