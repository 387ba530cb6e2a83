"""Asking about a whole file: what it defines, and what functions of it compute.

Everything is read and run in the child; what it says is a hint, read strictly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcheck_grader.sandbox.client import Sandbox
from gradcheck_grader.sandbox.facts import read_function
from gradcheck_grader.sandbox.job import Call, File, Job, Limits, Problem, Returned, Target, Value

LIMITS = Limits(seconds=3.0, items=40_000, depth=10)


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """What a reader sees of one function, or method of ``owner``.

    Attributes
    ----------
    parameters : tuple of (name, kind)
        Kinds are required, optional, keyword, args and kwargs; without ``self``.
    keys : tuple of (holder, key)
        ``cache["A1"]`` is ("cache", "A1"), ``cache[f"A{l}"]`` is ("cache", "A{}"); a text that
        stands elsewhere has no holder.
    unpacks : tuple of (holder, names)
        ``(Z1, A1) = cache`` is ("cache", ("Z1", "A1")).
    counted_in : tuple of str
        Holders of which it takes an item by number: ``caches[L - 1]``, ``cache[0]``.
    uses : tuple of str
        Names of what it reads: variables, functions, attributes.
    loops : bool
        Whether it loops at all.
    layout : tuple of int
        How much in it speaks for examples in rows, and how much for columns.
    """

    name: str
    owner: str | None
    line: int
    parameters: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, str], ...]
    unpacks: tuple[tuple[str, tuple[str, ...]], ...]
    counted_in: tuple[str, ...]
    uses: tuple[str, ...]
    loops: bool
    layout: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A call of whichever of some functions is there.

    Attributes
    ----------
    functions : tuple of str
        Names, best first; ``*`` stands for anything in one.
    orders : tuple of tuple of str
        Argument lists to try in turn, as names of ``values``.
    attributes : mapping
        Set on the object of a method.
    """

    functions: tuple[str, ...]
    orders: tuple[tuple[str, ...], ...]
    values: Mapping[str, Value]
    attributes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """The facts, and an answer for each question: (returned value, attributes), or None."""

    functions: tuple[FunctionFacts, ...]
    answers: tuple[Value, ...]
    problem: Problem | None = None


def survey(
    sandbox: Sandbox,
    files: tuple[File, ...],
    main: str | None,
    questions: Sequence[Question],
) -> Surveyed:
    """Ask about the files, all in one confined process.

    Raises
    ------
    MachineError
        If the sandbox cannot do its work.
    """
    target = Target((), ("functions", "orders", "values"), main=main, survey=True)
    asked = [_call(Question((), (), {})), *map(_call, questions)]
    result = sandbox.run(Job(files, target, tuple(asked), LIMITS))
    if result.problem is not None:
        return Surveyed((), (None,) * len(questions), result.problem)
    facts, *answers = (
        outcome.value if isinstance(outcome, Returned) else None for outcome in result.outcomes
    )
    return Surveyed(_functions(facts), tuple(answers))


def _call(question: Question) -> Call:
    orders: list[Value] = [list(order) for order in question.orders]
    return Call((list(question.functions), orders, dict(question.values)), question.attributes)


def _functions(facts: Any) -> tuple[FunctionFacts, ...]:
    """Return the facts that can be understood; a child that says nonsense has told nothing."""
    if not isinstance(facts, list):
        return ()
    read = (read_function(item) for item in facts)
    return tuple(FunctionFacts(**item) for item in read if item is not None)
