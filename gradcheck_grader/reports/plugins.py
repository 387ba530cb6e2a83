"""Formats of other packages: found by name, and kept from taking the grader down with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from gradcheck_grader.errors import GraderError
from gradcheck_grader.models import GradeReport
from gradcheck_grader.phrases import did_you_mean


def load(name: str, group: str, built_in: Sequence[str]) -> Callable[..., str]:
    """Return the function that an entry point of this name stands for.

    Raises
    ------
    GraderError
        If there is none, or two, or it cannot be loaded or called.
    """
    found = [point for point in entry_points(group=group) if point.name == name]
    if not found:
        raise _unknown(name, group, built_in)
    if len({point.value for point in found}) > 1:
        raise GraderError(
            f"two packages define the format {name!r}: {_sources(found)}",
            remedy="Uninstall one of them.",
        )
    where = f"the entry point {name} = {found[0].value} of {_sources(found[:1])}"
    try:
        loaded = found[0].load()
    except Exception as error:  # whatever another package does when it is imported
        raise GraderError(
            f"the format {name!r} does not load: {type(error).__name__}: {error}", where=where
        ) from error
    render: Any = getattr(loaded, "render", loaded)
    if not callable(render):
        raise GraderError(
            f"the format {name!r} is neither a function nor a module with a function render",
            where=where,
        )
    return render  # type: ignore[no-any-return]  # what it returns is looked at when it does


def guarded(name: str, render: Callable[[GradeReport], str]) -> Callable[[GradeReport], str]:
    """Return the function with every failure of it made an error that names the format."""
    return partial(_guarded, name, render)


def _guarded(name: str, render: Callable[[GradeReport], Any], report: GradeReport) -> str:
    try:
        text = render(report)
    except Exception as error:
        raise GraderError(
            f"the format {name!r} failed: {type(error).__name__}: {error}",
            remedy="It belongs to another package. Report it there, or choose another format.",
        ) from error
    if not isinstance(text, str):
        raise GraderError(f"the format {name!r} gave {type(text).__name__}, not text")
    return text


def _unknown(name: str, group: str, built_in: Sequence[str]) -> GraderError:
    names = [*built_in, *sorted({point.name for point in entry_points(group=group)})]
    remedy = f"{did_you_mean(name, names)}Formats: {', '.join(names)}."
    return GraderError(f"there is no format {name!r}", remedy=remedy)


def _sources(points: Sequence[EntryPoint]) -> str:
    return " and ".join(point.dist.name if point.dist else point.value for point in points)
