"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by their names, as ``numpy.load`` reads them."""
    import numpy as np  # dear to import, and most that is written is text

    packed = BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    write_whole(path, packed.getvalue())
