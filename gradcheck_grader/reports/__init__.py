"""Outputs: every format is one function from a report to text, loaded when it is asked for."""

from __future__ import annotations

import inspect
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from gradcheck_grader.choices import Colour
from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports.context import Context
from gradcheck_grader.reports.style import style_for
from gradcheck_grader.whole import LONE, demand_writable, write_whole

Render = Callable[[GradeReport], str]

GROUP = "gradcheck_grader.reports"  # entry points of other packages: name -> module or function
FORMATS = {
    "text": "gradcheck_grader.reports.text",
    "json": "gradcheck_grader.reports.json",
    "markdown": "gradcheck_grader.reports.markdown",
    "html": "gradcheck_grader.reports.html",
    "junit": "gradcheck_grader.reports.junit",
    "sarif": "gradcheck_grader.reports.sarif",
    "github": "gradcheck_grader.reports.github",
    "gradescope": "gradcheck_grader.reports.gradescope",
    "prairielearn": "gradcheck_grader.reports.prairielearn",
    "classroom50": "gradcheck_grader.reports.classroom50",
    "github-classroom": "gradcheck_grader.reports.github_classroom",
}


def context_for(
    submission: Path, environment: Mapping[str, str], visibility: str = "visible"
) -> Context:
    """Return what formats may have to know of a submission at a path, read from here and now."""
    path = _in_checkout(submission, environment.get("GITHUB_WORKSPACE", ""))
    root: str | None = Path(path).parent.as_posix()
    if os.path.isdir(submission):
        root = path
    elif submission.suffix.lower() == ".zip":
        root = None
    return Context(path, root, os.urandom(16).hex(), dict(environment), visibility)


def _in_checkout(path: Path, workspace: str) -> str:
    """Return a path relative to the checkout that it lies in, as given where it lies in none."""
    whole = Path(os.path.abspath(path))
    if workspace and whole.is_relative_to(workspace):
        return whole.relative_to(workspace).as_posix()
    return path.as_posix()


def renderer(name: str, context: Context | None = None) -> Render:
    """Return the function that renders a report in a format; one that takes a context has it.

    Raises
    ------
    GraderError
        If there is no such format, or another package's does not load.
    """
    if name in FORMATS:
        render: Callable[..., str] = import_module(FORMATS[name]).render
        return _with_context(render, context)
    from gradcheck_grader.reports import plugins

    found = plugins.load(name, GROUP, tuple(FORMATS))
    return plugins.guarded(name, _with_context(found, context))


def _with_context(render: Callable[..., str], context: Context | None) -> Render:
    try:
        wants = "context" in inspect.signature(render).parameters
    except (TypeError, ValueError):  # of another package, and written in C
        wants = False
    return partial(render, context=context or Context()) if wants else render


def parse_targets(
    options: Sequence[str], context: Context | None = None
) -> tuple[tuple[Render, Path], ...]:
    """Return renderer and path of each ``FORMAT=PATH``.

    Raises
    ------
    GraderError
        If one has no ``=``, an unknown format, ``-`` for a path or one that cannot be written, or
        one is given twice.
    """
    targets: list[tuple[Render, Path]] = []
    for option in options:
        name, equals, path = option.partition("=")
        if not equals or not path:
            raise GraderError(
                f"--report takes FORMAT=PATH, not {option!r}", remedy="E.g. --report json=out.json"
            )
        if path == "-":
            raise GraderError(
                "--report writes files, and - is none",
                remedy=f"To print it: --format {name}. For a file of that name: {name}=./-",
            )
        demand_writable(Path(path), "--report")
        if any(os.path.realpath(path) == os.path.realpath(other) for _, other in targets):
            raise GraderError(f"two reports would be written to {path}", where="--report")
        targets.append((renderer(name, context), Path(path)))
    return tuple(targets)


def write_all(report: GradeReport, targets: Sequence[tuple[Render, Path]]) -> None:
    """Write each report whole or not at all; all are rendered before the first is written.

    One that cannot be rendered or written keeps none of the others from being written.

    Raises
    ------
    GraderError
        If a report could not be rendered or a file not be written.
    """
    rendered: list[tuple[Path, str]] = []
    failures: list[GraderError] = []
    for render, path in targets:
        try:
            rendered.append((path, render(report)))
        except GraderError as error:
            failures.append(error)
    for path, text in rendered:
        try:
            write_whole(path, text)
        except OSError as error:
            failures.append(GraderError(f"{path} cannot be written: {error.strerror}"))
    if failures:
        raise failures[0]


def show(report: GradeReport, name: str, colour: Colour, context: Context, typed: Path) -> None:
    """Print the report in a format, and append to the files of its platform what belongs there.

    Parameters
    ----------
    typed : Path
        The submission as its user named it; only the text for a terminal repeats it.

    Raises
    ------
    GraderError
        If the format lacks something, or a platform's file cannot be written.
    """
    if name == "text":
        show_text(report, colour, context, typed)
        return
    text = renderer(name, context)(report)
    if isinstance(sys.stdout, io.TextIOWrapper):  # the same bytes on every machine
        sys.stdout.reconfigure(encoding="utf-8", errors=LONE, newline="\n")
    sys.stdout.write(text)
    _append_all(report, name, context)


def _append_all(report: GradeReport, name: str, context: Context) -> None:
    """Append to the files of a format's platform what belongs there."""
    if name in FORMATS:
        additions = getattr(import_module(FORMATS[name]), "additions", None)
        for variable, addition in additions(report, context) if additions else ():
            _append(variable, context.environment.get(variable, ""), addition)


def _append(variable: str, path: str, text: str) -> None:
    """Append to a file that the platform named; without its name there is nothing to do."""
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8", errors=LONE, newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise GraderError(
            f"{path} cannot be written: {error.strerror}", where=f"the variable {variable}"
        ) from error


def show_text(report: GradeReport, colour: Colour, context: Context, typed: Path) -> None:
    """Print the report in the way that suits standard output."""
    from gradcheck_grader.reports import shield, text
    from gradcheck_grader.reports.typed import with_path

    shown = text.render(with_path(report, typed), style_for(sys.stdout, colour))
    sys.stdout.write(shield.in_log(shown, context))


def show_quiet(report: GradeReport, name: str, context: Context) -> None:
    """Print one line, whatever the format; its platform is told all the same.

    Raises
    ------
    GraderError
        If a platform's file cannot be written.
    """
    from gradcheck_grader.reports import shield, text

    sys.stdout.write(shield.in_log(text.render_quiet(report), context))
    _append_all(report, name, context)
