"""The pipeline for one submission: trials, calls, comparisons, findings, score."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradcheck_grader import __version__
from gradcheck_grader.answer import read_answer
from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.comparison import Comparison, compare, failed
from gradcheck_grader.diagnosis import diagnose
from gradcheck_grader.diagnosis.structural import Evidence, depth_finding
from gradcheck_grader.errors import MachineError
from gradcheck_grader.inexact import recognise
from gradcheck_grader.interface import call_arguments, call_attributes
from gradcheck_grader.models import (
    AssignmentInfo,
    Chosen,
    Finding,
    GradeReport,
    GraderInfo,
    GradientResult,
    ReportProblem,
    SubmissionInfo,
)
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.job import (
    Call,
    Job,
    Limits,
    Problem,
    Result,
    Returned,
    Target,
)
from gradcheck_grader.scoring import score_part
from gradcheck_grader.submission import Submission
from gradcheck_grader.trials import Trial, draw_trials


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """One part made ready: its trials with their truth, and the calls to make."""

    part: Part
    trials: tuple[Trial, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """An assignment made ready for any number of submissions; ``typed`` is how a user named it."""

    assignment: Assignment
    seed: int
    papers: tuple[Paper, ...]
    typed: str
    chosen: Chosen


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """One part of one submission, marked; ``ran`` counts the calls that returned."""

    part: Part
    ran: int
    rows: tuple[GradientResult, ...]
    findings: tuple[Finding, ...]
    problem: ReportProblem | None
    output: str


def prepare(assignment: Assignment, seed: int, typed: str = "", chosen: Chosen = "given") -> Exam:
    """Draw and certify all trials of an assignment, once for any number of submissions.

    Raises
    ------
    DisagreementError
        If reference and numerical derivative differ on a trial.
    """
    papers = []
    for part in assignment.parts:
        trials = draw_trials(part, seed)
        back = ("parameters",) if part.kind == "step" else ()
        calls = tuple(
            Call(call_arguments(part, trial), call_attributes(part, trial), back)
            for trial in trials
        )
        papers.append(Paper(part, trials, calls))
    return Exam(assignment, seed, tuple(papers), typed or assignment.name, chosen)


def grade(submission: Submission, exam: Exam, sandbox: Sandbox) -> GradeReport:
    """Grade one submission.

    Raises
    ------
    MachineError
        If the sandbox cannot do its work; never for anything that the submission does.
    """
    marked = [_mark(paper, submission, exam.assignment, sandbox) for paper in exam.papers]
    rows = tuple(row for part in marked for row in part.rows)
    findings = [finding for part in marked for finding in part.findings]
    ran = [part.part for part in marked if part.ran]
    stopped = [part.part for part in marked if part.rows and not part.ran]
    if deeper := depth_finding(ran, stopped):
        findings.append(deeper)
    problems = tuple(dict.fromkeys(part.problem for part in marked if part.problem))
    return GradeReport(
        submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
        assignment=_info(exam),
        grader=GraderInfo(version=__version__, seed=exam.seed, isolation=sandbox.isolation),
        status="graded",
        score=sum(row.points for row in rows),
        max_score=sum(row.max_points for row in rows),
        gradients=rows,
        findings=_in_order(findings),
        problems=_without_repeats(problems),
        output="".join(part.output for part in marked)[: exam.assignment.limits.output_chars],
        replay=replay(submission.name, exam),
    )


def not_graded(submission: Submission, exam: Exam, error: MachineError) -> GradeReport:
    """Return the report of a submission that we could not grade: no verdict, no points lost."""
    rows = tuple(
        GradientResult(
            part=paper.part.name,
            name=name,
            shape="",
            verdict="not graded",
            points=0,
            max_points=paper.part.points[name],
            trials=len(paper.trials),
            trials_correct=0,
        )
        for paper in exam.papers
        for name in paper.part.names(paper.part.network.depth[1])
    )
    return GradeReport(
        submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
        assignment=_info(exam),
        grader=GraderInfo(version=__version__, seed=exam.seed, isolation=()),
        status="not graded",
        score=0,
        max_score=sum(row.max_points for row in rows),
        gradients=rows,
        problems=(ReportProblem(kind="not graded", message=error.message),),
        replay=replay(submission.name, exam),
    )


def replay(name: str, exam: Exam) -> str:
    """Return the command that gives the same report again."""
    words = ["grader", "check", name, "--assignment", exam.typed, "--seed", str(exam.seed)]
    return shlex.join(words)


def _info(exam: Exam) -> AssignmentInfo:
    assignment = exam.assignment
    return AssignmentInfo(name=assignment.name, title=assignment.title, chosen=exam.chosen)


def _mark(paper: Paper, submission: Submission, assignment: Assignment, sandbox: Sandbox) -> Marked:
    """Run and mark one part. An optional part that was not handed in has no rows."""
    result = sandbox.run(_job(paper, submission, assignment))
    if paper.part.optional and result.problem is not None and result.problem.kind == "missing":
        return Marked(paper.part, 0, (), (), None, "")
    compared = _compare(paper, result)
    comparisons, inexact = recognise(compared, assignment.accept)
    evidence = Evidence(paper.part, assignment.accept, result, comparisons, inexact)
    findings = diagnose(evidence)
    rows = score_part(paper.part, comparisons, findings)
    problem = _problem(paper.part if len(assignment.parts) > 1 else None, result)
    ran = sum(isinstance(outcome, Returned) for outcome in result.outcomes)
    return Marked(paper.part, ran, rows, findings, problem, result.output)


def _job(paper: Paper, submission: Submission, assignment: Assignment) -> Job:
    interface, limits = paper.part.interface, assignment.limits
    return Job(
        files=submission.files,
        target=Target(
            functions=interface.function,
            arguments=interface.arguments,
            owner=interface.owner,
            main=submission.main,
        ),
        calls=paper.calls,
        limits=Limits(
            seconds=limits.seconds,
            memory_mb=limits.memory_mb,
            output_chars=limits.output_chars,
        ),
    )


def _compare(paper: Paper, result: Result) -> list[Comparison]:
    """Return a comparison of every gradient of every trial, whatever became of the calls."""
    outcomes: Sequence[Returned | Problem] = result.outcomes
    if result.problem is not None:
        outcomes = [result.problem] * len(paper.trials)
    comparisons = []
    for trial, outcome in zip(paper.trials, outcomes, strict=True):
        if isinstance(outcome, Problem):
            comparisons += [failed(trial, name, outcome) for name in trial.truth]
            continue
        answer = outcome.value
        if paper.part.kind == "step" and answer is None and outcome.after:
            answer = outcome.after["parameters"]  # updated in place
        entries = read_answer(paper.part, trial, answer)
        comparisons += [compare(trial, name, entry) for name, entry in entries.items()]
    return comparisons


def _problem(part: Part | None, result: Result) -> ReportProblem | None:
    """Return the first thing that stopped this part, or None."""
    stopped = [outcome for outcome in result.outcomes if isinstance(outcome, Problem)]
    problem = result.problem or next(iter(stopped), None)
    if problem is None:
        return None
    return ReportProblem(
        kind=problem.kind,
        message=problem.message,
        part=part.name if part is not None and result.problem is None else "",
        line=problem.line,
        file=problem.file,
        cell=problem.cell,
        source=problem.source,
        caret=problem.caret,
        frames=problem.frames,
        exception=problem.exception,
    )


def _without_repeats(problems: Sequence[ReportProblem]) -> tuple[ReportProblem, ...]:
    """Return the problems with each text once: parts often stop at the same line."""
    return tuple({(item.message, item.line): item for item in reversed(problems)}.values())[::-1]


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return mistakes before notes, each note of the source once."""
    unique = {
        (item.id, item.part if item.gradients else "", item.message): item for item in findings
    }
    return tuple(sorted(unique.values(), key=lambda finding: finding.severity != "mistake"))
