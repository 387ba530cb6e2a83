"""One run at a time writes a store; the lock of a run that was killed is gone with it."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from gradcheck_grader.errors import GraderError

NAME = ".store.lock"
HELD = (errno.EACCES, errno.EAGAIN)  # what a system says of a lock that another process has


class Lock:
    """Holds a folder for this process until it is closed.

    The lock is the kernel's, on a file that stays: nothing has to be cleaned up after a crash. A
    forked worker does not inherit it.

    Raises
    ------
    GraderError
        If another process has it, or the folder cannot be written to or locked.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / NAME
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise GraderError(
                f"{folder} cannot be written to: {error.strerror}", where="--output"
            ) from error
        try:
            _lock(self._descriptor)
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, f"{os.getpid()}\n".encode())
        except OSError as error:
            refusal = self._refusal(path, error)
            os.close(self._descriptor)
            raise refusal from error

    def _refusal(self, path: Path, error: OSError) -> GraderError:
        if error.errno not in HELD:
            return GraderError(
                f"{path.parent} cannot be locked: {error.strerror}",
                where=str(path),
                remedy="Some network drives know no locks. Give another folder: --output DIR",
            )
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        holder = os.read(self._descriptor, 20).decode("ascii", "replace").strip()
        return GraderError(
            f"another run is writing to {path.parent}"
            + (f" (process {holder})" if holder.isdecimal() else ""),
            where=str(path),
            remedy="Wait for its end, or give another folder: --output DIR",
        )

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # beyond the text, which others may read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
