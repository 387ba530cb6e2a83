"""Reading an archive into memory: everything is checked before anything is unpacked."""

from __future__ import annotations

import errno
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from gradcheck_grader.errors import SubmissionError
from gradcheck_grader.sandbox.job import MIB, File
from gradcheck_grader.sizes import LeftOut, together, too_large

MOST_ENTRIES = 2000
MOST_RATIO = 200  # unpacked over packed; real sources reach about 20
HARMLESS = 5 * MIB  # of no ratio: a small file may repeat one line
MOST_PACKED = 5  # zips inside a zip or a folder that are looked into
# What the library raises for bytes that are no honest zip; a name that is no text is a ValueError.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_zip(path: Path, suffixes: tuple[str, ...]) -> tuple[File, ...]:
    """Return the files of a zip that have one of these suffixes, by name; nothing is written.

    What is too large is there without its content. If there is no such file, those of zips inside
    of it are returned, one level deep.

    Raises
    ------
    SubmissionError
        If it is no zip, or holds what no honest zip holds: absolute paths, ``..``, links, two
        entries of one name, passwords, or far more than it seems.
    """
    return _read_whole(path, path.name, suffixes)


def read_packed(content: bytes, name: str, suffixes: tuple[str, ...]) -> tuple[File, ...]:
    """Return the same of a zip that lies in another; ``name`` is what messages call it."""
    return _read_whole(io.BytesIO(content), name, suffixes)


def read_entries(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str, suffixes: tuple[str, ...]
) -> tuple[File, ...]:
    """Return the same of some entries of an open zip: one submission of a whole class's."""
    with _refusing(name):
        _refuse_oddities(name, entries)
        wanted = [entry for entry in entries if entry.filename.lower().endswith(suffixes)]
        _refuse_bombs(name, wanted)
        left = too_large({entry.filename: entry.file_size for entry in wanted})
        return tuple(
            LeftOut(entry.filename, b"", entry.file_size)
            if entry.filename in left
            else File(entry.filename, _read(archive, entry))
            for entry in wanted
        )


def _read_whole(
    source: Path | io.BytesIO, name: str, suffixes: tuple[str, ...], *, deeper: bool = True
) -> tuple[File, ...]:
    with _refusing(name), zipfile.ZipFile(source) as archive:
        entries = archive.infolist()
        found = read_entries(archive, entries, name, suffixes)
        if found or not deeper:
            return found
        packed = [entry for entry in entries if entry.filename.lower().endswith(".zip")]
        return together(
            _inside(inner, suffixes)
            for entry in packed[:MOST_PACKED]
            for inner in read_entries(archive, [entry], name, (".zip",))
        )


def _inside(inner: File, suffixes: tuple[str, ...]) -> Iterator[File]:
    """Yield the files of a zip that lies in a zip, in a folder of its name."""
    if isinstance(inner, LeftOut):
        yield inner
        return
    name = PurePosixPath(inner.path)
    for file in _read_whole(io.BytesIO(inner.content), name.name, suffixes, deeper=False):
        yield replace(file, path=f"{name.with_suffix('')}/{file.path}")


def names_in(source: Path | io.BytesIO, name: str) -> list[str]:
    """Return the names of what a zip holds, for a message.

    Raises
    ------
    SubmissionError
        If it is no zip.
    """
    with _refusing(name), zipfile.ZipFile(source) as archive:
        return [PurePosixPath(entry.filename).name for entry in archive.infolist()
                if not entry.is_dir()]  # fmt: skip


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Turn what the library raises into one plain refusal."""
    try:
        yield
    except BROKEN as error:
        raise _unreadable(name, error) from error
    except OSError as error:
        # A position that no file has is the archive's fault; all else is the disk's.
        raise _unreadable(name, error) from (None if error.errno == errno.EINVAL else error)


def _unreadable(name: str, error: Exception) -> SubmissionError:
    return SubmissionError(f"{name} cannot be read as a zip: {error}", remedy="Pack it again.")


def _refuse_oddities(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise SubmissionError(f"{name} holds {len(entries)} files; {MOST_ENTRIES} is the most")
    seen: set[str] = set()
    for entry in entries:
        reason = _oddity(entry)
        if entry.filename.casefold() in seen:
            reason = "stands in it twice"
        if reason:
            raise SubmissionError(
                f"{name} is refused: {entry.filename!r} {reason}",
                remedy="Pack the source files again, by name and without links.",
            )
        seen.add(entry.filename.casefold())


def _oddity(entry: zipfile.ZipInfo) -> str:
    """Return what is wrong with an entry, or nothing."""
    name = entry.filename
    if name.startswith(("/", "\\")) or (len(name) > 1 and name[1] == ":"):
        return "is an absolute path"
    if ".." in PurePosixPath(name.replace("\\", "/")).parts:
        return "leads out of the archive"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if entry.flag_bits & 0x1:
        return "needs a password"
    if entry.compress_type not in METHODS:
        return "is packed in an unusual way"
    return ""


def _refuse_bombs(name: str, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what unpacks to far more than it is; ``_read`` holds sizes to what they declare."""
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > max(HARMLESS, MOST_RATIO * packed):
        raise SubmissionError(
            f"{name} would unpack to {total / MIB:.0f} MB, more than {MOST_RATIO} times its size",
            remedy="Hand in the code alone, without data or outputs.",
        )


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise zipfile.BadZipFile(f"{entry.filename} is larger than it says")
    return content
