"""Where submissions lie: a folder or a zip, seen alike. Nothing is unpacked to disk."""

from __future__ import annotations

import io
import os
import shlex
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from gradcheck_grader.archive import (
    BROKEN,
    MOST_PACKED,
    names_in,
    read_entries,
    read_packed,
    read_zip,
)
from gradcheck_grader.errors import GraderError, SubmissionError
from gradcheck_grader.phrases import counted
from gradcheck_grader.sandbox.job import MIB, File
from gradcheck_grader.sizes import LARGEST_ZIP, together
from gradcheck_grader.submission import (
    SUFFIXES,
    is_kept,
    is_regular,
    read_files,
    walk,
    without_clutter,
)

MOST_ITEMS = 200_000  # in a class's zip
SHOWN = 3  # names in a message


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """What lies at the top of a place: a file or a folder."""

    name: str
    is_folder: bool

    @property
    def suffix(self) -> str:
        """The end of a file's name, in small letters; nothing for a folder."""
        return "" if self.is_folder else os.path.splitext(self.name)[1].lower()

    @property
    def is_packed(self) -> bool:
        """Whether it is a zip."""
        return self.suffix == ".zip"

    @property
    def may_hold_source(self) -> bool:
        """Whether somebody may have handed it in."""
        return self.is_folder or self.suffix in (*SUFFIXES, ".zip")


class Place(Protocol):
    """A folder, or a folder inside a zip.

    Attributes
    ----------
    items : tuple of Item
        What lies in it, sorted by name; hidden files, links and what systems leave are not.
    refused : tuple of str
        Why something in it is not looked at.
    """

    items: tuple[Item, ...]
    refused: tuple[str, ...]

    def enter(self, folder: str) -> Place:
        """Return one of its folders as a place; what was refused on the way is told there, too."""

    def holds(self, item: Item, name: str) -> bool:
        """Return whether a folder has a file of this name at its top."""

    def read(self, name: str, most: int) -> bytes:
        """Return the bytes of a file; SubmissionError if there are more than ``most``."""

    def files(self, item: Item) -> tuple[File, ...]:
        """Return the source files of an item, by their names in it; none is possible.

        What is too large is there without its content.

        Raises
        ------
        SubmissionError
            If it cannot be read, or holds what no honest submission holds.
        """

    def names(self, item: Item) -> list[str]:
        """Return some names of what lies in a folder or a zip, for a message."""


def open_place(path: Path) -> Place:
    """Return the place at a path.

    Raises
    ------
    GraderError
        If it is no folder and no zip.
    """
    if path.is_dir():
        return FolderPlace(path)
    if not path.exists():
        raise GraderError(f"no such folder: {path}", remedy="Give the folder of all submissions.")
    if path.suffix.lower() != ".zip":
        raise GraderError(
            f"{path} is neither a folder nor a zip of submissions",
            remedy=f"For one submission, run: grader check {shlex.quote(str(path))}",
        )
    try:
        archive = zipfile.ZipFile(path)
    except (*BROKEN, OSError) as error:
        raise GraderError(f"{path} cannot be read as a zip: {error}") from error
    if len(archive.infolist()) > MOST_ITEMS:
        raise GraderError(f"{path} holds more than {MOST_ITEMS} files", remedy="Split it.")
    return _place_of(archive)


