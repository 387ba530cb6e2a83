"""Finding what was handed in: a path becomes names and bytes. Nothing is parsed here."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from pathlib import Path

from gradcheck_grader.errors import SubmissionError
from gradcheck_grader.sandbox.job import File

SUFFIXES = (".py", ".ipynb")
LARGEST = 5 * 2**20


@dataclass(frozen=True, slots=True)
class Submission:
    """What was handed in; ``main`` is the path of the file to look in, None: the only one."""

    name: str
    files: tuple[File, ...]
    main: str | None = None

    @property
    def sha256(self) -> str:
        """Digest of the bytes; of a single file, what ``sha256sum`` prints."""
        if len(self.files) == 1:
            return hashlib.sha256(self.files[0].content).hexdigest()
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(f"{file.path}\0{len(file.content)}\0".encode())
            digest.update(file.content)
        return digest.hexdigest()


def read_submission(path: Path) -> Submission:
    """Read one submission.

    Raises
    ------
    SubmissionError
        If the path holds none.
    """
    if path.is_dir():
        raise SubmissionError(
            f"{path} is a folder", remedy="Give one file, e.g. grader check student.py"
        )
    if not path.exists():
        raise SubmissionError(f"no such file: {path}", remedy=_near(path))
    if path.suffix not in SUFFIXES:
        raise SubmissionError(
            f"{path.name} is neither a .py file nor a notebook", remedy="Give student.py"
        )
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise SubmissionError(
                f"{path.name} has {size / 2**20:.1f} MB; the limit is {LARGEST // 2**20} MB",
                remedy="Clear a notebook's outputs, or hand in the code without its data.",
            )
        content = path.read_bytes()
    except OSError as error:
        raise SubmissionError(f"{path} cannot be read: {error.strerror}") from error
    return Submission(path.name, (File(path.name, content),), path.name)


def _near(path: Path) -> str:
    folder = path.parent
    names = [item.name for item in folder.iterdir()] if folder.is_dir() else []
    near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
    return f"did you mean {folder / near[0]}?" if near else ""
