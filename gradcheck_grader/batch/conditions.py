"""All that a report depends on beside the submission, as text: other conditions, other reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from gradcheck_grader import __version__
from gradcheck_grader.assignment import Assignment
from gradcheck_grader.signing import canonical

WORDS = {
    "assignment": "the assignment",
    "version": "the grader's version",
    "seed": "the seed",
    "limits": "the limits",
    "isolation": "the isolation asked for",
    "all_parts": "--all-parts",
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a result was found under.

    Attributes
    ----------
    assignment : str
        Digest of what its file says, but for the limits: a comment may change.
    round : int
        Raised to have everything graded again.
    """

    assignment: str
    version: str
    seed: int
    limits: str
    isolation: str
    all_parts: bool
    round: int

    def text(self) -> str:
        """Return them as JSON, always the same for the same."""
        return json.dumps(asdict(self), sort_keys=True)

    def changed_since(self, text: str) -> list[str]:
        """Return in words what is not as it was."""
        before = json.loads(text)
        return [words for key, words in WORDS.items() if before.get(key) != getattr(self, key)]


def conditions_of(
    assignment: Assignment,
    limits: Mapping[str, float | None],
    seed: int,
    isolation: str,
    all_parts: bool,
    round: int,
) -> Conditions:
    """Return the conditions of a run; ``assignment`` is as its file has it."""
    said = asdict(assignment)
    del said["folder"], said["limits"]
    return Conditions(
        assignment=hashlib.sha256(canonical(said)).hexdigest(),
        version=__version__,
        seed=seed,
        limits=canonical(asdict(assignment.limited(limits).limits)).decode(),
        isolation=isolation,
        all_parts=all_parts,
        round=round,
    )
