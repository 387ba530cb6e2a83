"""One path graded: with the assignment that was given, or with the one that is found out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.catalog import DEFAULT, every_assignment, find_assignment
from gradcheck_grader.detect import detect
from gradcheck_grader.errors import MachineError
from gradcheck_grader.grade import Exam, grade, not_graded, prepare, refused
from gradcheck_grader.hints import with_hints
from gradcheck_grader.models import GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.settings import Settings
from gradcheck_grader.submission import Submission, read_submission

SEEDS = 10**8  # drawn seeds are short enough to be typed


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """The report as it may be shown, as it was, and the fault of ours that kept it from grades."""

    report: GradeReport
    whole: GradeReport
    fault: MachineError | None = None


def check_path(path: Path, options: Settings, limits: Mapping[str, float | None]) -> Checked:
    """Grade what lies at a path.

    Parameters
    ----------
    path : Path
        A file, a notebook, a folder or a zip.
    options : Settings
        Assignment, seed, isolation and hints.
    limits : mapping
        Limits that replace the assignment's; None leaves one as it is.

    Raises
    ------
    GraderError
        If the path holds no submission, or the assignment is broken.
    """
    given = find_assignment(options.assignment) if options.assignment else None
    submission = read_submission(path, given.file if given else None)
    seed = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    with Sandbox(options.isolation) as sandbox:  # it warms up while the trials are drawn
        if given is not None:
            exam = prepare(given.limited(limits), seed, options.assignment)
            return _checked(submission, exam, sandbox, options)
        return _detected(submission, seed, sandbox, options, limits)


def _detected(
    submission: Submission,
    seed: int,
    sandbox: Sandbox,
    options: Settings,
    limits: Mapping[str, float | None],
) -> Checked:
    """Find the assignment out, and grade with it; a file that fits none is told what does."""
    every = every_assignment()
    try:
        choice = detect(submission, sandbox, every)
    except MachineError as fault:
        exam = prepare(every[DEFAULT], seed, "", "default")
        return _shown(not_graded(submission, exam, fault), exam.assignment, options, fault)
    found = every[choice.assignment_name].limited(limits)
    exam = prepare(found, seed, "", choice.chosen, choice.why)
    if choice.refusal is not None:
        return _shown(refused(submission, exam, choice.refusal), found, options)
    return _checked(submission, exam, sandbox, options)


def _checked(submission: Submission, exam: Exam, sandbox: Sandbox, options: Settings) -> Checked:
    try:
        return _shown(grade(submission, exam, sandbox), exam.assignment, options)
    except MachineError as fault:
        return _shown(not_graded(submission, exam, fault), exam.assignment, options, fault)


def _shown(
    whole: GradeReport,
    assignment: Assignment,
    options: Settings,
    fault: MachineError | None = None,
) -> Checked:
    """Return a report with as much said of causes as author and user allow."""
    return Checked(with_hints(whole, assignment.hints, options.hints), whole, fault)
