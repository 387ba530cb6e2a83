"""One submission as a task: bytes in, a report as text out; the same here and on a cluster."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace

from gradcheck_grader.batch.graded import Entry
from gradcheck_grader.errors import GraderError, MachineError, SubmissionError
from gradcheck_grader.exam import Exam
from gradcheck_grader.grade import grade, not_graded, refused, replay
from gradcheck_grader.models import GradeReport, Status
from gradcheck_grader.reports.json import as_line
from gradcheck_grader.sandbox import Problem, Sandbox
from gradcheck_grader.sandbox.text import clean_line
from gradcheck_grader.submission import Submission

LONGEST = 500  # of what an error says
TRIES = 2  # the warm process may have been killed from outside


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A submission that was read, or why it could not be.

    Attributes
    ----------
    digest : str
        Tells whether it has changed.
    unreadable : str
        What is wrong with it: a verdict on it alone.
    fault : str
        Why we could not read it: nobody loses a point.
    """

    submission: Submission
    digest: str
    unreadable: str = ""
    fault: str = ""

    @property
    def key(self) -> str:
        """The entry's key."""
        return self.submission.name

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(len(file.content) for file in self.submission.files)


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What all tasks of a run have in common.

    Attributes
    ----------
    isolation : str
        The least that will do, as for `Sandbox`.
    all_parts : bool
        Whether the exam asks for optional parts, too; said in the command that replays a report.
    """

    exam: Exam
    isolation: str
    all_parts: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task: the whole report as JSON, and what is counted without reading it."""

    key: str
    digest: str
    status: Status
    score: int
    max_score: int
    all_correct: bool
    report: str
    seconds: float


def read(entry: Entry) -> Task:
    """Read a submission; whatever keeps it from being read is in the task."""
    nothing = Submission(entry.key, ())
    try:
        submission = entry.load()
    except SubmissionError as error:
        words = " ".join(filter(None, (error.message.rstrip(".") + ".", error.remedy)))
        if error.is_ours:
            return Task(nothing, _digest("fault", words), fault=words)
        return Task(nothing, _digest("unreadable", words), unreadable=words)
    except Exception as error:
        words = f"It could not be read: {_said(error)}"
        return Task(nothing, _digest("fault", words), fault=words)
    return Task(submission, submission.sha256)


def grade_task(task: Task, work: Work, sandbox: Sandbox) -> Answer:
    """Grade one submission; whatever happens, there is an answer."""
    start = time.perf_counter()
    report = _report(task, work.exam, sandbox)
    return _answer(task, report, work, time.perf_counter() - start)


def lost(task: Task, work: Work, words: str) -> Answer:
    """Return the answer to a task that we failed to grade."""
    return _answer(task, not_graded(task.submission, work.exam, MachineError(words)), work, 0.0)


def _report(task: Task, exam: Exam, sandbox: Sandbox) -> GradeReport:
    if task.fault:
        return not_graded(task.submission, exam, MachineError(task.fault))
    if task.unreadable:
        # As everywhere, an optional part that was not handed in is left out of the maximum.
        asked = tuple(paper for paper in exam.papers if not paper.part.optional)
        problem = Problem("load", task.unreadable)
        report = refused(task.submission, replace(exam, papers=asked), problem)
        return replace(report, replay=replay(task.key, exam))
    fault = MachineError("It could not be graded.")
    for _ in range(TRIES):
        try:
            return grade(task.submission, exam, sandbox)
        except GraderError as error:
            fault = MachineError(error.message, where=error.where, remedy=error.remedy)
        except Exception as error:  # the top of batch: a fault of ours must not end the others
            fault = MachineError(f"The grader itself failed: {_said(error)}")
    return not_graded(task.submission, exam, fault)


def _answer(task: Task, report: GradeReport, work: Work, seconds: float) -> Answer:
    if work.all_parts:  # else the same command would give another maximum
        report = replace(report, replay=f"{report.replay} --all-parts")
    return Answer(
        task.key,
        task.digest,
        report.status,
        report.score,
        report.max_score,
        report.all_correct,
        as_line(report),
        seconds,
    )


def _digest(kind: str, words: str) -> str:
    return f"{kind}:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _said(error: Exception) -> str:
    return clean_line(f"{type(error).__name__}: {error}", LONGEST)
