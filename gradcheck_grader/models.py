"""The report: the one frozen value that every output is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

SCHEMA = "gradcheck-grader/report/v1"
SAME_AGAIN = "the same mistake again"  # the detail of a gradient that has a slip charged elsewhere
OR_ELSE = " Or, with the same numbers: "  # in a message, before other mistakes that give them

Verdict = Literal[
    "correct", "follow-through", "wrong", "wrong shape", "missing", "error", "timeout", "not graded"
]
WITHOUT_VALUE: tuple[Verdict, ...] = ("error", "timeout", "missing", "not graded")
Severity = Literal["mistake", "note"]
Chosen = Literal["given", "detected", "default"]
Status = Literal["graded", "not graded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionInfo:
    """What was handed in: its name as given and the digest of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentInfo:
    """Which assignment, and whether a person chose it or we did."""

    name: str
    title: str
    chosen: Chosen
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderInfo:
    """What a replay needs: version and seed, and the isolation that was in force."""

    version: str
    seed: int
    isolation: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """The entry furthest outside its tolerance; ``expected`` is filled for full detail only."""

    trial: int
    entry: tuple[int, ...]
    got: float | None
    expected: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientResult:
    """One row of the report: one gradient in one part, over all of its trials."""

    part: str
    name: str
    shape: str
    verdict: Verdict
    points: int
    max_points: int
    relative_error: float | None = None
    worst: Worst | None = None
    trials: int
    trials_correct: int
    finding: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A named cause: what was seen, a question that leads, and the statement that it is in."""

    id: str
    severity: Severity
    gradients: tuple[str, ...]
    part: str = ""
    title: str
    message: str
    hint: str = ""
    evidence: str = ""
    line: int | None = None
    confidence: Literal["certain", "likely"] = "certain"
    places: tuple[str, ...] = ()
    file: str | None = None
    cell: int | None = None
    source: str | None = None
    caret: tuple[int, int] | None = None

    def concerns(self, part: str, name: str) -> bool:
        """Return whether it is about this gradient of this part; without a part it is of all."""
        return name in self.gradients and self.part in ("", part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProblem:
    """Why a part of the submission, or all of it, could not be run to its end."""

    kind: str
    message: str
    part: str = ""
    line: int | None = None
    file: str | None = None
    cell: int | None = None
    source: str | None = None
    caret: tuple[int, int] | None = None
    frames: tuple[str, ...] = ()
    exception: str | None = None

    def concerns(self, part: str) -> bool:
        """Return whether it stopped this part; without a part it stopped all."""
        return self.part in ("", part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who vouches for a report: ``value`` signs all else here, ``digests`` what the report says."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # of a file: an unknown key is an error
    algorithm: Literal["ed25519"]
    key_id: str
    digests: dict[str, str]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeReport:
    """Everything that is said about one submission."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # of a file: an unknown key is an error
    schema: str = SCHEMA
    submission: SubmissionInfo
    assignment: AssignmentInfo
    grader: GraderInfo
    status: Status
    score: int
    max_score: int
    gradients: tuple[GradientResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    problems: tuple[ReportProblem, ...] = ()
    output: str = ""
    replay: str = ""
    signature: Signature | None = None

    @property
    def all_correct(self) -> bool:
        """Whether every gradient was right."""
        return bool(self.gradients) and all(row.verdict == "correct" for row in self.gradients)
