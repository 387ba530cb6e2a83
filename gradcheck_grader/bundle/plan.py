"""What a bundle was told when it was made; it travels as ``bundle.json``."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import Field, ValidationError

from gradcheck_grader.choices import Detail, Hints, Isolation, Visibility
from gradcheck_grader.errors import MachineError
from gradcheck_grader.seeds import seed_for
from gradcheck_grader.validated import Model

FILE = "bundle.json"


class Plan(Model):
    """How a bundle grades.

    Attributes
    ----------
    assignment : str
        As `find_assignment` takes it, from the folder of ``bundle.json``: a built-in name, or
        ``./name``.
    name : str
        The assignment's own name.
    total : int
        Points of all parts: the maximum of every submission.
    secret : str
        What the networks of each submission are drawn by.
    deadline : float
        Seconds after which grading is ended by us, before the platform does it.
    """

    assignment: str
    name: str
    total: int
    secret: str
    deadline: float = Field(gt=0)
    isolation: Isolation = "auto"
    hints: Hints = "full"
    detail: Detail = "own"
    visibility: Visibility = "visible"

    def located(self, folder: Path) -> str:
        """Return the assignment's name or path, for a plan that lies in a folder."""
        own = self.assignment.startswith("./")
        return str(folder / self.assignment) if own else self.assignment

    def seed(self, submission: str) -> int:
        """Return the seed of a submission: the same whenever it is graded again."""
        return seed_for(self.secret.encode(), self.name, submission)

    def dumped(self) -> bytes:
        """Return the plan as the bytes of its file."""
        return (json.dumps(self.model_dump(), indent=2) + "\n").encode()


def read_plan(folder: Path) -> Plan:
    """Read the plan of a bundle.

    Raises
    ------
    MachineError
        If there is none, or it was changed to something that is none.
    """
    file = folder / FILE
    try:
        return Plan.model_validate_json(file.read_bytes())
    except OSError as error:
        raise MachineError(f"{file} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        key = ".".join(map(str, error.errors()[0]["loc"])) or "the file"
        raise MachineError(
            f"{key} is not valid: {error.errors()[0]['msg']}",
            where=str(file),
            remedy="Make the bundle again with: grader bundle",
        ) from error
