"""Options that a project or a machine sets once: flag > environment > file > default.

The file is the nearest ``grader.toml``, or ``pyproject.toml`` with ``[tool.gradcheck-grader]``,
in the folder that holds the submission or in one above it. What lies inside a folder that was
handed in is not looked at. With GRADER_SETTINGS=off no file is, for where students can put one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

from gradcheck_grader.choices import Colour, Detail, Hints, Isolation, Visibility
from gradcheck_grader.errors import GraderError
from gradcheck_grader.phrases import did_you_mean

OWN_FILE, SHARED_FILE, TABLE = "grader.toml", "pyproject.toml", "gradcheck-grader"
PREFIX = "GRADER_"
WITH_FILES = "GRADER_SETTINGS"
CHOICES: dict[str, tuple[str, ...]] = {
    "color": get_args(Colour),
    "isolation": get_args(Isolation),
    "hints": get_args(Hints),
    "detail": get_args(Detail),
    "visibility": get_args(Visibility),
}
SWITCHES = ("exit_zero", "quiet", "all_parts")
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every option that can be set; a field's default is the option's.

    Attributes
    ----------
    assignment : str
        A name or a path; empty: find out. In a file, a path is relative to the file.
    seed : int or None
        None: drawn.
    hints : str
        Can only lower what the assignment allows.
    format : str
        On GitHub Actions the default is github.
    detail : str
        Which numbers are shown: the right ones too, the student's own, or none.
    all_parts : bool
        Whether an optional part that was not handed in counts, with no points.
    visibility : str
        When students see the results on Gradescope.
    """

    assignment: str = ""
    seed: int | None = None
    format: str = "text"
    color: Colour = "auto"
    isolation: str = "auto"
    hints: Hints = "full"
    exit_zero: bool = False
    quiet: bool = False
    detail: Detail = "own"
    all_parts: bool = False
    visibility: str = "visible"


KEYS = tuple(field.name for field in fields(Settings))
WANTED = {
    "seed": "a whole number, 0 or more",
    "exit_zero": "true or false",
    "quiet": "true or false",
    "all_parts": "true or false",
    **{key: f"one of {', '.join(choices)}" for key, choices in CHOICES.items()},
}


def settings_for(submission: Path, environment: Mapping[str, str], **flags: Any) -> Settings:
    """Return the options for a submission; a flag that is None was not given.

    Raises
    ------
    GraderError
        If the file or the environment sets something unknown, or to a value of the wrong type.
    """
    given = {key: value for key, value in flags.items() if value is not None}
    from_files = _from_files(submission) if _reads_files(environment) else {}
    found = from_files | _from_environment(environment) | given
    if environment.get("GITHUB_ACTIONS") == "true":
        found.setdefault("format", "github")
    return Settings(**found)


def _reads_files(environment: Mapping[str, str]) -> bool:
    text = environment.get(WITH_FILES, "on").strip().lower()
    if text not in TRUE + FALSE:
        raise GraderError(
            f"{WITH_FILES} is {text!r}", where="the environment", remedy="Set it to on or off."
        )
    return text in TRUE


def _from_files(submission: Path) -> dict[str, Any]:
    for folder in submission.absolute().parents:
        for file in (folder / OWN_FILE, folder / SHARED_FILE):
            table = _table(file)
            if table is not None:
                return {key: _checked(file, key, value) for key, value in table.items()}
    return {}


def _table(file: Path) -> Mapping[str, Any] | None:
    """Return what a file says to us, None if there is no such file or it says nothing."""
    try:
        if not file.is_file():  # nor a pipe or a device, which have no end
            return None
        text = file.read_bytes().decode("utf-8", "replace")
    except OSError:
        return None
    if file.name == SHARED_FILE and TABLE not in text:
        return None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise GraderError(f"not readable as TOML: {error}", where=str(file)) from error
    if file.name == OWN_FILE:
        return table
    tools = table.get("tool", {})
    found = tools.get(TABLE) if isinstance(tools, Mapping) else None
    if found is not None and not isinstance(found, Mapping):
        raise GraderError(
            f"tool.{TABLE} is no table", where=str(file), remedy=f"Write [tool.{TABLE}]."
        )
    return found


def _checked(file: Path, key: str, value: Any) -> Any:
    """Return a value that a file sets, if the key is ours and the value of its type."""
    if key not in KEYS:
        meant = did_you_mean(key.replace("-", "_"), KEYS)
        raise GraderError(
            f"unknown key {key!r}", where=str(file), remedy=f"{meant}Known: {', '.join(KEYS)}."
        )
    if not _fits(key, value):
        raise GraderError(
            f"{key} = {value!r} is of the wrong kind",
            where=f"{file}, key {key}",
            remedy=f"Write {WANTED.get(key, 'a text')}.",
        )
    if key == "assignment" and (file.parent / value / "assignment.toml").is_file():
        return str(file.parent / value)
    return value


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in KEYS:
        variable = PREFIX + key.upper()
        text = environment.get(variable, "")
        if not text.strip():  # a workflow passes what is not set as an empty text
            continue
        value = _read(key, text.strip())
        if not _fits(key, value):
            raise GraderError(
                f"{variable} is {text!r}",
                where="the environment",
                remedy=f"Set it to {WANTED.get(key, 'a text')}, or unset it.",
            )
        found[key] = value
    return found


def _read(key: str, text: str) -> Any:
    """Return a variable's text as a value of the key's kind, or as it is."""
    if key == "seed" and text.isdecimal():
        return int(text)
    if key in SWITCHES and text.lower() in TRUE + FALSE:
        return text.lower() in TRUE
    return text


def _fits(key: str, value: Any) -> bool:
    if key == "seed":
        return type(value) is int and value >= 0
    if key in SWITCHES:
        return type(value) is bool
    return isinstance(value, str) and value in CHOICES.get(key, (value,))
