"""Which of the handed-in files holds the asked-for function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from ..facts import Facts, LoadFailure, listed, problem
from .definitions import Outline, outline
from .locate import Found, locate, missing
from .same import are_the_same
from .source import Source, candidates, read

Hit: TypeAlias = tuple[Source, Outline, Found]


def choose(files: Mapping[str, bytes], target: Mapping[str, Any]) -> Hit:
    """Return the file to look in, what is kept of it, and where the function stands in it."""
    main = target.get("main")
    if main is not None and main not in files:
        raise LoadFailure(problem("load", f"{main} was not handed in.", file=main))
    failures: list[Facts] = []
    hits: list[Hit] = []
    for path in candidates(files, main):
        try:
            source = read(path, files[path])
        except LoadFailure as failure:
            failures.append(failure.problem)
            continue
        plan = outline(source.units)
        found = locate(plan, target)
        if found is None:
            failures.append(missing(source, plan, target))
        else:
            hits.append((source, plan, found))
    if not hits:
        raise LoadFailure(_first_cause(failures, target))
    return _only(hits, files)


def _only(hits: list[Hit], files: Mapping[str, bytes]) -> Hit:
    """Return the one file that defines the function; others may import it from there."""
    own = [hit for hit in hits if hit[1].function(hit[2].name, hit[2].owner) is not None] or hits
    if are_the_same(own, files):
        return own[0]
    paths = listed([source.path for source, _, _ in own])
    message = f"{paths} define `{own[0][2].name}` in different ways: hand in the one that counts."
    raise LoadFailure(problem("load", message))


def _first_cause(failures: list[Facts], target: Mapping[str, Any]) -> Facts:
    """Return the failure to report when no file holds the function."""
    if len(failures) == 1:
        return failures[0]
    name = target["functions"][0]
    none = problem("missing", f"None of the {len(failures)} files defines `{name}`.")
    return next((failure for failure in failures if failure["kind"] == "load"), none)
