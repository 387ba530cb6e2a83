"""One part of one submission: run, compared, explained and scored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradcheck_grader.answer import read_answer
from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.comparison import Comparison, compare, failed
from gradcheck_grader.diagnosis import Evidence, SecondLook, diagnose
from gradcheck_grader.exam import Paper
from gradcheck_grader.inexact import recognise
from gradcheck_grader.models import Finding, GradientResult, ReportProblem
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.sandbox.job import Call, Job, Limits, Problem, Result, Returned, Target
from gradcheck_grader.scoring import score_part
from gradcheck_grader.submission import Submission
from gradcheck_grader.trials import Trial


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """One part of one submission, marked; ``ran`` says whether any call returned."""

    part: Part
    ran: bool
    rows: tuple[GradientResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    problem: ReportProblem | None = None
    output: str = ""


def mark(paper: Paper, submission: Submission, assignment: Assignment, sandbox: Sandbox) -> Marked:
    """Run and mark one part. An optional part that was not handed in has no rows.

    Raises
    ------
    MachineError
        If the sandbox cannot do its work.
    """
    part = paper.part
    result = sandbox.run(job_of(part, submission, assignment, paper.calls))
    if part.optional and result.problem is not None and result.problem.kind == "missing":
        return Marked(part, ran=False)
    first = compare_all(part, paper.trials, result)
    ran = any(isinstance(outcome, Returned) for outcome in result.outcomes)
    second = look_again(paper, submission, assignment, sandbox, first) if ran else None
    comparisons, inexact = recognise(
        first + list(second.comparisons if second else ()), assignment.accept
    )
    evidence = Evidence(part, assignment.accept, result, comparisons, inexact, second)
    findings = diagnose(evidence)
    rows = score_part(part, comparisons, findings)
    problem = report_problem(part if len(assignment.parts) > 1 else None, result)
    return Marked(part, ran, rows, findings, problem, result.output)


def job_of(
    part: Part, submission: Submission, assignment: Assignment, calls: Sequence[Call]
) -> Job:
    """Return the sandbox's job of these calls."""
    interface, limits = part.interface, assignment.limits
    return Job(
        files=submission.files + submission.neighbours,
        target=Target(
            functions=interface.function,
            arguments=interface.arguments,
            owner=interface.owner,
            main=submission.main,
        ),
        calls=tuple(calls),
        limits=Limits(
            seconds=limits.seconds,
            memory_mb=limits.memory_mb,
            output_chars=limits.output_chars,
        ),
    )


def compare_all(part: Part, trials: Iterable[Trial], result: Result) -> list[Comparison]:
    """Return a comparison of every gradient of every trial, whatever became of the calls."""
    trials = list(trials)
    outcomes: Sequence[Returned | Problem] = result.outcomes
    if result.problem is not None:
        outcomes = [result.problem] * len(trials)
    pairs = zip(trials, outcomes, strict=True)
    return [item for trial, outcome in pairs for item in _compare_one(part, trial, outcome)]


def _compare_one(part: Part, trial: Trial, outcome: Returned | Problem) -> list[Comparison]:
    if isinstance(outcome, Problem):
        return [failed(trial, name, outcome) for name in trial.truth]
    answer = outcome.value
    if answer is None and outcome.after:
        answer = next(iter(outcome.after.values()))  # updated in place
    entries = read_answer(part, trial, answer)
    return [compare(trial, name, entry) for name, entry in entries.items()]


def look_again(
    paper: Paper,
    submission: Submission,
    assignment: Assignment,
    sandbox: Sandbox,
    first: Sequence[Comparison],
) -> SecondLook:
    """Repeat some trials in a fresh process and another order, and once with a false cache."""
    calls = [call for _, call in paper.again] + ([paper.misled] if paper.misled else [])
    result = sandbox.run(job_of(paper.part, submission, assignment, calls))
    repeated = Result(result.loaded, result.problem, result.outcomes[: len(paper.again)])
    trials = [trial for trial, _ in paper.again]
    misled: list[Comparison] = []
    if paper.misled and result.problem is None:
        misled = _compare_one(paper.part, paper.trials[0], result.outcomes[-1])
    return SecondLook(tuple(first), compare_all(paper.part, trials, repeated), misled)


def report_problem(part: Part | None, result: Result) -> ReportProblem | None:
    """Return the first thing that stopped this part, or None; ``part`` is named where given."""
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
