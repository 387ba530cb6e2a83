"""Our own wheel, from the files that are running: without a network and without a build backend.

In a checkout, names and dependencies come from ``pyproject.toml``; where the package is installed,
from what was installed with it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import gradcheck_grader
import gradcheck_grader.assignments
import gradcheck_grader.reference
from gradcheck_grader import __version__
from gradcheck_grader.errors import MachineError

DISTRIBUTION = "gradcheck-grader"
PACKAGE = "gradcheck_grader"
INFO = f"{PACKAGE}-{__version__}.dist-info"
WHEEL = """\
Wheel-Version: 1.0
Generator: gradcheck-grader
Root-Is-Purelib: true
Tag: py3-none-any
"""
LICENCE = "LICENSE"
ENTRIES = "entry_points.txt"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files give the same wheel


@dataclass(frozen=True, slots=True)
class Facts:
    """What a wheel says of itself: the bytes of ``METADATA``, entry points and licence."""

    metadata: bytes
    entries: bytes
    licence: bytes


def build_wheel() -> tuple[str, bytes]:
    """Return the name and the bytes of a wheel of this package.

    Raises
    ------
    MachineError
        If nothing says what the package depends on.
    """
    files = dict(_package_files())
    facts = _facts()
    files |= {
        f"{INFO}/METADATA": facts.metadata,
        f"{INFO}/WHEEL": WHEEL.encode(),
        f"{INFO}/{ENTRIES}": facts.entries,
        f"{INFO}/licenses/{LICENCE}": facts.licence,
    }
    record = f"{INFO}/RECORD"
    lines = [f"{name},{_digest(data)},{len(data)}" for name, data in sorted(files.items())]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    return f"{PACKAGE}-{__version__}-py3-none-any.whl", pack(files)


def pack(files: Mapping[str, bytes], executable: frozenset[str] = frozenset()) -> bytes:
    """Return a zip of the files; those that are executable are so wherever it is unpacked."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # Unix: else the mode below is not looked at
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return stream.getvalue()


def regular_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every file in a folder, but not what tools leave behind."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_kept = not any(part.startswith(".") or part == "__pycache__" for part in parts)
        if is_kept and path.is_file() and path.suffix != ".pyc" and not path.name.endswith("~"):
            yield "/".join(parts), path.read_bytes()


def _package_files() -> Iterator[tuple[str, bytes]]:
    """Yield every file of the package, also of the two folders that a checkout keeps beside it."""
    folders = {
        PACKAGE: Path(gradcheck_grader.__file__).parent,
        f"{PACKAGE}/reference": Path(gradcheck_grader.reference.__path__[0]),
        f"{PACKAGE}/assignments": Path(gradcheck_grader.assignments.__path__[0]),
    }
    for prefix, folder in folders.items():
        for name, data in regular_files(folder):
            yield f"{prefix}/{name}", data


def _digest(data: bytes) -> str:
    digest = hashlib.sha256(data).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _facts() -> Facts:
    root = Path(gradcheck_grader.__file__).parent.parent
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        if project["name"] == DISTRIBUTION:
            return _of_checkout(project, (root / LICENCE).read_bytes())
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        pass  # no checkout of ours: it is installed
    try:
        return _of_installed(metadata.distribution(DISTRIBUTION))
    except metadata.PackageNotFoundError as error:
        raise MachineError(
            "the grader is not installed, and lies in no checkout: nothing says what it needs",
            remedy="Install it with pip, or run it from a checkout.",
        ) from error


def _of_checkout(project: Mapping[str, Any], licence: bytes) -> Facts:
    extras = project.get("optional-dependencies", {})
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {DISTRIBUTION}",
        f"Version: {__version__}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        f"License-File: {LICENCE}",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {item}" for item in project["dependencies"]),
        *(
            line
            for extra, items in extras.items()
            for line in (
                f"Provides-Extra: {extra}",
                *(f'Requires-Dist: {item}; extra == "{extra}"' for item in items),
            )
        ),
    ]
    groups = {"console_scripts": project["scripts"], **project.get("entry-points", {})}
    entries = [
        line
        for group, points in groups.items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()), "")
    ]
    return Facts("\n".join([*lines, ""]).encode(), "\n".join(entries).encode(), licence)


def _of_installed(installed: metadata.Distribution) -> Facts:
    licence = installed.read_text(f"licenses/{LICENCE}") or installed.read_text(LICENCE) or ""
    said = installed.read_text("METADATA") or installed.read_text("PKG-INFO") or ""
    return Facts(said.encode(), (installed.read_text(ENTRIES) or "").encode(), licence.encode())
