"""Workers die and are replaced; every task gets its answer, and the same one."""

from __future__ import annotations

import multiprocessing.spawn
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader import boot
from gradcheck_grader.batch import engine
from gradcheck_grader.batch.early import cores
from gradcheck_grader.batch.engine import SMALL, Workers
from gradcheck_grader.batch.graded import Entry, Person
from gradcheck_grader.batch.task import Answer, Task, Work, grade_task, read
from gradcheck_grader.errors import GraderError, MachineError, SubmissionError
from gradcheck_grader.exam import prepare
from gradcheck_grader.grade import grade
from gradcheck_grader.models import GradeReport
from gradcheck_grader.report_file import REPORT
from gradcheck_grader.sandbox import File, Sandbox
from gradcheck_grader.submission import Submission
from tests.batch.classes import EXAMPLES, NAME
from tests.conftest import built_in

# A report that no narrow line holds: what was printed is in it.
LOUD = b"""
_quiet = backward_propagation
def backward_propagation(parameters, cache, X, Y):
    print("y" * 20000)
    return _quiet(parameters, cache, X, Y)
"""


@pytest.fixture(scope="module")
def work() -> Work:
    return Work(prepare(built_in(NAME), 7), "kernel")


def task(number: int) -> Task:
    example = EXAMPLES[number % len(EXAMPLES)]
    key = f"{number:03d}.py"
    return entry(key, Submission(key, (File(key, example.read_bytes()),), key))


def entry(key: str, given: Submission | Exception) -> Task:
    def load() -> Submission:
        if isinstance(given, Exception):
            raise given
        return given

    return read(Entry(key, Person(key), load))


def ran(workers: Workers, tasks: Sequence[Task]) -> dict[str, Answer]:
    answers = [answer for answer in workers.answers(tasks) if answer is not None]
    assert len({answer.key for answer in answers}) == len(answers)
    return {answer.key: answer for answer in answers}


def report(answer: Answer) -> GradeReport:
    return REPORT.validate_json(answer.report)


@dataclass(frozen=True, eq=False)
class Poison(Task):
    """A task that ends whatever worker reads it."""

    def __reduce__(self) -> Any:
        return os._exit, (9,)


def test_answers_are_what_grading_alone_gives(work: Work, sandbox: Sandbox) -> None:
    tasks = [task(number) for number in range(len(EXAMPLES))]
    with closing(Workers(work, 2)) as workers:
        answers = ran(workers, tasks)
    for item in tasks:
        alone = grade(item.submission, work.exam, sandbox)
        assert report(answers[item.key]) == alone
        assert answers[item.key].score == alone.score
        assert answers[item.key].all_correct == alone.all_correct


BEGUN = """
import os, signal
from contextlib import closing
from gradcheck_grader import boot
from gradcheck_grader.batch import engine
from gradcheck_grader.batch.early import begun
from gradcheck_grader.batch.task import Task, Work
from gradcheck_grader.catalog import find_assignment
from gradcheck_grader.exam import prepare
from gradcheck_grader.sandbox import File, process
from gradcheck_grader.submission import Submission

assert engine._is_single()
exam = prepare(find_assignment("shallow-tanh"), 7)
right = (exam.assignment.folder / "examples" / "right.py").read_bytes()
tasks = [Task(Submission(name, (File(name, right),), name), "") for name in ("a.py", "b.py")]

def scores(jobs, processes):
    with closing(engine.Workers(Work(exam, "kernel"), jobs, processes)) as workers:
        return sorted((a.key, a.score) for a in workers.answers(tasks) if a)

start = process.start
with begun(2, "auto") as processes:
    process.start = None  # no other is started
    print(scores(2, processes), [one.is_open for one in processes])
process.start = start
with begun(1, "auto") as processes:
    os.killpg(processes[0].pid, signal.SIGKILL)
    print(scores(1, processes))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each worker starts its own")
def test_processes_that_have_begun_are_used_and_ended() -> None:
    """In a process of its own: the one that tests run in may have threads, and is not forked."""
    environment = os.environ | boot.ONE_THREAD
    done = subprocess.run(
        [sys.executable, "-c", BEGUN], env=environment, capture_output=True, text=True, check=False
    )
    graded = "[('a.py', 100), ('b.py', 100)]"
    assert done.stdout.splitlines() == [f"{graded} [False, False]", graded], done.stderr


def test_a_worker_that_is_killed_costs_nothing(work: Work) -> None:
    tasks = [task(number) for number in range(12)]

    with closing(Workers(work, 2)) as workers:
        expected = ran(workers, tasks)

    def killing(workers: Workers) -> Iterator[Task]:
        for number, item in enumerate(tasks):
            if number in (3, 7):
                with suppress(ProcessLookupError):
                    os.kill(workers._workers[number % 2].process.pid or 0, signal.SIGKILL)
            yield item

    with closing(Workers(work, 2)) as workers:
        found = [answer for answer in workers.answers(killing(workers)) if answer]
    assert sorted(answer.key for answer in found) == sorted(expected)
    assert {a.key: a.report for a in found} == {k: a.report for k, a in expected.items()}


def test_what_kills_every_worker_is_not_graded_and_alone_in_that(work: Work) -> None:
    poison = task(99)
    poison = Poison(poison.submission, poison.digest)
    tasks = [task(0), task(1), poison, task(2), task(3)]
    with closing(Workers(work, 2)) as workers:
        answers = ran(workers, tasks)
    assert len(answers) == 5
    assert answers.pop(poison.key).status == "not graded"
    assert {answer.status for answer in answers.values()} == {"graded"}


def test_a_submission_larger_than_a_line_holds_goes_through(work: Work) -> None:
    tasks = [task(number) for number in range(6)]
    padding = (File("notes.py", b"# " + b"x" * 20 * SMALL),)
    large = [
        replace(item, submission=replace(item.submission, files=item.submission.files + padding))
        for item in tasks
    ]
    with closing(Workers(work, 2)) as workers:
        answers = ran(workers, large)
    assert {answer.status for answer in answers.values()} == {"graded"}
    assert sum(answer.score for answer in answers.values()) > 0


def test_tasks_one_at_a_time_need_no_room_in_the_line(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of macOS or Windows holds 8 KiB: neither side may write while the other does."""

    def narrow() -> tuple[Connection, Connection]:
        ends = socket.socketpair()
        for end in ends:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        return Connection(ends[0].detach()), Connection(ends[1].detach())

    monkeypatch.setattr("multiprocessing.Pipe", narrow)
    monkeypatch.setattr(engine, "AHEAD", 1)
    padding = (File("notes.py", b"# " + b"x" * (SMALL - 4000)),)
    tasks = []
    for item in map(task, range(6)):
        (main,) = item.submission.files
        main = replace(main, content=main.content + LOUD)
        tasks.append(replace(item, submission=replace(item.submission, files=(main, *padding))))
    with closing(Workers(work, 1)) as workers:
        answers = ran(workers, tasks)
    assert {answer.status for answer in answers.values()} == {"graded"}


