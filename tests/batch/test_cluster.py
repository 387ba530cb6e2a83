"""The same results from a Dask cluster: a real scheduler and two workers on this machine."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.batch.classes import BROKEN, HANG, a_class, batch, results, start
from tests.batch.test_kill import gone
from tests.sandbox.surroundings import descendants

pytest.importorskip("distributed", reason="distributed, of the extra `cluster`, is not installed")
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
LONGEST = 60.0


class Local:
    """A scheduler and its workers, as docs/cluster.md starts them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        words = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.address = self._start(r"Scheduler at:\s*(tcp://127\.0\.0\.1:\d+)", *words)[1]

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker; it is ready to work."""
        few = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        where = ("--host", "127.0.0.1", "--local-directory", str(self._folder))
        process, _ = self._start(r"(Registered to:)", "worker", self.address, *few, *where)
        self.workers.append(process)
        return process

    def _start(self, ready: str, *arguments: str) -> tuple[subprocess.Popen[bytes], str]:
        log = self._folder / f"{len(self._processes)}.log"
        with log.open("wb") as file:
            words = [sys.executable, "-m", "dask", *arguments]
            process = subprocess.Popen(words, stdout=file, stderr=file, env=ENVIRONMENT)
        self._processes.append(process)
        end = time.monotonic() + LONGEST
        while not (found := re.search(ready, log.read_text(encoding="utf-8", errors="replace"))):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            time.sleep(0.02)
        return process, found[1]

    def close(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    with contextlib.closing(Local(tmp_path_factory.mktemp("dask"))) as local:
        local.worker()
        local.worker()
        yield local


def test_a_cluster_gives_the_same_results(cluster: Local, tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 22)
    (folder / "broken.py").write_bytes(BROKEN)
    (folder / "slow.py").write_bytes(HANG)
    (folder / "z.zip").write_bytes(b"PK\x03\x04 and no more")
    here = batch(folder, tmp_path / "here")
    there = batch(folder, tmp_path / "there", "--cluster", cluster.address)
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    assert results(tmp_path / "here") == results(tmp_path / "there")
    assert not [line for line in there.stderr.splitlines() if "of 25 graded" not in line]


def test_the_tasks_of_a_lost_worker_are_done_again(cluster: Local, tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 30)
    for number in range(6):  # so that all workers are busy for a while
        (folder / f"s{5 * number:03d}_slow.py").write_bytes(HANG)
    assert batch(folder, tmp_path / "here").returncode == 0
    victim = cluster.worker()
    with start(folder, tmp_path / "there", "--cluster", cluster.address) as process:
        assert process.stderr is not None
        assert "of 36 graded" in process.stderr.readline()
        warm = descendants(victim.pid)
        assert warm  # it takes part
        victim.kill()
        _, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, said
    assert results(tmp_path / "here") == results(tmp_path / "there")
    gone(warm)


def test_stopping_leaves_a_cluster_that_others_can_use(cluster: Local, tmp_path: Path) -> None:
    folder, output = a_class(tmp_path / "in", 10), tmp_path / "out"
    for number in range(6):
        (folder / f"slow{number}.py").write_bytes(HANG)
    with start(folder, output, "--cluster", cluster.address) as process:
        assert process.stderr is not None
        assert "of 16 graded" in process.stderr.readline()
        process.terminate()
        _, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 3
    assert "of 16 submissions are graded. To go on, " in said
    assert "Traceback" not in said
    gone(pid for worker in cluster.workers for pid in descendants(worker.pid))
    assert batch(folder, output, "--cluster", cluster.address).returncode == 0
    assert batch(folder, tmp_path / "here").returncode == 0
    assert results(output) == results(tmp_path / "here")


def test_no_scheduler_is_a_clear_error(tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 1)
    done = batch(folder, tmp_path / "out", "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert done.stderr.startswith("error: no Dask scheduler answers at tcp://127.0.0.1:9")
    assert "docs/cluster.md" in done.stderr


def test_tls_without_certificates_is_a_clear_error(tmp_path: Path) -> None:
    folder = a_class(tmp_path / "in", 1)
    done = batch(folder, tmp_path / "out", "--cluster", "tls://127.0.0.1:9")
    assert done.returncode == 2
    assert "tls:// needs certificates" in done.stderr.splitlines()[0]


class Lost:
    """A future whose answer went with its worker, and is made again by another."""

    key = "task"

    def __init__(self) -> None:
        self.was_asked = self.is_released = False

    def result(self, timeout: float) -> str:
        if not self.was_asked:
            self.was_asked = True
            raise TimeoutError(f"timed out after {timeout} s.")
        return "the answer"

    def done(self) -> bool:
        return False

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        call(self)

    def release(self) -> None:
        self.is_released = True


def test_an_answer_that_is_lost_before_it_is_fetched_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gradcheck_grader.batch.cluster import Cluster

    opened, future = object.__new__(Cluster), Lost()
    monkeypatch.setattr(opened, "_waiting", {future.key: (future, None)}, raising=False)
    monkeypatch.setattr(opened, "_done", queue.SimpleQueue(), raising=False)
    monkeypatch.setattr(opened, "_count_threads", lambda: 1)
    opened._done.put(future)
    assert list(opened.answers([])) == [None, "the answer"]
    assert future.is_released
