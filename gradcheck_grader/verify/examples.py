"""Every example through the sandbox, held against what its first lines declare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.errors import GraderError
from gradcheck_grader.exam import Exam
from gradcheck_grader.grade import grade
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.submission import read_submission
from gradcheck_grader.verify.declared import Row, declared, faults

STARTER = "starter.py"
UNUSABLE = ("missing", "load", "forbidden")


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One file: what is not as declared, in words, and the time that grading took at least.

    ``told`` is what its report says went wrong, where that is not as declared.
    """

    name: str
    right: bool
    faults: tuple[str, ...]
    seconds: float
    told: tuple[str, ...] = ()


def rows_of(assignment: Assignment) -> tuple[Row, ...]:
    """Return part and name of everything that is graded."""
    return tuple((part.name, name) for part in assignment.parts for name in part.names)


def example_files(assignment: Assignment) -> list[Path]:
    """Return everything in the folder of examples, by name, but for hidden and cached files."""
    found = sorted((assignment.folder / "examples").glob("*"))
    return [path for path in found if path.name[0] not in "._"]


def check_examples(
    assignment: Assignment, exams: Sequence[Exam], sandbox: Sandbox
) -> tuple[ExampleResult, ...]:
    """Grade every example with every exam."""
    rows = rows_of(assignment)
    return tuple(_check(path, rows, exams, sandbox) for path in example_files(assignment))


def _check(
    path: Path, rows: Sequence[Row], exams: Sequence[Exam], sandbox: Sandbox
) -> ExampleResult:
    try:
        submission = read_submission(path, neighbours=False)
        expected = declared(path.read_text(encoding="utf-8-sig"), rows)
    except (GraderError, OSError, ValueError) as error:
        return ExampleResult(path.name, False, (_in_one_line(error),), 0.0)
    found: dict[str, list[str]] = {}
    causes: dict[str, None] = {}
    seconds, right = [], True
    for exam in exams:
        begin = perf_counter()
        report = grade(submission, exam, sandbox)
        seconds.append(perf_counter() - begin)
        right = right and report.all_correct
        amiss = faults(path.name, expected, report)
        for fault in amiss:
            found.setdefault(fault, []).append(str(exam.seed))
        if amiss:
            causes |= dict.fromkeys(_told(report))
    words = tuple(
        fault if len(seeds) == len(exams) else f"{fault} (with seed {', '.join(seeds)})"
        for fault, seeds in found.items()
    )
    return ExampleResult(path.name, right, words, min(seconds), tuple(causes))


def _told(report: GradeReport) -> Iterator[str]:
    """Yield what a report says went wrong, and in which line."""
    mistakes = [finding for finding in report.findings if finding.severity == "mistake"]
    said = [(problem.message, problem.line) for problem in report.problems]
    said += [(f"{finding.title} ({finding.id})", finding.line) for finding in mistakes]
    for words, line in said:
        yield f"{words.removesuffix('.')}, line {line}" if line else words


def _in_one_line(error: Exception) -> str:
    if isinstance(error, GraderError):
        return f"{error.message}. {error.remedy}".replace("\n", " ")
    return f"it cannot be read: {error}"


def check_starter(assignment: Assignment, exam: Exam, sandbox: Sandbox) -> ExampleResult:
    """Grade the starter as it stands: its functions are found, and nothing is given away."""
    submission = read_submission(assignment.folder / STARTER, neighbours=False)
    begin = perf_counter()
    report = grade(submission, exam, sandbox)
    seconds = perf_counter() - begin
    found = [item.message for item in report.problems if item.kind in UNUSABLE]
    if report.score:
        found.append(f"it earns {report.score} points before anything is filled in")
    return ExampleResult(STARTER, report.all_correct, tuple(found), seconds)
