"""Calls of one part of an assignment as a job of the sandbox."""

from __future__ import annotations

from gradcheck_grader.assignment import Assignment, Part
from gradcheck_grader.interface import expanded
from gradcheck_grader.reference.network import layer_of
from gradcheck_grader.sandbox.job import Call, Job, Limits, Target
from gradcheck_grader.submission import Submission


def job_of(
    part: Part,
    submission: Submission,
    assignment: Assignment,
    calls: tuple[Call, ...],
    *,
    lines: bool = False,
    strict: bool = False,
    one_object: bool = False,
    own_cache: bool = False,
) -> Job:
    """Return the sandbox's job of these calls.

    ``lines`` asks where what is computed, ``strict`` where a value is not finite first,
    ``one_object`` what a method gives when it is called again on the same object, ``own_cache``
    what a function gives that gets the cache of its file's own forward pass.
    """
    interface, limits = part.interface, assignment.limits
    asked = interface.arguments
    return Job(
        files=submission.files + submission.neighbours,
        target=Target(
            functions=interface.function,
            arguments=interface.arguments,
            entries=_keys_of(calls[0]) if calls else (),
            packed=_names_of_a_flat_cache(part),
            forms={name: interface.values[name] for name in asked if name in interface.values},
            owner=interface.owner,
            main=submission.main,
            optional=part.optional,
            lines=lines,
            strict=strict,
            rows=interface.layout == "rows",
            one_object=one_object,
            own_cache=own_cache,
        ),
        calls=calls,
        limits=Limits(
            seconds=limits.seconds,
            memory_mb=limits.memory_mb,
            output_chars=limits.output_chars,
        ),
    )


def _keys_of(call: Call) -> tuple[tuple[str, ...], ...]:
    """Return the keys of each argument that is a dict, none for others."""
    return tuple(tuple(value) if isinstance(value, dict) else () for value in call.arguments)


def _names_of_a_flat_cache(part: Part) -> tuple[str, ...]:
    """Return what the values of a flat cache are called, nothing where that is none of one size."""
    low, high = part.network.depth
    if part.interface.cache_form != "tuple" or low != high:
        return ()
    dropped = high - 1 if part.network.keep_prob else 0  # layers that have a mask
    names = expanded(part.interface.cache, high)
    there = [name for name in names if not name.endswith("?") or layer_of(name[:-1]) <= dropped]
    return tuple(name.removesuffix("?") for name in there)
