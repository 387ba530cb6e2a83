"""A batch beside a process for each submission, and beside bare forks, in one run on all cores.

Every way loads the same right submissions and makes the same 30 calls. *Fresh processes* and *bare
forks* are the least that such a grader can be: the first start Python and NumPy for each
submission, the second fork a warm process that protects from nothing. Both compare by
``numpy.allclose`` and write one JSON object; only the batch confines, repeats calls, finds causes,
stores every result at once and writes reports. Usage: ``python benchmarks/batch.py [submissions]``,
and ``--many N`` for the memory and the time of one long run.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

# One thread, before NumPy: a process with BLAS threads cannot be forked safely.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from gradcheck_grader.catalog import assignment_folders, find_assignment
from gradcheck_grader.exam import Exam, prepare

TRIALS = 30
FRESH = """
import json, pickle, sys
import numpy as np
with open(sys.argv[2], "rb") as file:
    trials = pickle.load(file)
names = {}
with open(sys.argv[1], encoding="utf-8") as file:
    exec(compile(file.read(), sys.argv[1], "exec"), names)
right = {}
for arguments, truth in trials:
    answer = names["backward_propagation"](*arguments)
    for name, value in truth.items():
        right[name] = right.get(name, True) and bool(np.allclose(answer[name], value))
print(json.dumps(right))
"""


def class_of(folder: Path, count: int) -> list[Path]:
    """Make a folder of right submissions."""
    found = (assignment_folders()["shallow-tanh"] / "examples").glob("right*.py")
    examples = sorted(path for path in found if "flat" not in path.name)  # allclose wants shapes
    folder.mkdir()
    return [
        Path(shutil.copy(examples[number % len(examples)], folder / f"s{number:05d}.py"))
        for number in range(count)
    ]


def assignment_in(folder: Path) -> Path:
    """Make an assignment like shallow-tanh, of 30 trials."""
    target = folder / "assignment"
    shutil.copytree(assignment_folders()["shallow-tanh"], target)
    file = target / "assignment.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("trials = 12", f"trials = {TRIALS}"), encoding="utf-8")
    return target


def batch(folder: Path, assignment: Path, output: Path) -> float:
    """Return the seconds of ``grader batch``, from its start to its end."""
    words = ["-m", "gradcheck_grader", "batch", folder, "-a", assignment, "-o", output]
    start = time.perf_counter()
    done = subprocess.run([sys.executable, *map(str, words), "--seed", "3", "-q"], check=False)
    assert done.returncode == 0
    return time.perf_counter() - start


def fresh(paths: Sequence[Path], truth: Path, cores: int) -> float:
    """Return the seconds of one fresh process for each submission, on all cores."""

    def grade(path: Path) -> bytes:
        words = [sys.executable, "-c", FRESH, str(path), str(truth)]
        return subprocess.run(words, capture_output=True, check=True).stdout

    start = time.perf_counter()
    with ThreadPoolExecutor(cores) as pool:
        assert all(b"false" not in said for said in pool.map(grade, paths))
    return time.perf_counter() - start


def bare(paths: Sequence[Path], trials: list[Any], cores: int) -> float:
    """Return the seconds of a warm process for each core that forks for each submission."""
    start = time.perf_counter()
    context = multiprocessing.get_context("fork")
    shares = [paths[core::cores] for core in range(cores)]
    workers = [context.Process(target=_forks, args=(share, trials)) for share in shares]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    return time.perf_counter() - start


def _forks(paths: Sequence[Path], trials: list[Any]) -> None:
    for path in paths:
        reading, writing = os.pipe()
        if os.fork() == 0:
            names: dict[str, Any] = {}
            exec(compile(path.read_bytes(), path.name, "exec"), names)
            answers = [names["backward_propagation"](*arguments) for arguments, _ in trials]
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(answers, pipe)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            answers = pickle.load(pipe)
        os.wait()
        right = {
            name: bool(np.allclose(answer[name], value))
            for answer, (_, truth) in zip(answers, trials, strict=True)
            for name, value in truth.items()
        }
        assert json.dumps(right)


def trials_of(exam: Exam) -> list[Any]:
    """Return arguments and truth of every trial."""
    (paper,) = exam.papers
    pairs = zip(paper.calls, paper.trials, strict=True)
    return [(list(call.arguments), dict(trial.truth)) for call, trial in pairs]


def compare(count: int, folder: Path) -> None:
    """Print submissions a second of the three ways, and what the batch is of the others."""
    cores = len(os.sched_getaffinity(0))
    paths, assignment = class_of(folder / "class", count), assignment_in(folder)
    few = class_of(folder / "few", 40)
    trials = trials_of(prepare(find_assignment(str(assignment)), 3))
    truth = folder / "truth.pkl"
    truth.write_bytes(pickle.dumps(trials))
    # A short run first: what is left of a long one is free of start and end.
    start = batch(few[0].parent, assignment, folder / "short")
    whole = batch(paths[0].parent, assignment, folder / "long")
    rates = {
        "batch": count / whole,
        "batch, without its start and end": (count - 40) / (whole - start),
        "fresh processes": 100 / fresh(paths[:100], truth, cores),
        "bare forks": count / bare(paths, trials, cores),
    }
    print(f"{count} submissions of {TRIALS} trials, {cores} cores")
    print(f"{'':34}{'a second':>10}{'x fresh':>10}{'x bare':>10}")
    for name, rate in rates.items():
        to_fresh, to_bare = rate / rates["fresh processes"], rate / rates["bare forks"]
        print(f"{name:34}{rate:10.1f}{to_fresh:10.2f}{to_bare:10.2f}")


def many(count: int, folder: Path) -> None:
    """Print time and memory of runs of half as many submissions and of all."""
    assignment = assignment_in(folder)
    for part in (count // 2, count):
        paths = class_of(folder / f"class{part}", part)
        seconds = batch(paths[0].parent, assignment, folder / f"out{part}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{part} submissions: {seconds:.1f} s, largest process {peak:.0f} MB")


def main() -> None:
    """Run what was asked for."""
    arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        if arguments[:1] == ["--many"]:
            many(int(arguments[1]), Path(folder))
        else:
            compare(int(arguments[0]) if arguments else 600, Path(folder))


if __name__ == "__main__":
    main()
