"""Which of the handed-in files holds the asked-for function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from ..facts import Facts, LoadFailure, listed, note, problem
from .absent import is_begun, missing, pointer
from .definitions import Outline, outline
from .locate import Found, layers_in, locate, takes
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
    layers: list[Hit] = []
    pointers: dict[str, str | None] = {}
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
            pointers[path] = pointer(source, plan, target)
            layers += [(source, plan, one) for one in layers_in(plan, target)[:1]]
        else:
            hits.append((source, plan, found))
    if not hits:
        raise LoadFailure(_first_cause(failures, pointers, files, target))
    return _only(hits, layers, files, target)


def _only(
    hits: list[Hit], layers: list[Hit], files: Mapping[str, bytes], target: Mapping[str, Any]
) -> Hit:
    """Return the one file that defines the function; others may import it from there."""
    own = [hit for hit in hits if hit[1].function(hit[2].name, hit[2].owner) is not None] or hits
    if len(own) == 1 or are_the_same(own, files):
        return _chosen(own[0], layers) if layers else own[0]
    ranks = [_rank(*hit, target) for hit in own]
    best = [hit for hit, rank in zip(own, ranks, strict=True) if rank == min(ranks)]
    if are_the_same(best, files):
        return _chosen(best[0], [*(hit for hit in own if hit not in best), *layers])
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


def _first_cause(
    failures: list[Facts],
    pointers: Mapping[str, str | None],
    files: Mapping[str, bytes],
    target: Mapping[str, Any],
) -> Facts:
    """Return the failure to report when no file holds the function.

    What need not be handed in is not missed in a file that cannot be read, unless it begins there.
    """
    if len(failures) == 1:
        return failures[0]
    broken = [failure for failure in failures if failure["kind"] == "load"]
    if target.get("optional"):
        broken = [one for one in broken if _begins_in(files.get(one["file"] or "", b""), target)]
    if broken:
        return broken[0]
    told = [f" In {path}: {text[0].lower()}{text[1:]}" for path, text in pointers.items() if text]
    message = f"None of the {len(failures)} files defines `{target['functions'][0]}`."
    return problem("missing", message + "".join(told[:1]))


def _begins_in(content: bytes, target: Mapping[str, Any]) -> bool:
    return is_begun(target["functions"], content.decode(errors="replace"))
