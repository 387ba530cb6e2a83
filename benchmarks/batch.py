"""A batch beside a process for each submission, and beside bare forks, in one run on all cores.

Every way loads the same right submissions and makes 30 calls of each. *Fresh processes* start
Python and NumPy for each, and do the same job: the same grading makes the same report. Trials and
truth lie ready in a file. *Fresh processes that compare only* have ``numpy.allclose`` and a line of
JSON instead. *Bare forks* are the batch without confinement, store and outputs: a warm process for
each core forks for each submission, the fork calls and pickles the answers back, and they are
graded or compared only. *Bare forks that read as we do* are the batch without its confinement and
nothing else: the file is read by what reads it in the confined process, which finds the function
under other names, in notebooks and classes, and runs nothing that it does not need; the others
``exec`` the text. Usage: ``python benchmarks/batch.py [count]``;
``--many N`` grades N / 2 and then N submissions, for memory and time of one long run.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import pickle
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

# One thread, before NumPy: a process with BLAS threads cannot be forked safely.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from gradcheck_grader.catalog import assignment_folders, find_assignment
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.reports.json import as_line
from gradcheck_grader.sandbox import File, Job, Result, Returned, Sandbox, Target
from gradcheck_grader.sandbox.child import program
from gradcheck_grader.sandbox.child.running.changes import pictures
from gradcheck_grader.sandbox.child.running.holders import with_dicts
from gradcheck_grader.submission import Submission

TRIALS = 30
SEED = 3
ROUNDS = 3
FEW = 60  # fresh processes take long
CORES = len(os.sched_getaffinity(0))
FRESH_REPORT = """
import pickle, sys
from pathlib import Path
from gradcheck_grader.grade import grade
from gradcheck_grader.reports.json import as_line
from gradcheck_grader.sandbox import File, Result, Returned
from gradcheck_grader.submission import Submission
class Here:
    isolation = ("none",)
    def run(self, job):
        names = {}
        exec(compile(job.files[0].content, sys.argv[1], "exec"), names)
        function = names["backward_propagation"]
        answers = tuple(Returned(function(*call.arguments)) for call in job.calls)
        return Result(None, None, answers)
path = Path(sys.argv[1])
exam = pickle.loads(Path(sys.argv[2]).read_bytes())
files = (File(path.name, path.read_bytes()),)
report = grade(Submission(path.name, files, path.name), exam, Here())
assert report.all_correct
path.with_suffix(".json").write_text(as_line(report))
"""
FRESH_COMPARE = """
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
with open(sys.argv[1] + ".json", "w") as file:
    json.dump(right, file)
assert all(right.values())
"""
Trials = list[tuple[list[Any], dict[str, Any]]]


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
    assert "trials = 12" in text
    file.write_text(text.replace("trials = 12", f"trials = {TRIALS}"), encoding="utf-8")
    return target


@dataclass(frozen=True)
class Run:
    """Seconds of ``grader batch``, submissions a second while it grades, most MB of a process."""

    whole: float
    steady: float
    peak: float


def batch(folder: Path, assignment: Path, output: Path) -> Run:
    """Run ``grader batch`` on a folder, in a process of its own."""
    count = len(list(folder.iterdir()))
    words = ["batch", folder, "-a", assignment, "-o", output, "--seed", SEED]
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gradcheck_grader", *map(str, words)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stderr is not None
    # One line a tenth; nothing is asked in between, which would take a part of the two cores.
    seen = [(int(line.split()[0]), time.perf_counter()) for line in process.stderr]
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    whole = time.perf_counter() - start
    assert len((output / "results.jsonl").read_text(encoding="utf-8").splitlines()) == count
    (first, since), (last, until) = seen[0], seen[-1]
    return Run(whole, (last - first) / (until - since), usage.ru_maxrss / 1024)


def fresh(program: str, paths: Sequence[Path], known: Path) -> float:
    """Return the rate of one fresh process for each submission, on all cores."""

    def one(path: Path) -> None:
        subprocess.run([sys.executable, "-c", program, str(path), str(known)], check=True)

    start = time.perf_counter()
    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(one, paths))
    return len(paths) / (time.perf_counter() - start)


def forks(paths: Sequence[Path], work: Callable[[Path], None]) -> float:
    """Return the rate of a warm process for each core, which does its share of the work."""
    start = time.perf_counter()
    context = multiprocessing.get_context("fork")
    shares = [paths[core::CORES] for core in range(CORES)]
    workers = [context.Process(target=_each, args=(work, share)) for share in shares]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    return len(paths) / (time.perf_counter() - start)


def _each(work: Callable[[Path], None], paths: Sequence[Path]) -> None:
    # Warm as can be: what is made on first use is there, and no fork looks for garbage in it.
    read(paths[0].read_bytes())
    gc.collect()
    gc.freeze()
    for path in paths:
        work(path)


Function = Callable[..., Any]


def executed(source: bytes) -> Function:
    """Return the function of a file that is run as it is."""
    names: dict[str, Any] = {}
    exec(compile(source, "student.py", "exec"), names)
    return cast("Function", names["backward_propagation"])


def read(source: bytes) -> Function:
    """Return the function as the confined process finds it, with the facts that it tells."""
    target = Target(("backward_propagation",), ("parameters", "cache", "X", "Y"))
    found = program.load([("student.py", source)], asdict(target))
    pickle.dumps(found.loaded)

    def call(*arguments: Any) -> Any:
        before = pictures(arguments)
        found.spell(arguments)
        answer = found.call(arguments, {})
        return with_dicts(answer), found.left(), pictures(arguments) == before

    return call


def answers_of(
    source: bytes, calls: Sequence[Sequence[Any]], load: Callable[[bytes], Function] = executed
) -> list[Any]:
    """Return what a submission answers, called in a fork."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        function = load(source)
        answers = [function(*arguments) for arguments in calls]
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answers, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answers = pickle.load(pipe)
    os.wait()
    return cast("list[Any]", answers)


