"""What lies in a folder or zip becomes the entries of a batch: who handed in, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from gradcheck_grader.batch.graded import Collection, Entry, Person
from gradcheck_grader.batch.matching import few, match_roster
from gradcheck_grader.batch.places import SHOWN, Item, Place, open_place
from gradcheck_grader.batch.platforms import (
    LARGEST_METADATA,
    METADATA,
    Bundle,
    Piece,
    bundles,
    newest,
    read_metadata,
    recognise,
)
from gradcheck_grader.batch.roster import (
    columns_read,
    read_roster,
    read_table,
)
from gradcheck_grader.errors import GraderError, SubmissionError
from gradcheck_grader.phrases import counted
from gradcheck_grader.sandbox.job import File
from gradcheck_grader.sandbox.text import clean_line
from gradcheck_grader.sizes import together
from gradcheck_grader.submission import DEEPEST, SUFFIXES, Submission, of_files

LONGEST_KEY = 400
DEEPEST_WRAPPING = 2  # folders around the folder of all submissions
OUTPUT = "store.sqlite"  # a folder that holds it is a batch's output, not somebody's submission


def collect(path: Path, wanted: str | None, roster: Path | None = None) -> Collection:
    """Find the submissions in a folder or zip; none of them is read yet.

    Parameters
    ----------
    path : Path
        Files, folders or zips, one a student; also as Canvas, Moodle or Gradescope export them.
    wanted : str or None
        Name of the file that the assignment asks for.
    roster : Path, optional
        A CSV file of all students: maps names, and says who handed in nothing.

    Raises
    ------
    GraderError
        If there is no submission, or the roster cannot be read.
    """
    place = _unwrapped(open_place(path), path)
    items = [item for item in place.items if not _is_output(place, item)]
    platform = recognise(items)
    all_found = bundles(items, platform)
    again: list[str] = []
    found = [_without_repeats(bundle, platform, wanted, again) for bundle in all_found]
    notes = [*place.refused, *_passed_over(items, all_found), *few(again)]
    if platform == "gradescope":
        people = read_metadata(place.read(METADATA, LARGEST_METADATA), METADATA)
        found = [_named(bundle, people) for bundle in found]
    if not found:
        raise GraderError(f"{path} holds no submission", remedy="Give the folder of all of them.")
    entries = _entries(found, place, wanted)
    if roster is None:
        return Collection(entries, platform, (), tuple(notes))
    known = read_roster(roster)
    entries, missing, unknown = match_roster(entries, known)
    if len(missing) == len(known):
        notes.append(f"nobody on the roster handed in; {columns_read(read_table(roster))}")
    return Collection(entries, platform, missing, (*notes, *unknown), roster)


def _unwrapped(place: Place, path: Path) -> Place:
    """Go into a folder that is there only to hold all submissions, as archivers make one."""
    for _ in range(DEEPEST_WRAPPING):
        folders = [item for item in place.items if item.is_folder]
        if len(folders) != 1 or any(
            item.may_hold_source for item in place.items if item not in folders
        ):
            return place
        if recognise(place.items) in ("canvas", "moodle", "gradescope"):
            return place
        inner = place.enter(folders[0].name)
        loose = sum(item.may_hold_source and not item.is_folder for item in inner.items)
        inside = sum(item.may_hold_source for item in inner.items)
        is_class = recognise(inner.items) in ("canvas", "moodle", "gradescope")
        is_same = path.suffix and folders[0].name.casefold() == path.stem.casefold()
        if not (is_class or is_same or (inside >= 2 and loose == 0)):
            return place
        place = inner
    return place


def _is_output(place: Place, item: Item) -> bool:
    return item.is_folder and place.holds(item, OUTPUT)


def _without_repeats(bundle: Bundle, platform: str, wanted: str | None, notes: list[str]) -> Bundle:
    if platform != "canvas" or len(bundle.pieces) == 1:
        return bundle
    kept, note = newest(bundle, wanted)
    if note:
        notes.append(note)
    return kept


def _named(bundle: Bundle, people: dict[str, Person]) -> Bundle:
    return replace(bundle, person=people.get(bundle.stem, bundle.person))


def _passed_over(items: Iterable[Item], found: Iterable[Bundle]) -> list[str]:
    """Return a note on files that nobody handed in as code."""
    taken = {piece.item.name for bundle in found for piece in bundle.pieces}
    left = [item.name for item in items if not item.is_folder and item.name not in taken]
    left = [name for name in left if name != METADATA]
    if not left:
        return []
    names = ", ".join(left[:SHOWN]) + (", …" if len(left) > SHOWN else "")
    return [f"{counted(len(left), 'other file')} passed over: {names}"]


def _entries(found: Iterable[Bundle], place: Place, wanted: str | None) -> tuple[Entry, ...]:
    """Return the entries sorted by key; keys are made unique, and fit to be shown."""
    entries: dict[str, Entry] = {}
    for bundle in found:
        pieces = _sources(bundle) or bundle.pieces
        name = pieces[0].item.name if len(pieces) == 1 else bundle.stem
        key = plain = clean_line(name, LONGEST_KEY) or "unnamed"
        count = 1
        while key in entries:
            count += 1
            key = f"{plain}~{count}"
        entries[key] = Entry(
            key, _shown(bundle.person), _loader(key, bundle, place, wanted), bundle.late
        )
    return tuple(entries[key] for key in sorted(entries))


def _shown(person: Person) -> Person:
    """Return a person whose name and numbers are one plain line each."""
    number, email, login = (
        clean_line(text, LONGEST_KEY) for text in (person.id, person.email, person.login)
    )
    name = clean_line(person.name, LONGEST_KEY) or number or "unnamed"
    return Person(name, number, email, login, members=tuple(map(_shown, person.members)))


def _loader(key: str, bundle: Bundle, place: Place, wanted: str | None) -> Callable[[], Submission]:
    def load() -> Submission:
        files = _files(bundle, place)
        if files:
            return of_files(key, files, wanted)
        raise SubmissionError(_without_source(key, bundle, place), remedy=_remedy(bundle, wanted))

    return load


def _remedy(bundle: Bundle, wanted: str | None) -> str:
    """Return what to hand in instead; Windows adds a .txt that it does not show."""
    names = [piece.item.name for piece in bundle.pieces if not piece.item.is_folder]
    is_text = len(names) == 1 and PurePosixPath(names[0]).suffix.lower() in ("", ".txt")
    asked = wanted or "student.py"
    return f"If it holds your code, call it {asked}." if is_text else f"Hand in {asked}."


def _sources(bundle: Bundle) -> tuple[Piece, ...]:
    return tuple(piece for piece in bundle.pieces if piece.item.may_hold_source)


def _files(bundle: Bundle, place: Place) -> tuple[File, ...]:
    """Return what was handed in; of several files each keeps the name that others import it by."""
    pieces = _sources(bundle)
    read = together(
        (_with_its_name(file, piece, len(pieces)) for file in place.files(piece.item))
        for piece in pieces
    )
    return _with_text_for_names({file.path: file for file in read}.values())


def _with_text_for_names(files: Iterable[File]) -> tuple[File, ...]:
    """Return the files, each by a name of its own: one on disk may be no text at all."""
    named: dict[str, File] = {}
    for file in files:
        name = file.path.encode("utf-8", "backslashreplace").decode()
        while name in named:
            name = f"~{name}"
        named[name] = replace(file, path=name)
    return tuple(named.values())


def _with_its_name(file: File, piece: Piece, count: int) -> File:
    name = file.path
    if count > 1 and piece.item.is_packed:
        name = f"{PurePosixPath(piece.shown).stem}/{name}"
    elif count > 1 and not piece.item.is_folder:
        name = piece.shown
    return replace(file, path=name)


def _without_source(key: str, bundle: Bundle, place: Place) -> str:
    """Say that nothing can be graded, and what there is instead."""
    items = [piece.item for piece in bundle.pieces]
    if len(items) == 1 and not (items[0].is_folder or items[0].is_packed):
        return f"{key} is no .py file and no notebook"
    names = [name for item in items for name in _names(item, place)]
    only = f", only {', '.join(names[:SHOWN])}" if names else ""
    if any(name.lower().endswith(SUFFIXES) for name in names):
        read = f"hidden, a tool's, or more than {DEEPEST} folders deep"
        return f"{key} holds {', '.join(names[:SHOWN])} in a folder that is not read: {read}"
    return f"{key} holds no .py file and no notebook{only}"


def _names(item: Item, place: Place) -> list[str]:
    return place.names(item) if item.is_folder or item.is_packed else [item.name]
