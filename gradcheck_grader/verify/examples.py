"""Every example through the sandbox: does it get what its first lines declare?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.exam import Exam
from gradcheck_grader.grade import grade
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.submission import read_submission
from gradcheck_grader.verify.declared import Row, declared, faults

STARTER = "starter.py"


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One file: what is not as declared, in words, and the time that grading took at least."""

    name: str
    right: bool
    faults: tuple[str, ...]
    seconds: float


def rows_of(assignment: Assignment) -> tuple[Row, ...]:
    """Return part and name of everything that is graded."""
    return tuple(
        (part.name, name)
        for part in assignment.parts
        for name in part.names(part.network.depth[1])
    )


def example_files(assignment: Assignment) -> list[Path]:
    """Return the examples of an assignment, by name."""
    return sorted((assignment.folder / "examples").glob("*.py"))


def check_examples(
    assignment: Assignment, exams: Sequence[Exam], sandbox: Sandbox
) -> tuple[ExampleResult, ...]:
    """Grade every example with every exam.

    Raises
    ------
    AssignmentError
        If an example's declaration cannot be read.
    """
    rows = rows_of(assignment)
    return tuple(_check(path, rows, exams, sandbox) for path in example_files(assignment))


def _check(
    path: Path, rows: Sequence[Row], exams: Sequence[Exam], sandbox: Sandbox
) -> ExampleResult:
    submission = read_submission(path, neighbours=False)
    expected = declared(path.read_text(encoding="utf-8"), rows, f"examples/{path.name}")
    found: dict[str, list[int]] = {}
    seconds = []
    right = False
    for exam in exams:
        begin = perf_counter()
        report = grade(submission, exam, sandbox)
        seconds.append(perf_counter() - begin)
        right = report.all_correct
        for fault in faults(path.name, expected, report):
            found.setdefault(fault, []).append(exam.seed)
    words = tuple(f"{fault} (seed {_listed(seeds)})" for fault, seeds in found.items())
    return ExampleResult(path.name, right, words, min(seconds))


def _listed(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))


def check_starter(assignment: Assignment, exam: Exam, sandbox: Sandbox) -> ExampleResult:
    """Grade the starter as it stands: its functions are found, and nothing is given away."""
    submission = read_submission(assignment.folder / STARTER, neighbours=False)
    begin = perf_counter()
    report = grade(submission, exam, sandbox)
    seconds = perf_counter() - begin
    found = []
    for problem in report.problems:
        if problem.kind in ("missing", "load", "forbidden"):
            found.append(problem.message)
    if report.score:
        found.append(f"it earns {report.score} points before anything is filled in")
    return ExampleResult(STARTER, report.all_correct, tuple(found), seconds)
