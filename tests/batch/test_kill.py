"""Killed at any moment, a batch loses nothing, leaves nobody behind, and ends with the same."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from subprocess import Popen

import pytest

from tests.batch.classes import HANG, a_class, batch, lines, results, start
from tests.sandbox.surroundings import descendants

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
CLASS = 60
LONGEST = 60.0


class Killed:
    """A run that is killed over and over, at moments that a seed gives, and gone on with."""

    def __init__(self, folder: Path, output: Path, seed: int) -> None:
        self._folder = folder
        self._output = output
        self._random = random.Random(seed)

    def parent(self) -> None:
        """Kill ``grader batch`` itself: all that it started must end, and nothing is lost."""
        with start(self._folder, self._output) as process:
            self._wait(process)
            below = descendants(process.pid)
            process.kill()
        gone(below)

    def worker(self) -> None:
        """Kill one of its processes that grade: the run goes on; stop it as Ctrl-C does."""
        with start(self._folder, self._output) as process:
            self._wait(process)
            workers = children(process.pid)
            if workers:
                kill(self._random.choice(workers))
            self._wait(process)
            below = descendants(process.pid)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=LONGEST)
            assert "Traceback" not in said
        gone(below)

    def warm_process(self) -> None:
        """Kill a process that runs submissions, or makes those that do; stop it as above."""
        with start(self._folder, self._output) as process:
            self._wait(process)
            deep = set(descendants(process.pid)) - set(children(process.pid))
            if deep:
                kill(self._random.choice(sorted(deep)))
            self._wait(process)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=LONGEST)

    def _wait(self, process: Popen[str]) -> None:
        """Wait for a few more results, none perhaps, and for a moment."""
        wanted = stored(self._output) + self._random.randrange(3)
        end = time.monotonic() + LONGEST
        while process.poll() is None and stored(self._output) < wanted:
            assert time.monotonic() < end
            time.sleep(0.002)
        time.sleep(0.2 * self._random.random() ** 3)


def stored(output: Path) -> int:
    """Return how many results are committed."""
    path = (output / "store.sqlite").absolute()
    with contextlib.suppress(sqlite3.Error):  # not made yet
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as store:
            (count,) = store.execute("SELECT count(*) FROM results").fetchone()
        return int(count)
    return 0


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    below = descendants(pid)
    deeper = {deep for child in below for deep in descendants(child)}
    return [child for child in below if child not in deeper]


def gone(pids: Iterable[int]) -> None:
    """Wait until all of them have ended."""
    end = time.monotonic() + 10
    while left := [pid for pid in pids if runs(pid)]:
        assert time.monotonic() < end, f"still there: {left}"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = a_class(tmp_path_factory.mktemp("class") / "in", CLASS)
    (made / "s007_slow.py").write_bytes(HANG)
    return made


@pytest.fixture(scope="module")
def whole(folder: Path) -> bytes:
    output = folder.parent / "whole"
    assert batch(folder, output).returncode == 0
    return results(output)


def check(folder: Path, output: Path, whole: bytes, ways: Sequence[str], seed: int) -> None:
    """Kill a run in these ways, one after another; then let it come to its end."""
    run = Killed(folder, output, seed)
    for way in ways:
        getattr(run, way)()
    assert batch(folder, output).returncode == 0
    assert results(output) == whole
    assert len(lines(output)) == CLASS + 1


def test_five_kills_change_nothing(folder: Path, whole: bytes, tmp_path: Path) -> None:
    ways = ("parent", "worker", "warm_process", "parent", "worker")
    check(folder, tmp_path / "out", whole, ways, 20261125)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_twenty_kills_change_nothing(seed: int, folder: Path, whole: bytes, tmp_path: Path) -> None:
    ways = random.Random(seed).choices(("parent", "worker", "warm_process"), k=5)
    check(folder, tmp_path / "out", whole, ways, seed)
