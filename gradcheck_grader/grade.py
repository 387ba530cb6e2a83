"""The pipeline for one submission: every part marked, one report."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from gradcheck_grader import __version__
from gradcheck_grader.diagnosis import depth_finding
from gradcheck_grader.errors import MachineError
from gradcheck_grader.exam import Exam, prepare
from gradcheck_grader.marking import Marked, Sitting, mark
from gradcheck_grader.models import (
    AssignmentInfo,
    Finding,
    GradeReport,
    GraderInfo,
    GradientResult,
    ReportProblem,
    Status,
    SubmissionInfo,
    Verdict,
)
from gradcheck_grader.sandbox import Problem, Sandbox
from gradcheck_grader.submission import Submission

__all__ = ["Exam", "grade", "not_graded", "prepare", "refused"]


def grade(
    submission: Submission, exam: Exam, sandbox: Sandbox, *, expected: bool = False
) -> GradeReport:
    """Grade one submission; ``expected`` says whether the report holds true values.

    Raises
    ------
    MachineError
        If the sandbox cannot do its work; never for anything that the submission does.
    """
    with np.errstate(all="ignore"):  # numbers may come back that overflow when they are squared
        marked = [
            mark(Sitting(paper, submission, exam.assignment, sandbox), expected=expected)
            for paper in exam.papers
        ]
    rows = tuple(row for part in marked for row in part.rows)
    return GradeReport(
        submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
        assignment=_info(exam),
        grader=GraderInfo(version=__version__, seed=exam.seed, isolation=sandbox.isolation),
        status="graded",
        score=sum(row.points for row in rows),
        max_score=sum(row.max_points for row in rows),
        gradients=rows,
        findings=(*_findings(marked), *_left_out(submission)),
        problems=_problems(marked, submission),
        output="".join(part.output for part in marked)[: exam.assignment.limits.output_chars],
        replay=replay(submission.name, exam),
    )


def not_graded(submission: Submission, exam: Exam, error: MachineError) -> GradeReport:
    """Return the report of a submission that we could not grade: no verdict, no points lost."""
    problem = ReportProblem(kind="not graded", message=error.message)
    return _without_marks(submission, exam, problem, "not graded", "not graded")


def refused(submission: Submission, exam: Exam, problem: Problem) -> GradeReport:
    """Return the report of a submission that no assignment can judge: no points, and why."""
    shown = ReportProblem(kind=problem.kind, message=problem.message)
    report = _without_marks(submission, exam, shown, "graded", "missing")
    command = shlex.join(["grader", "check", submission.name, "--seed", str(exam.seed)])
    return replace(report, replay=command)


def _without_marks(
    submission: Submission, exam: Exam, problem: ReportProblem, status: Status, verdict: Verdict
) -> GradeReport:
    rows = tuple(
        GradientResult(
            part=paper.part.name,
            name=name,
            shape="",
            verdict=verdict,
            points=0,
            max_points=paper.part.points[name],
            trials=len(paper.trials),
            trials_correct=0,
        )
        for paper in exam.papers
        for name in paper.part.names
    )
    return GradeReport(
        submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
        assignment=_info(exam),
        grader=GraderInfo(version=__version__, seed=exam.seed, isolation=()),
        status=status,
        score=0,
        max_score=sum(row.max_points for row in rows),
        gradients=rows,
        problems=(problem,),
        replay=replay(submission.name, exam),
    )


def replay(name: str, exam: Exam) -> str:
    """Return the command that gives the same report again."""
    words = ["grader", "check", name, "--assignment", exam.typed, "--seed", str(exam.seed)]
    return shlex.join(words)


def _info(exam: Exam) -> AssignmentInfo:
    assignment = exam.assignment
    return AssignmentInfo(
        name=assignment.name, title=assignment.title, chosen=exam.chosen, why=exam.why
    )


def _findings(marked: Sequence[Marked]) -> tuple[Finding, ...]:
    """Return mistakes before notes; what the source says of itself once, not once a part."""
    findings: Iterable[Finding] = (finding for part in marked for finding in part.findings)
    deeper = depth_finding(
        [(part.deepest, part.part) for part in marked if part.deepest and not _is_wrong(part)],
        [part.part for part in marked if _raises(part)],
    )
    unique = {
        (item.id, item.part if item.gradients else "", item.message, item.gradients): item
        for item in findings
    }
    ordered = [*unique.values(), *([deeper] if deeper else [])]
    return tuple(sorted(ordered, key=lambda finding: finding.severity != "mistake"))


def _is_wrong(marked: Marked) -> bool:
    """Return whether wrong gradients came back: their slip may be what stops deeper networks."""
    return any(row.verdict in ("wrong", "wrong shape") for row in marked.rows)


def _raises(marked: Marked) -> bool:
    """Return whether the function ran on no network of a part because each call raised."""
    problem = marked.problem
    return not marked.deepest and problem is not None and problem.kind == "error"


def _left_out(submission: Submission) -> Iterable[Finding]:
    """Yield a note on each file that was too large to be read."""
    for left in submission.left_out:
        yield Finding(
            id="file-left-out",
            severity="note",
            gradients=(),
            title="A file was not read",
            message=f"{left.reason}. It was not read.",
        )


def _problems(marked: Sequence[Marked], submission: Submission) -> tuple[ReportProblem, ...]:
    """Return the problems with each text once: parts often stop at the same line.

    Where all parts do, it is one problem, though the sizes and keys in its text differ.
    """
    problems = [part.problem for part in marked if part.problem is not None]
    places = {(one.exception, one.file, one.cell, one.line, one.frames) for one in problems}
    if len(problems) == len(marked) > 1 == len(places) and problems[0].line:
        return (replace(problems[0], part=""),)
    if submission.left_out:
        problems = [_perhaps_there(problem, submission) for problem in problems]
    return tuple({(item.message, item.line): item for item in reversed(problems)}.values())[::-1]


def _perhaps_there(problem: ReportProblem, submission: Submission) -> ReportProblem:
    """Return a problem, with what was not read if the function is not in what was."""
    if problem.kind not in ("load", "missing"):
        return problem
    left = "; ".join(left.reason for left in submission.left_out)
    return replace(problem, message=f"{problem.message} Not read: {left}.")
