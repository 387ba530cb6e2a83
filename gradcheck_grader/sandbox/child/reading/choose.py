"""Which of the handed-in files holds the asked-for function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from ..facts import Facts, LoadFailure, listed, note, problem
from .definitions import Outline, outline
from .locate import Found, locate, missing, takes
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
    return _only(hits, files, target)


def _only(hits: list[Hit], files: Mapping[str, bytes], target: Mapping[str, Any]) -> Hit:
    """Return the one file that defines the function; others may import it from there."""
    if len(hits) == 1:
        return hits[0]
    own = [hit for hit in hits if hit[1].function(hit[2].name, hit[2].owner) is not None] or hits
    if are_the_same(own, files):
        return own[0]
    ranks = [_rank(*hit, target) for hit in own]
    best = [hit for hit, rank in zip(own, ranks, strict=True) if rank == min(ranks)]
    if are_the_same(best, files):
        return _chosen(best[0], [hit for hit in own if hit not in best])
    paths = listed([source.path for source, _, _ in best])
    message = f"{paths} define `{best[0][2].name}` in different ways: hand in the one that counts."
    raise LoadFailure(problem("load", message))


def _rank(_: Source, plan: Outline, found: Found, target: Mapping[str, Any]) -> tuple[int, ...]:
    """Return how far a function is from the one that is asked for, as inside of one file.

    Projects have a ``backward`` for every kind of layer beside the function that calls them.
    """
    names = list(target["functions"])
    place = names.index(found.name) if found.name in names else len(names)
    is_method = found.owner is not None and target.get("owner") is None
    return not takes(found, plan, target), is_method, place


def _chosen(hit: Hit, others: Sequence[Hit]) -> Hit:
    """Return the file that is graded, with a note that tells which are not."""
    source, plan, found = hit
    left = listed([f"{path.path}: {other.full_name}" for path, _, other in others])
    message = f"`{source.path}: {found.full_name}` is graded, not {left}."
    return source, plan, replace(found, notes=(*found.notes, note("file-chosen", message)))


def _first_cause(failures: list[Facts], target: Mapping[str, Any]) -> Facts:
    """Return the failure to report when no file holds the function."""
    if len(failures) == 1:
        return failures[0]
    name = target["functions"][0]
    none = problem("missing", f"None of the {len(failures)} files defines `{name}`.")
    return next((failure for failure in failures if failure["kind"] == "load"), none)
