"""What a class's results say together: the values; `tally` gathers them."""

from __future__ import annotations

from pydantic import Field

from gradcheck_grader.models import GradeReport
from gradcheck_grader.phrases import counted
from gradcheck_grader.validated import Model

BINS = 10
# Why there is no verdict, in words that stand behind a number.
KINDS = {
    "error": "stopped with an error",
    "load": "could not be read or loaded",
    "missing": "without the function",
    "not returned": "returned no gradient",
    "timeout": "took too long",
    "memory": "used too much memory",
    "output": "printed too much",
    "crash": "ended on their own",
    "forbidden": "did what is not allowed",
    "protocol": "gave an unreadable answer",
    "not graded": "by no fault of theirs",
}


class GradientCount(Model):
    """How one gradient went: submissions by verdict, of those that were graded."""

    part: str
    name: str
    correct: int = 0
    follow_through: int = 0
    wrong: int = 0
    not_returned: int = 0

    @property
    def judged(self) -> int:
        """How many returned it."""
        return self.correct + self.follow_through + self.wrong

    @property
    def share(self) -> float:
        """How many of those who returned it have it wrong, 0 to 1."""
        return self.wrong / self.judged if self.judged else 0.0

    @property
    def difficulty(self) -> tuple[int, float]:
        """How hard it was: wrong for how many, then for what share of those who returned it.

        The number decides: two of the two who tried an optional part are not a class.
        """
        return self.wrong, self.share


class FindingCount(Model):
    """How many submissions a finding was made in, however often in each."""

    id: str
    title: str
    severity: str
    gradients: tuple[str, ...]
    students: int


class Unjudged(Model):
    """A submission without a single verdict on a gradient, and why."""

    key: str
    name: str
    kind: str
    message: str


class Quantiles(Model):
    """Of the scores, in percent of what was possible for each."""

    least: float
    lower_quartile: float
    median: float
    upper_quartile: float
    most: float
    mean: float


class Summary(Model):
    """All that is said of a class.

    Attributes
    ----------
    submissions, graded, all_correct, wrong, unjudged, not_graded : int
        All; those with a score; with every gradient right; with a wrong gradient; with none that
        could be judged (their code did not run); and without a score, for a fault of ours.
    waiting : int
        Those that are not graded yet: the run was stopped, or goes on.
    scores : Quantiles or None
        None without a score.
    distribution : tuple of int
        Submissions from 0 to under 10 percent, and so on; the last is 100 percent alone.
    hardest : GradientCount or None
        The one that most got wrong; None if nothing was wrong.
    findings : tuple of FindingCount
        Most common first; mistakes before notes.
    look_at : tuple of Unjudged
        The first of those without a verdict.
    kinds : dict
        How many of them, by kind of problem.
    lead : str
        What to teach tomorrow.
    """

    title: str = ""
    assignment: str = ""
    seed: int | None = None
    submissions: int
    graded: int
    all_correct: int
    wrong: int
    unjudged: int
    not_graded: int
    waiting: int = 0
    late: int
    scores: Quantiles | None
    distribution: tuple[int, ...]
    gradients: tuple[GradientCount, ...]
    hardest: GradientCount | None
    findings: tuple[FindingCount, ...]
    look_at: tuple[Unjudged, ...]
    kinds: dict[str, int]
    missing: tuple[str, ...] = Field(default=(), description="on the roster, without a submission")
    lead: str

    @property
    def headline(self) -> str:
        """How many there are: ``57 of 174 submissions``."""
        total = counted(self.submissions + self.waiting, "submission")
        return f"{self.submissions} of {total}" if self.waiting else total

    @property
    def without_verdict(self) -> str:
        """Why there is none, in words: ``6 stopped with an error, 2 without the function``."""
        return ", ".join(f"{count} {KINDS.get(kind, kind)}" for kind, count in self.kinds.items())


def percent(report: GradeReport) -> float:
    """Return the score in percent of what was possible."""
    return 100.0 * report.score / report.max_score if report.max_score else 0.0


def bin_of(report: GradeReport) -> int:
    """Return the place in the distribution; full marks alone have the last one."""
    return report.score * BINS // report.max_score if report.max_score else 0
