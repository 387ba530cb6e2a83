"""The command that repeats a report, with the submission's path as it was typed.

A report that is handed on names the file alone: a path is of the machine that it was made on. What
is printed where the path was typed has to repeat it, or the command finds no file.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import replace

from gradcheck_grader.errors import visible
from gradcheck_grader.models import GradeReport


def with_path(report: GradeReport, path: str | os.PathLike[str]) -> GradeReport:
    """Return the report whose command names the submission by this path."""
    if not report.replay:
        return report
    return replace(report, replay=command_at(report.replay, path))


def command_at(command: str, path: str | os.PathLike[str]) -> str:
    """Return a ``grader check`` command with this path in the place of its own."""
    words = shlex.split(command)
    return " ".join([*words[:2], quoted(os.fspath(path)), shlex.join(words[3:])])


def quoted(path: str) -> str:
    """Return a path as one word for a shell, in which every character is seen."""
    if path.startswith("-"):  # else it would be taken for an option
        path = f"./{path}"
    if all(map(_is_seen, path)):
        return shlex.quote(path)
    return f"$'{''.join(map(_escaped, path))}'"  # as bash and zsh read it


def _is_seen(char: str) -> bool:
    return char not in "\n\t" and visible(char) == char


def _escaped(char: str) -> str:
    if _is_seen(char) and char not in "\\'":
        return char
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(char))
