"""A new assignment: the folder of another one copied under a new name and title, to be edited."""

from __future__ import annotations

import json
import re
from pathlib import Path

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.catalog import FILE, assignment_folders, read_assignment, text_of
from gradcheck_grader.errors import GraderError
from gradcheck_grader.whole import write_folder

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TEXTS = {".md", ".py", ".toml"}


def new_assignment(name: str, source: Assignment, into: Path, title: str = "") -> Assignment:
    """Copy an assignment's folder to ``into / name`` and return what it is now.

    Raises
    ------
    GraderError
        If the name is no slug or belongs to another assignment, if there is something at that
        place already, or if it cannot be written.
    """
    if not SLUG.fullmatch(name):
        raise GraderError(
            f"{name!r} cannot be an assignment's name",
            remedy="Write small letters, digits and hyphens, a letter first: week-3-backprop",
        )
    if name in assignment_folders():
        raise GraderError(
            f"there is an assignment {name!r} already",
            remedy="Choose another name. See: grader assignment list",
        )
    files = _adapted(source, name, title or _title_of(name))
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GraderError(f"{into} cannot be written: {error.strerror}") from error
    write_folder(into / name, files)
    return read_assignment(into / name)


def _title_of(name: str) -> str:
    """Return a title made from a name: ``week-3-backprop`` is Week 3 backprop."""
    return name.replace("-", " ").capitalize()


def _adapted(source: Assignment, name: str, title: str) -> dict[str, bytes]:
    """Return the files of an assignment under their relative paths, name and title replaced."""
    files: dict[str, bytes] = {}
    for path in sorted(source.folder.rglob("*")):
        relative = path.relative_to(source.folder)
        if not path.is_file() or any(part[0] in "._" for part in relative.parts):
            continue
        if path.suffix in TEXTS and relative.parts[0] != "examples":
            content = _retold(relative, text_of(path), source, name, title).encode()
        else:
            content = path.read_bytes()
        files[relative.as_posix()] = content
    return files


def _retold(path: Path, text: str, source: Assignment, name: str, title: str) -> str:
    """Return a file's text with the title, and the command that grades, those of the new one."""
    if path == Path(FILE):
        line = f"title = {json.dumps(title, ensure_ascii=False)}"
        return re.sub(r"(?m)\A((?:[^\[\n].*\n|\n)*?)title *= *.*$", lambda m: m[1] + line, text)
    command = rf"(--assignment|-a)([ =]){re.escape(source.name)}(?![\w-])"
    text = re.sub(command, lambda match: f"{match[1]}{match[2]}{name}", text)
    # The command of the default assignment has no name in it.
    text = re.sub(r"(?m)^(grader check \S+)$", rf"\1 --assignment {name}", text)
    heading, rest = text.split("\n", 1) if "\n" in text else (text, "")
    return f"{heading.replace(source.title, title)}\n{rest}"
