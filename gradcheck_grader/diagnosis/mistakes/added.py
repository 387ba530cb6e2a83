"""Mistakes that packages add: what fails in them is their author's fault, and told as one."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck_grader.diagnosis.chain import STOPS, Flow, Formula, Layer
from gradcheck_grader.diagnosis.mistakes.mistake import STEPS, Mistake
from gradcheck_grader.errors import AssignmentError
from gradcheck_grader.reference.activations import Array

GROUP = "gradcheck_grader.mistakes"
REMEDY = (
    "Mend or uninstall the package that brings it. A formula that does not fit a layer raises\n"
    "ValueError, KeyError or TypeError; all others return an array."
)


def any_added() -> bool:
    """Return whether a package adds mistakes."""
    return bool(entry_points(group=GROUP))


def added() -> list[Mistake]:
    """Return the mistakes that packages add, made so that their faults are told.

    Raises
    ------
    AssignmentError
        If an entry point fails, or gives something else.
    """
    found: list[Mistake] = []
    for point in entry_points(group=GROUP):
        try:
            found += [_told(mistake, point) for mistake in point.load()()]
        except Exception as error:
            raise AssignmentError(
                f"the mistakes of {point.name!r} cannot be loaded: {error}",
                where=f"entry point {point.value}",
                remedy="Mend or uninstall the package that brings it.",
            ) from error
    return found


def _told(mistake: object, point: EntryPoint) -> Mistake:
    if not isinstance(mistake, Mistake):
        raise TypeError(f"{mistake!r} is no Mistake")
    formulas: dict[str, Any] = {
        step: tuple(_formula(formula, mistake, point) for formula in mistake.formulas(step))
        for step in STEPS
    }
    return replace(mistake, when=_condition(mistake, point), **formulas)


def _formula(formula: Any, mistake: Mistake, point: EntryPoint) -> Formula:
    if not callable(formula):
        raise TypeError(f"{formula!r} in {mistake.id!r} is no formula")

    def applied(at: Layer, flow: Flow) -> Array:
        try:
            found = formula(at, flow)
        except STOPS:
            raise
        except Exception as error:
            raise _fault(error, mistake, point) from error
        if not isinstance(found, np.ndarray | np.generic):
            returned = TypeError(f"a formula returned {type(found).__name__}, not an array")
            raise _fault(returned, mistake, point)
        return np.asarray(found)

    return applied


def _condition(mistake: Mistake, point: EntryPoint) -> Callable[[Layer], bool]:
    def asked(at: Layer) -> bool:
        try:
            return bool(mistake.when(at))
        except Exception as error:
            raise _fault(error, mistake, point) from error

    return asked


def _fault(error: Exception, mistake: Mistake, point: EntryPoint) -> AssignmentError:
    return AssignmentError(
        f"the mistake {mistake.id!r} fails: {type(error).__name__}: {error}",
        where=", ".join([f"entry point {point.value}", *_place(error)]),
        remedy=REMEDY,
    )


def _place(error: Exception) -> Iterator[str]:
    """Yield where in the package's code it failed; the first frame is ours."""
    for frame in traceback.extract_tb(error.__traceback__)[1:2]:
        yield f"{Path(frame.filename).name}, line {frame.lineno}"
