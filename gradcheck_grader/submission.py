"""Finding what was handed in: a path becomes names and bytes. Nothing is parsed here."""

from __future__ import annotations

import difflib
import hashlib
import math
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from gradcheck_grader.archive import read_zip
from gradcheck_grader.errors import SubmissionError
from gradcheck_grader.sandbox.job import File
from gradcheck_grader.sizes import LARGEST, LeftOut, too_large

Walk = Iterator[tuple[str, list[str], list[str]]]

SUFFIXES = (".py", ".ipynb")
MOST_FILES = 200
MOST_NEIGHBOURS = 50
DEEPEST = 5
SKIPPED = frozenset({"__macosx", "__pycache__", "node_modules", "site-packages", "venv", "env"})


@dataclass(frozen=True, slots=True)
class Submission:
    """What was handed in.

    Attributes
    ----------
    name : str
        As it was given.
    files : tuple of File
        What was handed in.
    main : str or None
        Path of the file to look in; None: the one that defines the function.
    neighbours : tuple of File
        Modules that lie beside a single file, for it to import; not handed in themselves.
    left_out : tuple of LeftOut
        What is too large to be read.
    """

    name: str
    files: tuple[File, ...]
    main: str | None = None
    neighbours: tuple[File, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def sha256(self) -> str:
        """Digest of the bytes; of a single file, what ``sha256sum`` prints."""
        if len(self.files) == 1 and not self.left_out:
            return hashlib.sha256(self.files[0].content).hexdigest()
        digest = hashlib.sha256()
        for file in sorted(self.files, key=lambda file: file.path):
            # A name on disk may be no text at all.
            digest.update(f"{file.path}\0{len(file.content)}\0".encode("utf-8", "surrogatepass"))
            digest.update(file.content)
        for left in sorted(self.left_out, key=lambda left: left.path):
            digest.update(f"{left.path}\0{left.size}\0".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def read_submission(
    path: Path, wanted: str | None = None, *, neighbours: bool = True
) -> Submission:
    """Read one submission: a source file, a notebook, a folder or a zip.

    Parameters
    ----------
    path : Path
        What was handed in.
    wanted : str, optional
        Name of the file that the assignment asks for; in a folder or zip it is the main one.
    neighbours : bool
        Whether modules beside a single file are handed along, for it to import. True for a
        student's own folder; False where other submissions lie beside it.

    Raises
    ------
    SubmissionError
        If the path holds no submission.
    """
    # Of the folder that one is in, "." has no name, and ".." says nothing.
    name = path.resolve().name if path.name in ("", "..") else path.name
    submission = of_files(name, read_files(path), wanted, str(path))
    if not neighbours or path.suffix.lower() not in SUFFIXES or os.path.isdir(path):
        return submission
    return replace(submission, neighbours=tuple(_modules_beside(path)))


def read_files(path: Path) -> tuple[File, ...]:
    """Return the source files at a path; what is too large is there without its content.

    Raises
    ------
    SubmissionError
        If the path is none of a source file, a notebook, a folder and a zip.
    """
    if os.path.isdir(path):
        return tuple(_inside(path))
    _demand_there(path)
    _demand_own(path)
    if path.suffix.lower() == ".zip":
        return without_clutter(read_zip(path, SUFFIXES))
    if path.suffix.lower() not in SUFFIXES:
        said = f"{path.name} is neither a .py file, a notebook, a folder nor a zip"
        raise SubmissionError(said, remedy=_other_name(path))
    return tuple(_read_all([path], path.parent))


def _other_name(path: Path) -> str:
    """Return what to give instead; Windows adds a .txt that it does not show."""
    stem = path.stem if path.stem.lower().endswith(SUFFIXES) else f"{path.stem}.py"
    is_text = path.suffix.lower() in ("", ".txt")
    return f"If it holds your code, call it {stem}" if is_text else "Give e.g. student.py"


def of_files(name: str, files: tuple[File, ...], wanted: str | None, where: str = "") -> Submission:
    """Return the submission of a folder or zip, with its main file where that is clear.

    Raises
    ------
    SubmissionError
        If there is no file.
    """
    left = tuple(file for file in files if isinstance(file, LeftOut))
    files = tuple(file for file in files if not isinstance(file, LeftOut))
    candidates = [file.path for file in files]
    if left and not candidates:
        raise SubmissionError(
            left[0].reason,
            remedy="Clear a notebook's outputs, or hand in the code without its data.",
        )
    if not candidates:
        raise SubmissionError(
            f"{name} holds no .py file and no notebook",
            where=where,
            remedy=f"Hand in {wanted or 'student.py'}.",
        )
    named = [path for path in candidates if wanted and is_named(path, wanted)]
    main = named[0] if len(named) == 1 else None
    if len(candidates) == 1:
        main = candidates[0]
    return Submission(name, files, main, left_out=left)


def is_named(path: str, wanted: str) -> bool:
    """Return whether a path is the wanted file, also as learning platforms rename it.

    Canvas writes ``doe_jane_123_456_student-1.py``, Moodle ``Doe Jane_123_student.py``; browsers
    write ``student (1).py``.
    """
    name, want = PurePosixPath(path).name.casefold(), wanted.casefold()
    stem, dot, suffix = name.rpartition(".")
    plain = re.sub(r"(?:-\d+|\s*\(\d+\))$", "", stem) + dot + suffix
    return plain == want or plain.endswith(f"_{want}")


def _demand_there(path: Path) -> None:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise SubmissionError(f"no such file: {path}", remedy=_near(path)) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _demand_own(path: Path) -> None:
    """Demand a file that lies where it was handed in.

    A link comes along in a repository or a folder; led out of it, it would have us read what its
    author may not, and a device or a pipe has no end.
    """
    if not path.is_file():
        raise SubmissionError(f"{path.name} is a pipe or a device, not a file")
    if path.is_symlink() and not (target := path.resolve()).is_relative_to(path.parent.resolve()):
        raise SubmissionError(
            f"{path.name} is a link that leads out of its folder",
            remedy=f"Give the file itself: {target}",
        )


def _inside(folder: Path) -> Iterator[File]:
    """Yield the source files of a folder, sorted; links are not followed."""
    found: list[Path] = []
    for path in filter(is_regular, source_paths(folder, walk(folder))):
        found.append(path)
        if len(found) > MOST_FILES:
            raise SubmissionError(
                f"{folder.name or folder} holds more than {MOST_FILES} source files",
                remedy="Give the folder of one submission; for many, run: grader batch",
            )
    yield from _read_all(found, folder)


def walk(folder: Path) -> Walk:
    """Return what ``os.walk`` yields; what cannot be read is no empty folder, but an error.

    Raises
    ------
    SubmissionError
        In the walk, at a folder that cannot be read.
    """

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # gone since the listing
            raise _unreadable(Path(error.filename), error, folder.parent) from error

    return os.walk(folder, onerror=refuse)


def source_paths(folder: Path, walked: Walk) -> Iterator[Path]:
    """Yield what is named as a source file in a folder, in one order; links are among them."""
    for place, folders, names in walked:
        here = Path(place)
        depth = len(here.relative_to(folder).parts)
        folders[:] = sorted(f for f in folders if is_kept(f) and depth < DEEPEST)
        for name in sorted(names):
            path = here / name
            if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                yield path


def _read_all(paths: Sequence[Path], folder: Path) -> Iterator[File]:
    """Yield files by their names in a folder, without the content of those that are too large."""
    sizes = {path.relative_to(folder).as_posix(): _size(path) for path in paths}
    left = too_large(sizes)
    for path, (name, size) in zip(paths, sizes.items(), strict=True):
        yield LeftOut(name, b"", size) if name in left else File(name, _read(path))


def is_kept(folder: str) -> bool:
    """Return whether a folder may hold what was handed in: no hidden one, no tool's own."""
    return not folder.startswith(".") and folder.casefold() not in SKIPPED


def without_clutter(files: Sequence[File]) -> tuple[File, ...]:
    """Return the files without hidden ones, and without what tools and systems leave behind."""
    return tuple(
        file
        for file in files
        if all(is_kept(part) for part in PurePosixPath(file.path).parts[:-1])
        and not PurePosixPath(file.path).name.startswith(".")
    )


def _modules_beside(path: Path) -> Iterator[File]:
    """Yield the small modules in the folder of a file."""
    others = sorted(item for item in path.absolute().parent.glob("*.py") if item.name != path.name)
    for other in others[:MOST_NEIGHBOURS]:
        if is_regular(other, LARGEST // 4):
            yield File(other.name, _read(other))


def is_regular(path: Path, most: float = math.inf) -> bool:
    """Return whether it is a file of at most so many bytes: no link, nor gone since the listing."""
    try:
        facts = path.lstat()
        return stat.S_ISREG(facts.st_mode) and facts.st_size <= most
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unreadable(path, error) from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError, top: Path | None = None) -> SubmissionError:
    """Return what is said of a path, which a report may hand on: not where it lies on our disk."""
    name = path.relative_to(path.parent if top is None else top)
    return SubmissionError(f"{name} cannot be read: {error.strerror}")


def _near(path: Path) -> str:
    folder = path.parent
    try:
        names = os.listdir(folder)
    except (OSError, ValueError):
        names = []
    others = [name for name in names if name != path.name]  # a link that leads nowhere is there
    near = difflib.get_close_matches(path.name, others, n=1, cutoff=0.5)
    return f"did you mean {folder / near[0]}?" if near else ""
