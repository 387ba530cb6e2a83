"""The values that cross the seam between the grader and the sandbox.

What goes in is facts and arrays; no answer, rubric or seed has a place here. What comes out was
said by untrusted code: numbers to be judged, and text that is a hint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from gradcheck_grader.sandbox.child.lines.roles import Role
from gradcheck_grader.sandbox.child.values import Opaque, Subclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Call",
    "File",
    "Job",
    "Limits",
    "Loaded",
    "Note",
    "Opaque",
    "Problem",
    "Result",
    "Returned",
    "Step",
    "Subclass",
    "Target",
    "Value",
]

MIB = 1024 * 1024

Value: TypeAlias = (
    "NDArray[Any] | float | int | bool | complex | str | list[Value] | tuple[Value, ...]"
    " | dict[str, Value] | Opaque | Subclass | None"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use.

    Attributes
    ----------
    seconds : float
        CPU seconds for the whole job, by the kernel's clock.
    wall_seconds : float or None
        Outer bound by the wall clock; None is eight times ``seconds``, and four times
        as long for one that waits for its turn, so that a busy machine flips no verdict.
    memory_mb : int
        Heap in MiB, NumPy itself (about 80) included; mappings get 512 more.
    output_chars : int
        Printed text that is kept. A program that prints 800 bytes for each of these characters
        is stopped: 200 times as much, if each takes four.
    reply_bytes, items, depth : int
        Size of one returned value: bytes, values inside it, and how deep they nest. Gradients as
        nested lists have a value for each number.
    """

    seconds: float = 10.0
    wall_seconds: float | None = None
    memory_mb: int = 1024
    output_chars: int = 10_000
    reply_bytes: int = 8 * MIB
    items: int = 40_000
    depth: int = 4

    @property
    def wall(self) -> float:
        """Return the outer bound in seconds."""
        return 8 * self.seconds if self.wall_seconds is None else self.wall_seconds


@dataclass(frozen=True, slots=True)
class File:
    """One file as handed in; ``path`` is relative, with ``/`` between its parts."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """What to look for in the files: plain facts, no answers.

    Attributes
    ----------
    functions : tuple of str
        Accepted names, best first.
    arguments : tuple of str
        Names of the values that each call passes, in the interface's order.
    entries : tuple of tuple of str
        The keys of each of these values that is a dict, as the first call has them.
    packed : tuple of str
        What the values of a flat tuple among them are called, in their order.
    forms : dict
        Forms of those that are made of arrays, ``((A{l-1}, W{l}, b{l}), Z{l})`` for each layer.
    owner : str or None
        Name of the class whose method the function is, ``*`` for any class, None for a function.
    main : str or None
        Path of the file to look in; None is the only candidate.
    modules : tuple of str
        Importable modules besides the standard library and NumPy.
    survey : bool
        Ask about the whole file instead of one function; `sandbox.survey` makes such jobs.
    optional : bool
        Nobody has to hand the function in: one that cannot take the arguments is another one.
    lines, strict : bool
        Say as well where the function computes what (``Loaded.steps``), which takes a while; raise
        at the first operation of NumPy that gives a value that is not finite.
    rows : bool
        Examples are rows: what stands in for a softmax goes along each.
    one_object, own_cache : bool
        Call a method on one object every time; pass the cache of the file's own forward pass.
    """

    functions: tuple[str, ...]
    arguments: tuple[str, ...]
    entries: tuple[tuple[str, ...], ...] = ()
    packed: tuple[str, ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)
    owner: str | None = None
    main: str | None = None
    modules: tuple[str, ...] = ()
    survey: bool = False
    optional: bool = False
    lines: bool = False
    strict: bool = False
    rows: bool = False
    one_object: bool = False
    own_cache: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call: values in the order of ``Target.arguments``; attributes go on the owner's object.

    ``send_back`` names arguments and attributes whose value after the call is wanted (for functions
    that change them in place).
    """

    arguments: tuple[Value, ...]
    attributes: Mapping[str, Value] = field(default_factory=dict)
    send_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One submission and the calls to make; every job gets a process of its own."""

    files: tuple[File, ...]
    target: Target
    calls: tuple[Call, ...]
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why code could not be loaded, or a call gave no value.

    Attributes
    ----------
    kind : str
        error, timeout, memory, output, crash, missing, forbidden, load or protocol.
    message : str
        One or two sentences for a student.
    line, file, cell : int, str, int or None
        Where in what was handed in.
    source : str or None
        Text of that line, cut.
    caret : (int, int) or None
        Columns in ``source`` that a syntax error points at, counted from 0.
    frames : tuple of str
        The student's own frames, outermost first.
    exception : str or None
        Name of the exception's type.
    shapes : tuple of tuple of int
        Shapes of the operands, where the exception tells them.
    unfinished : str or None
        Id of the `Note` on what is still to be written, if that is behind it.
    """

    kind: str
    message: str
    line: int | None = None
    file: str | None = None
    cell: int | None = None
    source: str | None = None
    caret: tuple[int, int] | None = None
    frames: tuple[str, ...] = ()
    exception: str | None = None
    shapes: tuple[tuple[int, ...], ...] = ()
    unfinished: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth saying about the source that costs nothing by itself."""

    id: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A statement that computes a gradient, or a delta, or a part of one.

    Attributes
    ----------
    name : str
        dW, db or dZ.
    layer : int
        Its layer; 0 for every layer that has no step of its own, -1 for the last one.
    role : Role
        What it does there.
    clean : bool
        Whether nothing that the statement reads was computed elsewhere, such as a slope; the
        forward pass done again does not count.
    alone : bool
        The same, and the forward pass counts.
    aside : bool
        Whether it stands in another function than the one that is graded.
    scaled, numbered, negated : bool
        Whether the statement divides, averages or multiplies by a number; whether that is another
        number than 1; whether it negates.
    reversed : bool
        Whether something is taken off the labels in it.
    line, file, cell, source, caret
        Where it stands, as in `Problem`.
    """

    name: str
    layer: int
    role: Role
    clean: bool = True
    alone: bool = True
    aside: bool = False
    scaled: bool = False
    numbered: bool = False
    negated: bool = False
    reversed: bool = False
    line: int | None = None
    file: str | None = None
    cell: int | None = None
    source: str | None = None
    caret: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found in the files: the function, its arguments, and every function's name."""

    function: str
    line: int | None = None
    signature: tuple[str, ...] | None = None
    defined: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """What one call returned; ``modified`` names arguments that it changed (a hint).

    ``after`` is what was to be sent back; where that is nothing, the numbers that a method has set
    on its object: attributes, and dicts of those that an attribute holds.
    """

    value: Value
    modified: tuple[str, ...] = ()
    after: Mapping[str, Value] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What became of a job.

    Attributes
    ----------
    loaded : Loaded or None
        None when loading failed; then ``problem`` says why and ``outcomes`` is empty.
    outcomes : tuple of Returned or Problem
        One a call; after a kill the rest repeat that Problem.
    output : str
        What it printed, cleaned and cut.
    isolation : tuple of str
        What was in force, in words for the report.
    """

    loaded: Loaded | None
    problem: Problem | None
    outcomes: tuple[Returned | Problem, ...]
    output: str = ""
    isolation: tuple[str, ...] = ()
