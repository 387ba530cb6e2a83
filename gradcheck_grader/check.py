"""One path graded: with the assignment that was given, or with the one that is found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.catalog import DEFAULT, every_assignment, find_assignment
from gradcheck_grader.detail import with_detail
from gradcheck_grader.errors import MachineError
from gradcheck_grader.grade import Exam, grade, not_graded, prepare, refused
from gradcheck_grader.hints import with_hints
from gradcheck_grader.models import Chosen, GradeReport
from gradcheck_grader.sandbox import Sandbox
from gradcheck_grader.seeds import draw_seed
from gradcheck_grader.settings import Settings
from gradcheck_grader.submission import Submission, read_submission

if TYPE_CHECKING:
    from gradcheck_grader.sandbox.process import Process


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """The report as it may be shown, as it was, and the fault of ours that kept it from grades."""

    report: GradeReport
    whole: GradeReport
    fault: MachineError | None = None


class Checker:
    """Grades one path after another: in one warm sandbox, with each assignment made ready once.

    Parameters
    ----------
    isolation : str
        The least that will do, as for `Sandbox`.
    limits : mapping
        Limits that replace the assignment's; None leaves one as it is.
    begun : Process or None
        As for `Sandbox`.
    """

    def __init__(
        self,
        isolation: str,
        limits: Mapping[str, float | None],
        begun: Process | None = None,
    ) -> None:
        self._isolation = isolation
        self._begun = begun
        self._limits = limits
        self._sandbox: Sandbox | None = None
        self._exams: dict[tuple[Path, int], Exam] = {}

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sandbox; another check would start a new one."""
        if self._sandbox is not None:
            self._sandbox.close()
        self._sandbox = None

    def check(self, path: Path, options: Settings) -> Checked:
        """Grade what lies at a path: a file, a notebook, a folder or a zip.

        Raises
        ------
        GraderError
            If the path holds no submission, or the assignment is broken.
        """
        if options.assignment:
            return self.check_with(find_assignment(options.assignment), path, options)
        # Dear to import, and needed in this case alone.
        from gradcheck_grader.detection.detect import detect

        submission = read_submission(path)
        sandbox, every = self._warm(), every_assignment()
        try:
            choice = detect(submission, sandbox, every)
        except MachineError as fault:
            exam = self._exam(every[DEFAULT], options, "default")
            return _shown(not_graded(submission, exam, fault), exam.assignment, options, fault)
        exam = self._exam(every[choice.assignment_name], options, choice.chosen, choice.why)
        if choice.refusal is not None:
            return _shown(refused(submission, exam, choice.refusal), exam.assignment, options)
        return _checked(submission, exam, sandbox, options)

    def check_with(self, assignment: Assignment, path: Path, options: Settings) -> Checked:
        """Grade what lies at a path with this assignment, whatever the options name."""
        submission = read_submission(path, assignment.file)
        sandbox = self._warm()
        return _checked(submission, self._exam(assignment, options, "given"), sandbox, options)

    def _warm(self) -> Sandbox:
        """Return the sandbox; it warms up while the trials are drawn."""
        self._sandbox = self._sandbox or Sandbox(self._isolation, begun=self._begun)
        return self._sandbox

    def _exam(
        self, assignment: Assignment, options: Settings, chosen: Chosen, why: str = ""
    ) -> Exam:
        """Return the assignment made ready, drawn anew if its file has changed since."""
        assignment = assignment.limited(self._limits)
        if options.all_parts:
            assignment = assignment.with_all_parts()
        seed = draw_seed() if options.seed is None else options.seed
        exam = self._exams.get((assignment.folder, seed))
        if exam is None or exam.assignment != assignment:
            exam = prepare(assignment, seed)
            self._exams[assignment.folder, seed] = exam
        return replace(exam, typed=options.assignment or assignment.name, chosen=chosen, why=why)


def check_path(
    path: Path,
    options: Settings,
    limits: Mapping[str, float | None],
    begun: Process | None = None,
) -> Checked:
    """Grade what lies at a path, once.

    Raises
    ------
    GraderError
        If the path holds no submission, or the assignment is broken.
    """
    with Checker(options.isolation, limits, begun) as checker:
        return checker.check(path, options)


def _checked(submission: Submission, exam: Exam, sandbox: Sandbox, options: Settings) -> Checked:
    try:
        whole = grade(submission, exam, sandbox, expected=options.detail == "full")
        return _shown(whole, exam.assignment, options)
    except MachineError as fault:
        return _shown(not_graded(submission, exam, fault), exam.assignment, options, fault)


def _shown(
    whole: GradeReport,
    assignment: Assignment,
    options: Settings,
    fault: MachineError | None = None,
) -> Checked:
    """Return a report with as much said of causes and numbers as author and user allow."""
    if options.all_parts:  # else the same command would give another maximum
        whole = replace(whole, replay=f"{whole.replay} --all-parts")
    shown = with_hints(whole, assignment.hints, options.hints)
    return Checked(with_detail(shown, options.detail), whole, fault)
