"""How platforms name what they export: who handed in, which files are one submission.

Canvas      doejane_LATE_4711_9001_student-1.py, LATE_anon_1tado_9001_student.py;
            doejane_4711_text.html for what was typed in, doejane_4711_link.html for an address
Moodle      Jane Doe_4711_assignsubmission_file_/student.py, or the same without the slash
Gradescope  submission_4711/student.py, and submission_metadata.yml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from gradcheck_grader.batch.graded import Person
from gradcheck_grader.batch.places import Item
from gradcheck_grader.errors import GraderError

METADATA = "submission_metadata.yml"
LARGEST_METADATA = 64 * 2**20
HANDED_IN = r"_(?:(?P<attachment>\d+)_(?P<file>.+)|(?:text|link)\.html)"
CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d+)" + HANDED_IN)
CANVAS_ANONYMOUS = re.compile(
    r"(?P<first>LATE_)?(?P<name>anon)(?P<early>_LATE)?_(?P<id>[A-Za-z0-9]+)(?P<late>_LATE)?"
    + HANDED_IN
)
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
MOODLE_ANONYMOUS = re.compile(r"(?P<name>Participant)[_ ](?P<id>\d+)(?:_(?P<file>.*))?")
ENOUGH = 0.5  # share of names that must have a platform's form
NEARLY_ALL = 0.9  # of attachments' numbers must be new: somebody may have copied a file


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of a submission; ``shown`` is its name without the platform's prefix."""

    item: Item
    shown: str
    attachment: int = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one person, or one group, handed in."""

    person: Person
    pieces: tuple[Piece, ...]
    stem: str
    late: bool = False


def recognise(items: Sequence[Item]) -> str:
    """Return whose export it is: gradescope, canvas, moodle, or plain folders or files."""
    if any(item.name == METADATA for item in items):
        return "gradescope"
    canvas = [match for item in items if not item.is_folder and (match := _canvas(item.name))]
    if len(canvas) > ENOUGH * len(items) and _are_attachments(canvas):
        return "canvas"
    if sum(_moodle(item.name) is not None for item in items) > ENOUGH * len(items):
        return "moodle"
    return "folders" if any(item.is_folder for item in items) else "files"


def bundles(items: Iterable[Item], platform: str) -> tuple[Bundle, ...]:
    """Return who handed in what; an item that has not the platform's form is one by itself."""
    alone: list[Bundle] = []
    groups: dict[tuple[str, str], Bundle] = {}
    for item in items:
        match = _parsed(item.name, platform)
        if match is None:
            if item.may_hold_source:
                stem = item.name if item.is_folder else PurePosixPath(item.name).stem
                alone.append(Bundle(Person(stem), (Piece(item, item.name),), item.name))
            continue
        facts = match.groupdict()
        piece = Piece(item, facts["file"] or item.name, int(facts.get("attachment") or 0))
        who = (facts["name"], facts["id"])
        group = groups.setdefault(who, Bundle(_person(*who), (), "_".join(who)))
        late = group.late or any(facts.get(key) for key in ("late", "early", "first"))
        groups[who] = replace(group, pieces=(*group.pieces, piece), late=late)
    return (*groups.values(), *alone)


def _person(name: str, number: str) -> Person:
    is_anonymous = name in ("anon", "Participant")
    return Person(f"{name} {number}" if is_anonymous else name, number)


def newest(bundle: Bundle, wanted: str | None) -> tuple[Bundle, str]:
    """Return the bundle without files that were handed in again, and a note if there were any.

    Canvas adds ``-1``, ``-2`` to a file that is handed in again. ``part-1.py`` and ``part-2.py``
    are two files, though: a number counts where the plain name is there too, or is the wanted one.
    """
    names = {piece.shown.casefold() for piece in bundle.pieces}
    kept: dict[str, tuple[tuple[int, int], Piece]] = {}
    for piece in bundle.pieces:
        plain, version = _version(piece.shown)
        if version and plain.casefold() not in names | {(wanted or plain).casefold()}:
            plain, version = piece.shown, 0
        rank = (version, piece.attachment)
        if plain.casefold() not in kept or rank > kept[plain.casefold()][0]:
            kept[plain.casefold()] = (rank, replace(piece, shown=plain))
    pieces = tuple(piece for _, piece in kept.values())
    if len(pieces) == len(bundle.pieces):
        return bundle, ""
    left = ", ".join(piece.item.name for piece in pieces)
    return replace(bundle, pieces=pieces), f"{bundle.person.name} handed in again; {left} is graded"


def read_metadata(text: bytes, where: str) -> dict[str, Person]:
    """Return who is behind each folder of a Gradescope export.

    Raises
    ------
    GraderError
        If it is no such file.
    """
    import yaml

    try:
        # Every scalar stays text: an id with leading zeros, a name such as "No". Ruby's tags and
        # the colons of its keys mean nothing.
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        read = yaml.load(text, Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        first = str(error).splitlines()[0]
        raise GraderError(f"not readable as YAML: {first}", where=where) from error
    folders = read if isinstance(read, dict) else {}
    return {
        str(folder): _of_submitters(facts.get(":submitters", facts.get("submitters")))
        for folder, facts in folders.items()
        if isinstance(facts, dict)
    }


def _of_submitters(submitters: Any) -> Person:
    people = []
    for facts in submitters if isinstance(submitters, list) else ():
        if isinstance(facts, dict):
            known = {str(key).lstrip(":"): str(value) for key, value in facts.items() if value}
            name, number, email = (known.get(key, "") for key in ("name", "sid", "email"))
            people.append(Person(name or email or number, number, email))
    if len(people) == 1:
        return people[0]
    return Person(", ".join(person.name for person in people), members=tuple(people))


def _version(name: str) -> tuple[str, int]:
    """Return a name without Canvas's number, and the number."""
    path = PurePosixPath(name)
    match = re.fullmatch(r"(.+)-(\d{1,4})", path.stem)
    return (f"{match[1]}{path.suffix}", int(match[2])) if match else (name, 0)


def _are_attachments(matches: Sequence[re.Match[str]]) -> bool:
    """Return whether numbers of attachments are new ones, as Canvas's are."""
    numbers = [match["attachment"] for match in matches if match["attachment"]]
    return len(set(numbers)) >= NEARLY_ALL * len(numbers)


def _canvas(name: str) -> re.Match[str] | None:
    return CANVAS_ANONYMOUS.fullmatch(name) or CANVAS.fullmatch(name)


def _moodle(name: str) -> re.Match[str] | None:
    return MOODLE.fullmatch(name) or MOODLE_ANONYMOUS.fullmatch(name)


def _parsed(name: str, platform: str) -> re.Match[str] | None:
    if platform == "canvas":
        return _canvas(name)
    return _moodle(name) if platform == "moodle" else None