class Bare:
    """In a sandbox's place: a fork that protects from nothing."""

    isolation = ("none",)

    def run(self, job: Job) -> Result:
        """Run a job's calls."""
        answers = answers_of(job.files[0].content, [call.arguments for call in job.calls])
        return Result(None, None, tuple(Returned(answer) for answer in answers))


class BareReader(Bare):
    """The same, of a function that is found as the batch finds it."""

    def run(self, job: Job) -> Result:
        """Run a job's calls."""
        calls = [call.arguments for call in job.calls]
        answers = answers_of(job.files[0].content, calls, read)
        return Result(None, None, tuple(Returned(answer) for answer, _, _ in answers))


def same_report(exam: Exam, forks: type[Bare] = Bare) -> Callable[[Path], None]:
    """Return what grades as the batch does, in bare forks."""
    bare = cast("Sandbox", forks())

    def work(path: Path) -> None:
        files = (File(path.name, path.read_bytes()),)
        report = grade(Submission(path.name, files, path.name), exam, bare)
        assert report.all_correct
        path.with_suffix(".json").write_text(as_line(report))

    return work


def compare_only(trials: Trials) -> Callable[[Path], None]:
    """Return what says right or wrong of each gradient, and no more."""
    calls = [arguments for arguments, _ in trials]

    def work(path: Path) -> None:
        right: dict[str, bool] = {}
        answers = answers_of(path.read_bytes(), calls)
        for answer, (_, truth) in zip(answers, trials, strict=True):
            for name, value in truth.items():
                right[name] = right.get(name, True) and bool(np.allclose(answer[name], value))
        assert all(right.values())
        path.with_suffix(".json").write_text(json.dumps(right))

    return work


def trials_of(exam: Exam) -> Trials:
    """Return arguments and truth of every trial."""
    (paper,) = exam.papers
    pairs = zip(paper.calls, paper.trials, strict=True)
    return [(list(call.arguments), dict(trial.truth)) for call, trial in pairs]


def compare(count: int, folder: Path) -> None:
    """Print submissions a second of every way, and what the batch is of the others."""
    assignment = assignment_in(folder)
    exam = prepare(find_assignment(str(assignment)), SEED)
    trials = trials_of(exam)
    truth, whole_exam = folder / "truth.pkl", folder / "exam.pkl"
    truth.write_bytes(pickle.dumps(trials))
    whole_exam.write_bytes(pickle.dumps(exam))
    rates: dict[str, list[float]] = {}
    for number in range(ROUNDS):  # in turns, so that a busy moment of the machine hits all
        paths = class_of(folder / f"class{number}", count)
        run = batch(paths[0].parent, assignment, folder / f"out{number}")
        found = {
            "batch, while it grades": run.steady,
            "batch, from start to end": count / run.whole,
            "fresh processes, same report": fresh(FRESH_REPORT, paths[:FEW], whole_exam),
            "fresh processes that compare only": fresh(FRESH_COMPARE, paths[:FEW], truth),
            "bare forks, same report": forks(paths, same_report(exam)),
            "bare forks that read as we do": forks(paths, same_report(exam, BareReader)),
            "bare forks that compare only": forks(paths, compare_only(trials)),
        }
        for name, rate in found.items():
            rates.setdefault(name, []).append(rate)
    show({name: statistics.median(found) for name, found in rates.items()}, count)


def show(rates: dict[str, float], count: int) -> None:
    """Print the table."""
    print(f"{count} submissions of {TRIALS} trials, {CORES} cores, median of {ROUNDS} rounds")
    print(f"{'':34}{'a second':>10}{'x fresh':>10}{'x bare':>10}{'x readers':>10}")
    alone, bare = rates["fresh processes, same report"], rates["bare forks, same report"]
    readers = rates["bare forks that read as we do"]
    for name, rate in rates.items():
        ratios = "".join(f"{rate / other:10.2f}" for other in (alone, bare, readers))
        print(f"{name:34}{rate:10.1f}{ratios}")
    print(f"{'asked of the batch':34}{'':10}{10:10.2f}{0.8:10.2f}")


def many(count: int, folder: Path) -> None:
    """Print time and memory of a run of half as many submissions, and of one of all."""
    assignment = assignment_in(folder)
    for part in (count // 2, count):
        paths = class_of(folder / f"class{part}", part)
        run = batch(paths[0].parent, assignment, folder / f"out{part}")
        print(
            f"{part} submissions: {run.whole:.1f} s, {run.steady:.1f} a second while it grades, "
            f"at most {run.peak:.0f} MB",
            flush=True,
        )


def main() -> None:
    """Run what was asked for."""
    arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        if arguments[:1] == ["--many"]:
            many(int(arguments[1]), Path(folder))
        else:
            compare(int(arguments[0]) if arguments else 400, Path(folder))


if __name__ == "__main__":
    main()
