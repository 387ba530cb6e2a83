"""Finding assignments: built in, by path, and from installed packages.

A package offers assignments by an entry point of the group ``gradcheck_grader.assignments``; it
is a path of a folder that holds assignment folders, or a function that returns one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import gradcheck_grader.assignments
from gradcheck_grader.assignment import Assignment
from gradcheck_grader.assignment_table import built, values_of
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.phrases import did_you_mean

GROUP = "gradcheck_grader.assignments"
FILE = "assignment.toml"
DEFAULT = "backprop"
NOT_IN_THE_FILE = {  # fields of an assignment that its file says in another way
    "name": "the folder's name is the assignment's; leave this key out",
    "folder": "the assignment is in the folder of this file; leave this key out",
    "parts": "unknown key; write [[part]], in double brackets, once for each part",
}


def find_assignment(name: str) -> Assignment:
    """Return the assignment of this name, or the one in this folder.

    Raises
    ------
    AssignmentError
        If there is none, or if its file is broken.
    """
    path = Path(name)
    if path.is_file() and path.name == FILE:
        path = path.parent
    is_path = "/" in name or "\\" in name
    if path.is_dir() and (is_path or (path / FILE).is_file()):
        return read_assignment(path)
    folders = assignment_folders()
    if name not in folders and is_path:
        raise AssignmentError(
            "there is no such folder",
            where=name,
            remedy="Give the folder of an assignment, or a name from: grader assignment list",
        )
    if name not in folders:
        raise AssignmentError(
            f"there is no assignment {name!r}",
            remedy=did_you_mean(name, folders, 2) + "List them with: grader assignment list",
        )
    return read_assignment(folders[name])


def assignment_folders() -> dict[str, Path]:
    """Return the folder of every built-in or installed assignment, by name, sorted.

    Raises
    ------
    AssignmentError
        If two assignments have one name, or an installed package's entry point fails.
    """
    folders: dict[str, Path] = {}
    sources: list[tuple[str, Path]] = [("the built-in assignments", built_in())]
    sources += [_load(point) for point in entry_points(group=GROUP)]
    for source, parent in sources:
        for folder in _assignments_in(parent):
            if folder.name in folders:
                raise AssignmentError(
                    f"two assignments are named {folder.name!r}",
                    where=f"{folders[folder.name]} and {folder}, from {source}",
                    remedy="Rename one folder, or uninstall the package that brings it.",
                )
            folders[folder.name] = folder
    return dict(sorted(folders.items()))


def every_assignment() -> dict[str, Assignment]:
    """Return every built-in or installed assignment, by name, sorted.

    Raises
    ------
    AssignmentError
        If one of them is broken.
    """
    return {name: read_assignment(folder) for name, folder in assignment_folders().items()}


def built_in() -> Path:
    """Return the folder of the assignments that come with this package."""
    return Path(next(iter(gradcheck_grader.assignments.__path__)))


def _assignments_in(parent: Path) -> Iterable[Path]:
    if (parent / FILE).is_file():
        return [parent]
    return sorted(folder.parent for folder in parent.glob(f"*/{FILE}"))


def _load(point: EntryPoint) -> tuple[str, Path]:
    """Return the name of the entry point and the folder that it offers."""
    source = f"the entry point {point.name} = {point.value}"
    try:
        offered = point.load()
        return source, Path(offered() if callable(offered) else offered)
    except Exception as error:  # somebody else's code: name it, whatever it raised
        raise AssignmentError(
            f"an installed package's assignments cannot be loaded: {error}",
            where=source,
            remedy="Update or uninstall that package.",
        ) from error


def text_of(file: Path) -> str:
    """Return the text of a file of an assignment; a byte order mark is no part of it.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    AssignmentError
        If it cannot be read, or is no UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AssignmentError(
            f"{file.name} is not UTF-8", where=str(file), remedy="Save it again as UTF-8."
        ) from error
    except FileNotFoundError:
        raise
    except OSError as error:
        raise AssignmentError(
            f"{file.name} cannot be read: {error.strerror}", where=str(file)
        ) from error


def read_assignment(folder: Path) -> Assignment:
    """Read ``assignment.toml`` of a folder.

    Raises
    ------
    AssignmentError
        One error that names file, key and remedy for everything that is wrong in the file.
    """
    file = folder / FILE
    try:
        table = tomllib.loads(text_of(file))
    except FileNotFoundError as error:
        raise AssignmentError(
            f"the folder holds no {FILE}",
            where=str(folder),
            remedy="Give the folder of an assignment, or a name from: grader assignment list",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"not readable as TOML: {error}", where=str(file)) from error
    if taken := [key for key in NOT_IN_THE_FILE if key in table]:
        raise AssignmentError(
            "the assignment is not valid",
            where=str(file),
            remedy="\n".join(f"{key}: {NOT_IN_THE_FILE[key]}" for key in taken),
        )
    folder = folder.resolve()
    values = {"name": folder.name, "folder": folder, **values_of(table)}
    if folder.parent == built_in().resolve():  # our tests check it: pydantic takes its time
        return built(values)
    from gradcheck_grader.assignment_check import checked

    try:
        return checked(values)
    except ValueError as error:
        raise AssignmentError(
            "the assignment is not valid", where=str(file), remedy=str(error)
        ) from error
