"""The values that the rooms of a batch hand to each other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from gradcheck_grader.models import GradeReport
from gradcheck_grader.submission import Submission


@dataclass(frozen=True, slots=True)
class Person:
    """Who handed in, as far as names of files, metadata or the roster tell; "" is not known.

    Attributes
    ----------
    id : str
        The platform's number, or the roster's.
    login : str
        A login name or the registrar's number: what gradebooks match by beside ``id``.
    sis : str
        The registrar's number, where ``id`` is, or may be, the platform's.
    members : tuple of Person
        Of a group that handed in once: each of them, and ``name`` is all their names. Empty for
        one person. Each member gets the grade.
    """

    name: str
    id: str = ""
    email: str = ""
    login: str = ""
    section: str = ""
    members: tuple[Person, ...] = ()
    sis: str = ""


def person_as_json(person: Person) -> str:
    """Return a person as text to be stored."""
    return json.dumps(asdict(person), ensure_ascii=False)


def person_of(text: str) -> Person:
    """Return the person that was stored."""
    return _person(json.loads(text))


def _person(plain: dict[str, Any]) -> Person:
    return Person(**{**plain, "members": tuple(map(_person, plain.get("members", ())))})


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One submission of a batch, not read yet.

    Attributes
    ----------
    key : str
        Path within the batch, ``/`` between folders: unique, what results are sorted by, and the
        name of the submission in its report.
    load : callable
        Returns what was handed in, named ``key``. Raises SubmissionError if that cannot be read,
        which is a verdict on this submission alone.
    """

    key: str
    person: Person
    load: Callable[[], Submission]
    late: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """What was found in a batch: entries sorted by key, and who is on the roster without one.

    Attributes
    ----------
    platform : {"files", "folders", "canvas", "moodle", "gradescope"}
        Whose layout it has.
    notes : tuple of str
        What a person should know: files passed over, names that the roster does not have.
    roster : Path or None
        The roster's file: a gradebook is filled in as it is.
    """

    entries: tuple[Entry, ...]
    platform: str
    missing: tuple[Person, ...] = ()
    notes: tuple[str, ...] = ()
    roster: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """One finished submission; ``seconds`` is what it took, and is in no report."""

    key: str
    person: Person
    late: bool
    report: GradeReport
    seconds: float


class Results(Protocol):
    """All that is finished, sorted by key; each walk reads anew, so that memory stays flat."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __iter__(self) -> Iterator[Graded]:
        """Yield them one by one."""