class FolderPlace:
    """A folder on disk."""

    def __init__(self, root: Path, refused: tuple[str, ...] = ()) -> None:
        self._root = root
        links = []
        items = []
        try:
            found = sorted(os.scandir(root), key=lambda entry: entry.name)
        except OSError as error:
            raise GraderError(f"{root} cannot be read: {error.strerror}") from error
        for entry in found:
            links += [entry.name] if entry.is_symlink() else []
            item = Item(entry.name, entry.is_dir(follow_symlinks=False))
            if _is_seen(item) and (item.is_folder or entry.is_file(follow_symlinks=False)):
                items.append(item)
        self.items = tuple(sorted(items))
        self.refused = (*refused, _not_followed(links)) if links else refused

    def enter(self, folder: str) -> FolderPlace:
        """Return one of its folders as a place."""
        return FolderPlace(self._root / folder, self.refused)

    def holds(self, item: Item, name: str) -> bool:
        """Return whether a folder has a file of this name at its top."""
        return os.path.isfile(self._root / item.name / name)

    def read(self, name: str, most: int) -> bytes:
        """Return the bytes of a file."""
        path = self._root / name
        try:
            with path.open("rb") as stream:
                content = stream.read(most + 1)
        except OSError as error:
            raise SubmissionError(f"{name} cannot be read: {error.strerror}") from error
        if len(content) > most:
            raise _too_large(name, most)
        return content

    def files(self, item: Item) -> tuple[File, ...]:
        """Return the source files of an item."""
        path = self._root / item.name
        if not item.is_folder or any(self._walked(path, SUFFIXES)):
            return read_files(path)
        packed = list(self._walked(path, (".zip",)))[:MOST_PACKED]
        return together(
            _in_folder(one.relative_to(path).as_posix(), read_zip(one, SUFFIXES)) for one in packed
        )

    def names(self, item: Item) -> list[str]:
        """Return some names of what lies in a folder or a zip."""
        if item.is_packed:
            return names_in(self._root / item.name, item.name)[: SHOWN + 1]
        walked = self._walked(self._root / item.name, ("",))
        return [path.name for path, _ in zip(walked, range(SHOWN + 1), strict=False)]

    @staticmethod
    def _walked(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
        for place, folders, names in walk(folder):
            folders[:] = sorted(filter(is_kept, folders))
            for name in sorted(names):
                path = Path(place, name)
                is_wanted = name.lower().endswith(suffixes) and not name.startswith(".")
                if is_wanted and is_regular(path):
                    yield path


def _place_of(archive: zipfile.ZipFile) -> ZipPlace:
    """Return the top of a zip; an entry that would lead out of it is not looked at."""
    entries, refused = [], []
    for info in archive.infolist():
        name = info.filename.replace("\\", "/")
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        if name.startswith("/") or ".." in parts or (parts and parts[0].endswith(":")):
            refused.append(f"{info.filename!r} leads out of the zip and is not looked at")
        elif parts:
            entries.append((parts, info))
    return ZipPlace(archive, entries, 0, tuple(refused))


class ZipPlace:
    """A folder of an open zip, ``depth`` folders down."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        entries: list[tuple[tuple[str, ...], zipfile.ZipInfo]],
        depth: int,
        refused: tuple[str, ...] = (),
    ) -> None:
        self._archive = archive
        self._depth = depth
        self._entries: dict[Item, list[tuple[tuple[str, ...], zipfile.ZipInfo]]] = {}
        for parts, info in entries:
            item = Item(parts[depth], info.is_dir() or len(parts) > depth + 1)
            if _is_seen(item):
                self._entries.setdefault(item, []).append((parts, info))
        self.items = tuple(sorted(self._entries))
        self.refused = refused

    def enter(self, folder: str) -> ZipPlace:
        """Return one of its folders as a place."""
        inside = self._entries[Item(folder, True)]
        below = [(parts, info) for parts, info in inside if len(parts) > self._depth + 1]
        return ZipPlace(self._archive, below, self._depth + 1, self.refused)

    def holds(self, item: Item, name: str) -> bool:
        """Return whether a folder has a file of this name at its top."""
        return any(parts[self._depth + 1 :] == (name,) for parts, _ in self._entries[item])

    def read(self, name: str, most: int) -> bytes:
        """Return the bytes of a file."""
        return self._read(self._entries[Item(name, False)][0][1], name, most)

    def files(self, item: Item) -> tuple[File, ...]:
        """Return the source files of an item."""
        inside = self._entries[item]
        if item.is_packed:
            return self._unpacked(item.name, inside[0][1])
        names = {info.filename: "/".join(parts[self._depth :]) for parts, info in inside}
        infos = [info for _, info in inside if not info.is_dir()]
        read = read_entries(self._archive, infos, item.name, SUFFIXES)
        shorter = len(item.name) + 1 if item.is_folder else 0
        found = without_clutter([replace(f, path=names[f.path][shorter:]) for f in read])
        if found or not item.is_folder:
            return found
        packed = [info for info in infos if info.filename.lower().endswith(".zip")]
        inner = [(names[info.filename], info) for info in packed[:MOST_PACKED]]
        return together(_in_folder(n[shorter:], self._unpacked(n, info)) for n, info in inner)

    def names(self, item: Item) -> list[str]:
        """Return some names of what lies in a folder or a zip."""
        if item.is_packed:
            content = io.BytesIO(self.read(item.name, LARGEST_ZIP))
            return names_in(content, item.name)[: SHOWN + 1]
        return [parts[-1] for parts, info in self._entries[item] if not info.is_dir()][: SHOWN + 1]

    def _unpacked(self, name: str, info: zipfile.ZipInfo) -> tuple[File, ...]:
        content = self._read(info, name, LARGEST_ZIP)
        return without_clutter(read_packed(content, name, SUFFIXES))

    def _read(self, info: zipfile.ZipInfo, name: str, most: int) -> bytes:
        try:
            with self._archive.open(info) as stream:
                content = stream.read(most + 1)
        except (*BROKEN, OSError) as error:
            raise SubmissionError(f"{name} cannot be read: {error}") from error
        if len(content) > most:
            raise _too_large(name, most)
        return content


def _not_followed(links: list[str]) -> str:
    names = "; ".join(links[:SHOWN]) + ("; …" if len(links) > SHOWN else "")
    return f"{counted(len(links), 'link is', 'links are')} not followed: {names}"


def _in_folder(packed: str, files: Iterable[File]) -> tuple[File, ...]:
    """Return what a zip holds as if it lay in a folder of the zip's name."""
    inside = (replace(file, path=f"{packed[:-4]}/{file.path}") for file in files)
    return without_clutter(tuple(inside))


def _is_seen(item: Item) -> bool:
    if item.is_folder:
        return is_kept(item.name)
    return not item.name.startswith((".", "~$")) and item.name != "Thumbs.db"


def _too_large(name: str, most: int) -> SubmissionError:
    return SubmissionError(f"{name} has more than {most / MIB:.0f} MB")