def test_an_isolation_that_is_not_to_be_had_ends_the_run(work: Work) -> None:
    with (
        closing(Workers(replace(work, isolation="perfect"), 1)) as workers,
        pytest.raises(GraderError, match="there is no isolation 'perfect'") as caught,
    ):
        ran(workers, [task(0)])
    assert caught.value.exit_code == 2


def test_what_cannot_be_read_is_a_verdict(work: Work, sandbox: Sandbox) -> None:
    item = entry("a.zip", SubmissionError("a.zip is no zip file", remedy="Hand in student.py."))
    found = report(grade_task(item, work, sandbox))
    assert (found.status, found.score, found.max_score) == ("graded", 0, 100)
    assert [(p.kind, p.message) for p in found.problems] == [
        ("load", "a.zip is no zip file. Hand in student.py.")
    ]
    assert found.replay == "grader check a.zip --assignment shallow-tanh --seed 7"


def test_an_optional_part_of_what_cannot_be_read_is_not_counted(sandbox: Sandbox) -> None:
    assignment = built_in("relu-sigmoid-softmax")
    item = entry("a.zip", SubmissionError("a.zip is no zip file"))
    some = grade_task(item, Work(prepare(assignment, 7), "kernel"), sandbox)
    every = Work(prepare(assignment.with_all_parts(), 7), "kernel", all_parts=True)
    assert some.max_score < grade_task(item, every, sandbox).max_score == assignment.total
    assert report(grade_task(item, every, sandbox)).replay.endswith(" --all-parts")


@pytest.mark.parametrize("fault", [OSError("disk"), ValueError("ours"), MemoryError()])
def test_what_we_fail_to_read_costs_nobody_a_point(
    work: Work, sandbox: Sandbox, fault: Exception
) -> None:
    error: Exception = fault
    if isinstance(fault, OSError):
        error = SubmissionError("a.py cannot be read")
        error.__cause__ = fault
    answer = grade_task(entry("a.py", error), work, sandbox)
    assert answer.status == "not graded"


def test_a_fault_of_ours_while_grading_costs_nobody_a_point(work: Work) -> None:
    class Broken:
        runs = 0

        def run(self, job: object) -> object:
            self.runs += 1
            raise (MachineError("gone") if self.runs == 1 else KeyError("ours"))

    broken: Any = Broken()
    answer = grade_task(task(0), work, broken)
    assert answer.status == "not graded"
    assert "The grader itself failed: KeyError: 'ours'" in answer.report
    assert broken.runs == 2


def test_the_cores_are_those_that_may_be_used() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system binds no process")
def test_only_a_worker_for_each_core_stays_on_it(work: Work) -> None:
    for jobs, expected in ((cores(), 1), (cores() + 1, cores())):
        with closing(Workers(work, jobs)) as workers:
            ran(workers, [task(number) for number in range(2 * jobs)])
            places = [os.sched_getaffinity(w.process.pid or 0) for w in workers._workers]
        assert [len(place) for place in places] == [expected] * jobs
        assert set().union(*places) == os.sched_getaffinity(0)


def test_examples_are_there() -> None:
    assert all(isinstance(path, Path) for path in EXAMPLES)
    assert len(EXAMPLES) >= 8


def test_fresh_processes_that_end_before_they_read_are_an_error_and_no_wait(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where there is no fork, on a machine without room for another Python."""
    resource_tracker.ensure_running()
    monkeypatch.setattr(engine, "_is_single", lambda: False)
    monkeypatch.setattr(
        multiprocessing.spawn, "get_executable", lambda: os.fsencode(shutil.which("false") or "")
    )
    with closing(Workers(work, 2)) as workers, pytest.raises(MachineError) as caught:
        ran(workers, [task(number) for number in range(4)])
    assert "end as soon as they start" in caught.value.message
