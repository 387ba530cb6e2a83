"""Outputs: every format is one function from a report to text, loaded when it is asked for."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports.style import Colour, style_for

Render = Callable[[GradeReport], str]

FORMATS = {
    "text": "gradcheck_grader.reports.text",
    "json": "gradcheck_grader.reports.json",
}


def renderer(name: str) -> Render:
    """Return the function that renders a report in a format.

    Raises
    ------
    GraderError
        If there is no such format.
    """
    if name not in FORMATS:
        raise GraderError(f"there is no format {name!r}", remedy=f"Formats: {', '.join(FORMATS)}")
    render: Render = import_module(FORMATS[name]).render
    return render


def parse_targets(options: Sequence[str]) -> tuple[tuple[Render, Path], ...]:
    """Return renderer and path of each ``FORMAT=PATH``.

    Raises
    ------
    GraderError
        If one has no ``=``, an unknown format, or a path in no folder.
    """
    targets = []
    for option in options:
        name, equals, path = option.partition("=")
        if not equals or not path:
            raise GraderError(
                f"--report takes FORMAT=PATH, not {option!r}", remedy="E.g. --report json=out.json"
            )
        if not Path(path).absolute().parent.is_dir():
            raise GraderError(f"the folder of {path} does not exist", where="--report")
        targets.append((renderer(name), Path(path)))
    return tuple(targets)


def write_all(report: GradeReport, targets: Sequence[tuple[Render, Path]]) -> None:
    """Write each report whole or not at all.

    Raises
    ------
    GraderError
        If a file cannot be written.
    """
    for render, path in targets:
        try:
            write_whole(path, render(report))
        except OSError as error:
            raise GraderError(f"{path} cannot be written: {error.strerror}") from error


def write_whole(path: Path, text: str) -> None:
    """Write a text file under a temporary name beside it, then rename: never half a file."""
    handle, temporary = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def show_text(report: GradeReport, colour: Colour) -> None:
    """Print the report in the way that suits standard output."""
    from gradcheck_grader.reports import text

    sys.stdout.write(text.render(report, style_for(sys.stdout, colour)))


def show_quiet(report: GradeReport) -> None:
    """Print one line."""
    from gradcheck_grader.reports import text

    sys.stdout.write(text.render_quiet(report))
