"""Gradients as an assertion: what the fixture ``check_gradients`` does."""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradcheck_grader.assignment import Assignment
from gradcheck_grader.catalog import find_assignment
from gradcheck_grader.check import Checker
from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport
from gradcheck_grader.settings import settings_for

INSTEAD = (
    "A submission runs confined, not in the process of the tests: only what can be found in a\n"
    "file by its name can be graded. Give a function that a file defines at its top level, or\n"
    "the path of the file."
)


class GradientsWrongError(AssertionError):
    """Not every gradient was right; ``report`` says more."""

    def __init__(self, text: str, report: GradeReport) -> None:
        super().__init__(text)
        self.report = report


def check(
    checker: Checker,
    target: str | os.PathLike[str] | Callable[..., Any],
    assignment: str,
    seed: int,
    allow_wrong: bool,
) -> GradeReport:
    """Grade a file, or one function of a file.

    Parameters
    ----------
    checker : Checker
        What grades; shared by all tests of a session.
    target : path or function
        Of a function, the file as it lies on the disk is graded, by the function's name: not the
        object, which lives in the process of the tests.
    assignment : str
        A name or a path; needed for a function.
    allow_wrong : bool
        Whether to return the report also if gradients are wrong.

    Raises
    ------
    GradientsWrongError
        If a gradient is wrong.
    GraderError
        If there is nothing to grade, or it could not be graded.
    """
    __tracebackhide__ = True
    is_function = callable(target) and not isinstance(target, str | os.PathLike)
    path = _file_of(target) if is_function else Path(target)  # type: ignore[arg-type]
    options = settings_for(path, {}, assignment=assignment or None, seed=seed)
    if is_function and not options.assignment:
        raise GraderError("a function needs assignment=: only whole files are recognised")
    try:
        with warnings.catch_warnings():  # a filter of the tests' must not end a grading
            warnings.simplefilter("ignore")
            if is_function:
                known = _asking_for(find_assignment(options.assignment), _plain(target).__name__)
                checked = checker.check_with(known, path, options)
            else:
                checked = checker.check(path, options)
    except GraderError as error:  # what is to be mended stands in its words, not in our lines
        raise error.with_traceback(None) from None
    if checked.fault is not None:
        raise checked.fault
    if not (allow_wrong or checked.report.all_correct):
        from gradcheck_grader.reports.text import render
        from gradcheck_grader.reports.typed import with_path

        # A function's file has the whole path of this machine, which nobody typed.
        shown = checked.report if is_function else with_path(checked.report, path)
        raise GradientsWrongError(f"\n{render(shown)}", checked.report)
    return checked.report


def _plain(target: Any) -> Any:
    """Return the function that decorators have wrapped."""
    return inspect.unwrap(target)


def _file_of(target: Any) -> Path:
    """Return the file that defines a function at its top level."""
    __tracebackhide__ = True
    plain = _plain(target)
    if not inspect.isfunction(plain):
        raise GraderError(f"{target!r} is neither a path nor a plain function", remedy=INSTEAD)
    name = plain.__qualname__
    if not name.isidentifier():  # a lambda, a method, a function inside another
        raise GraderError(f"{name} is not at the top level of a file", remedy=INSTEAD)
    file = inspect.getsourcefile(plain)
    if file is None or not Path(file).is_file():
        raise GraderError(f"the file that defines {name} is not there", remedy=INSTEAD)
    return Path(file)


def _asking_for(assignment: Assignment, name: str) -> Assignment:
    """Return the assignment that asks for a function of this name, where it asked for another."""
    __tracebackhide__ = True
    asked = {part.interface.function for part in assignment.parts}
    if len(asked) > 1:
        if any(name in names for names in asked):
            return assignment  # its parts ask for several functions: they are found by their names
        every = ", ".join(sorted({names[0] for names in asked}))
        raise GraderError(
            f"the assignment asks for several functions, and {name} is none of them",
            where=assignment.name,
            remedy=f"Name it as the handout does: {every}.",
        )
    parts = tuple(
        replace(part, interface=replace(part.interface, function=(name,)))
        for part in assignment.parts
    )
    return replace(assignment, parts=parts)
