"""A Markdown file for each submission, as its student may see it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from gradcheck_grader.batch.graded import Graded, Person
from gradcheck_grader.choices import Hints
from gradcheck_grader.errors import GraderError
from gradcheck_grader.whole import write_whole

FOLDER = "feedback"
OWN_FILE = "YOUR_FILE"
LONGEST = 120  # bytes of a name: every file system has room for that and an ending
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same results give the same bytes
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class Feedback:
    """The files of a batch; a name is given once, also on disks that know no capital letters."""

    def __init__(self, folder: Path, *levels: Hints) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self._levels = levels
        self._taken: set[str] = set()

    def write(self, graded: Graded) -> str:
        """Write one student's file, if its text is new; return the text."""
        text = render(graded, *self._levels)
        path = self._folder / f"{self._name(graded.key)}.md"
        if path.is_symlink() or not path.is_file() or path.read_bytes() != text.encode():
            write_whole(path, text)
        return text

    def _name(self, key: str) -> str:
        name, other = _names(key)
        if _folded(name) in self._taken:
            name = other
        self._taken.add(_folded(name))
        return name


class Packed:
    """Feedback in the form in which Moodle takes it back: a zip with its own folder names."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Packed:
        return self

    def add(self, person: Person, text: str) -> None:
        """Add one student's file; nobody without Moodle's number."""
        if person.id.isdecimal():
            name = re.sub(r"[\\/_:]", "-", person.name)[:LONGEST]
            path = f"{name}_{person.id}_assignsubmission_file_/feedback.md"
            self._archive.writestr(zipfile.ZipInfo(path, EPOCH), text, zipfile.ZIP_DEFLATED)

    def __exit__(self, *error: object) -> None:
        self._archive.close()


def remove_feedback(folder: Path, gone: Iterable[str], here: Iterable[str]) -> None:
    """Remove the files of what is handed in no more; other files in the folder are not ours.

    Raises
    ------
    GraderError
        If one cannot be removed.
    """
    kept = {_folded(name) for key in here for name in _names(key)}
    for name in (name for key in gone for name in _names(key)):
        path = folder / FOLDER / f"{name}.md"
        if _folded(name) in kept or not path.is_file():
            continue
        try:
            path.unlink()
        except OSError as error:
            raise GraderError(f"{path} cannot be removed: {error.strerror}") from error


def _names(key: str) -> tuple[str, str]:
    """Return the names that the file of a key may have."""
    return file_name(key), f"{file_name(key)}-{_digest(key)}"


def render(graded: Graded, *levels: Hints) -> str:
    """Return a report as its student may see it: with as many hints as the lowest level allows."""
    from gradcheck_grader.hints import with_hints
    from gradcheck_grader.reports import markdown
    from gradcheck_grader.reports.typed import with_path

    report = with_hints(graded.report, *levels)
    # The student's file has a name of its own.
    return markdown.render(with_path(report, OWN_FILE))


def file_name(key: str) -> str:
    """Return a key as the name of a file, without an ending, for any system."""
    stem = re.sub(r"\.(py|ipynb|zip)$", "", key, flags=re.IGNORECASE)
    name = re.sub(r"[^\w\-.,@ ()]", "_", stem).strip(" .").lstrip("-~")
    short = name.encode()[:LONGEST].decode(errors="ignore").rstrip(" .")
    if not short or RESERVED.fullmatch(short) or short != name:
        short = f"{short or 'unnamed'}-{_digest(key)}"
    return short


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]
