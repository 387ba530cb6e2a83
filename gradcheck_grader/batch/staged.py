"""Several files written together: each whole, and none before all are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from gradcheck_grader.errors import GraderError


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the system says of writing to a folder, such as a full disk, into one clear error.

    Raises
    ------
    GraderError
        In place of every `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise GraderError(
            f"{folder} cannot be written to: {error.strerror or error}", where="--output"
        ) from error


class Staged:
    """Files under temporary names; leaving the block without an error puts all in their places.

    An `OSError` within the block leaves it as a `GraderError`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[tuple[IO[Any], Path, Path]] = []

    def __enter__(self) -> Staged:
        return self

    def text(self, name: str, *, mark: bool = False) -> IO[str]:
        """Return a text file to write; ``mark`` puts a byte order mark before it."""
        return self._open(name, "w", "utf-8-sig" if mark else "utf-8")

    def binary(self, name: str) -> IO[bytes]:
        """Return a binary file to write."""
        return self._open(name, "wb", None)

    def _open(self, name: str, mode: str, encoding: str | None) -> IO[Any]:
        with writing(self._folder):
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=f".{name}.")
        stream = os.fdopen(handle, mode, encoding=encoding, newline="" if encoding else None)
        self._files.append((stream, Path(temporary), self._folder / name))
        return stream

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where the files will be."""
        return tuple(target for _, _, target in self._files)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            with writing(self._folder):
                if isinstance(error, OSError):
                    raise error
                if error is None:
                    self._put_in_place()
        finally:
            for stream, temporary, _ in self._files:
                with suppress(OSError):  # what it still holds is lost, as was to be
                    stream.close()
                temporary.unlink(missing_ok=True)

    def _put_in_place(self) -> None:
        for stream, _, _ in self._files:
            stream.close()
        for _, temporary, target in self._files:
            os.chmod(temporary, 0o644)
            os.replace(temporary, target)
