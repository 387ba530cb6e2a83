"""Files and folders that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck_grader.errors import GraderError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONE = "replace"  # of a name that is no UTF-8: no reader of JSON takes lone surrogates


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file under a temporary name beside it, then rename: never half a file.

    Text is written as UTF-8 with the line ends that it has, the same on every machine.
    """
    if not is_replaceable(path):
        raise FileExistsError(errno.EEXIST, "it is no plain file")
    data = content if isinstance(content, bytes) else content.encode("utf-8", LONE)
    handle, temporary = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def is_replaceable(path: Path) -> bool:
    """Return whether a file may take the place of what is there: never that of a device or a pipe.

    ``/dev/stdout`` is a link to what may be a plain file; root would replace the link.
    """
    if path.is_symlink() and os.readlink(path).startswith("/proc/"):
        return False
    return not path.exists() or path.is_file()


def demand_writable(path: Path, option: str) -> None:
    """Refuse, before anything is graded, a path at which no file can be made.

    Raises
    ------
    GraderError
        If its folder is not there or cannot be written to, or if it is a folder itself.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        raise GraderError(f"the folder of {path} does not exist", where=option)
    if path.is_dir():
        raise GraderError(f"{path} is a folder", where=option, remedy="Give a file's path.")
    if not is_replaceable(path):
        raise GraderError(
            f"{path} is no plain file",
            where=option,
            remedy="It is written whole, to a file of its own. To print a report, give --format.",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise GraderError(f"the folder of {path} cannot be written to", where=option)


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by their names, as ``numpy.load`` reads them."""
    import numpy as np  # dear to import, and most that is written is text

    packed = BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    write_whole(path, packed.getvalue())


def write_folder(
    target: Path, files: Mapping[str, bytes], executable: Collection[str] = ()
) -> None:
    """Write a new folder under a temporary name beside it, then rename: never half a folder.

    Raises
    ------
    GraderError
        If there is something at that place, or it cannot be written.
    """
    if target.exists() or target.is_symlink():
        raise GraderError(
            f"{target} exists already", remedy="Nothing was changed. Remove it, or name another."
        )
    try:
        scratch = Path(tempfile.mkdtemp(dir=target.absolute().parent, prefix=f".{target.name}."))
    except OSError as error:
        raise GraderError(f"{target} cannot be written: {error.strerror}") from error
    try:
        for name, data in files.items():
            path = scratch / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            if name in executable:
                path.chmod(0o755)
        scratch.chmod(0o755)
        os.rename(scratch, target)
    except OSError as error:
        raise GraderError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
