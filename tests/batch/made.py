"""Results of a class, made by hand for a test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradcheck_grader.batch.graded import Entry, Graded, Person
from gradcheck_grader.models import (
    AssignmentInfo,
    Finding,
    GradeReport,
    GraderInfo,
    GradientResult,
    ReportProblem,
    SubmissionInfo,
    Verdict,
)
from gradcheck_grader.sandbox.job import File
from gradcheck_grader.submission import Submission

NAMES = ("dW2", "db2", "dW1", "db1")
POINTS = 25
TITLES = {
    "batch-mean": "Not divided by the batch size",
    "relu-mask": "ReLU let a gradient through where it was off",
    "unexplained": "A mistake that has no name here",
}


def report(
    key: str = "student.py",
    wrong: Sequence[str] = (),
    findings: Sequence[str] = (),
    *,
    problem: str = "",
    status: str = "graded",
    message: str = "NameError: name 'probz' is not defined",
    got: float = 0.5,
) -> GradeReport:
    """Return the report of a two-layer network with some gradients wrong."""
    verdict: Verdict = "correct"
    if status != "graded":
        verdict = "not graded"
    elif problem:
        verdict = "error"
    rows = tuple(
        GradientResult(
            part="shallow",
            name=name,
            shape="(3, 2)",
            verdict="wrong" if name in wrong else verdict,
            points=POINTS if verdict == "correct" and name not in wrong else 0,
            max_points=POINTS,
            relative_error=got if name in wrong else None,
            trials=12,
            trials_correct=0,
        )
        for name in NAMES
    )
    found = tuple(
        Finding(
            id=id,
            severity="mistake" if id in TITLES else "note",
            gradients=tuple(wrong),
            part="shallow",
            title=TITLES.get(id, id),
            message=f"What {id} looks like.",
            hint=f"What leads away from {id}?",
        )
        for id in findings
    )
    problems = (ReportProblem(kind=problem, message=message),) if problem else ()
    return GradeReport(
        submission=SubmissionInfo(name=key, sha256="0" * 64),
        assignment=AssignmentInfo(name="shallow-tanh", title="Shallow", chosen="given"),
        grader=GraderInfo(version="0", seed=7, isolation=()),
        status="graded" if status == "graded" else "not graded",
        score=sum(row.points for row in rows),
        max_score=sum(row.max_points for row in rows),
        gradients=rows,
        findings=found,
        problems=problems,
        replay=f"grader check {key} --seed 7",
    )


def graded(person: Person | str, made: GradeReport | None = None, *, late: bool = False) -> Graded:
    """Return one finished submission."""
    who = Person(person) if isinstance(person, str) else person
    made = made or report(f"{who.name}.py")
    return Graded(made.submission.name, who, late, made, 0.01)


def entry(one: Graded) -> Entry:
    """Return the entry that a result came from."""
    submission = Submission(one.key, (File(one.key, b""),), one.key)
    return Entry(one.key, one.person, lambda: submission, one.late)


@dataclass(frozen=True)
class Held:
    """Results that lie in memory, sorted by key."""

    results: tuple[Graded, ...]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Graded]:
        return iter(sorted(self.results, key=lambda one: one.key))
