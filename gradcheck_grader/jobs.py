"""Calls of one part of an assignment as a job of the sandbox."""

from __future__ import annotations

from gradcheck_grader.assignment import Assignment, Part
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
) -> Job:
    """Return the sandbox's job of these calls.

    ``lines`` asks where what is computed, ``strict`` where a value is not finite first,
    ``one_object`` what a method gives when it is called again on the same object.
    """
    interface, limits = part.interface, assignment.limits
    return Job(
        files=submission.files + submission.neighbours,
        target=Target(
            functions=interface.function,
            arguments=interface.arguments,
            entries=_keys_of(calls[0]) if calls else (),
            owner=interface.owner,
            main=submission.main,
            optional=part.optional,
            lines=lines,
            strict=strict,
            rows=interface.layout == "rows",
            one_object=one_object,
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
