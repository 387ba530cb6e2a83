"""What an assignment says: the values of ``assignment.toml``, and how they must fit together.

What a single value may be stands in its annotation, which pydantic reads where an author's file is
checked (``assignment_check.py``).
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from gradcheck_grader.choices import Hints
from gradcheck_grader.family import Family
from gradcheck_grader.forms import names_passed
from gradcheck_grader.reference.network import Network

if TYPE_CHECKING:
    from pydantic import Field, FiniteFloat

    from gradcheck_grader.constraints import Name, Owner, Rate, Share, Spelling

Policy = Literal["note", "mistake"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """How the student's function is called, and how its answer is named.

    Attributes
    ----------
    function : tuple of str
        Accepted names; the first is the one that the handout asks for.
    arguments : tuple of str
        What is passed, in order: names that ``interface.py`` knows.
    layout : {"columns", "rows"}
        An example is a column (W1 is (n_1, n_0), b1 (n_1, 1)) or a row (W1 is (n_0, n_1),
        b1 (1, n_1)).
    weights : {"out, in", "in, out"} or None
        The shape of W_l where it is not the layout's own: (n_l, n_{l-1}) also where examples are
        rows, or (n_{l-1}, n_l) where they are columns.
    cache : tuple of str
        Entries of the cache; ``{l}`` runs over the layers. ``D{l}?`` stands for those layers alone
        that have a D: the output layer has no mask.
    cache_form : {"dict", "tuple"}
        Whether the cache is a dict or a flat tuple of its entries.
    values : dict
        Further arguments, as forms of names: ``caches = "((A{l-1}, W{l}, b{l}), Z{l})"``. A form
        with ``{l}`` is a list with an item for every layer; one may name another.
    labels : {"columns", "integers"}
        Y as an array with a row for every output unit, or as the classes' numbers, shape (m,).
    flat_biases : bool
        Whether biases and their gradients have shape (n,).
    one_keep_prob : bool
        Whether all dropped layers share one keep probability, passed as a number.
    owner : str or None
        The class whose method the function is; ``*`` for any class.
    attributes : dict
        Attributes that are set on its object, as such forms; a name with ``{l}`` is one a layer.
    keys : tuple of str
        Spellings accepted for a key of the answer, best first, over ``{name}`` (``W1``, ``b1``
        ...) or ``{kind}`` and ``{l}``.
    thetas : {"C", "F"} or None
        Whether the answer is in Thetas, weights with their bias as first column: one by one, or as
        one vector that is unrolled row by row (C) or column by column (F).
    unrolled : bool
        Whether the gradients may come as one vector: dW1, db1, dW2 ... each row by row.
    """

    function: Annotated[tuple[Name, ...], Field(min_length=1)]
    arguments: tuple[str, ...]
    layout: Literal["columns", "rows"] = "columns"
    weights: Literal["out, in", "in, out"] | None = None
    cache: tuple[str, ...] = ("A0", "Z{l}", "A{l}")
    cache_form: Literal["dict", "tuple"] = "dict"
    values: dict[str, str] = field(default_factory=dict)
    labels: Literal["columns", "integers"] = "columns"
    flat_biases: bool = False
    one_keep_prob: bool = False
    owner: Owner | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    keys: Annotated[tuple[Spelling, ...], Field(min_length=1)] = ("d{name}",)
    unrolled: bool = False
    thetas: Literal["C", "F"] | None = None

    def __post_init__(self) -> None:
        if not self.arguments and not self.attributes:
            raise ValueError("arguments and attributes are empty: the function is given nothing")
        twice = [name for name in self.arguments if self.arguments.count(name) > 1]
        if twice:
            raise ValueError(f"{twice[0]} stands twice in arguments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A family of networks with its own points.

    Attributes
    ----------
    kind : {"gradients", "step", "descent"}
        Whether the function returns gradients; or, given gradients, the parameters after a step of
        gradient descent; or finds the gradients and takes the step itself.
    trials : int
        Networks that are drawn; at least one of each depth, or some points could not be had.
    points : dict
        Points of each gradient ``dW2`` (of a step: of each parameter ``W2``).
    learning_rate : (float, float)
        Of a step: each trial draws its own.
    optional : bool
        A function that is not handed in then costs nothing: its points are not counted.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: str = ""
    kind: Literal["gradients", "step", "descent"] = "gradients"
    interface: Interface
    network: Family
    trials: Annotated[int, Field(ge=2, le=1000)] = 12
    points: dict[str, Annotated[int, Field(ge=0)]]
    learning_rate: tuple[Rate, Rate] = (0.01, 0.01)
    optional: bool = False

    def __post_init__(self) -> None:
        self._points_name_every_gradient()
        self._keys_tell_layers_apart()
        self._labels_can_be_numbers_of_classes()
        self._passes_what_the_gradients_need()
        self._every_depth_is_drawn()

    def _points_name_every_gradient(self) -> None:
        missing = [name for name in self.names if name not in self.points]
        unknown = [name for name in self.points if name not in self.names]
        said = f"points are missing for {', '.join(missing)}" if missing else ""
        said += ", and " * bool(missing and unknown)
        if unknown:
            are = "is" if len(unknown) == 1 else "are"
            said += f"points are given for {', '.join(unknown)}, which {are} never graded"
        if said:
            raise ValueError(said)

    def _keys_tell_layers_apart(self) -> None:
        for key in self.interface.keys:
            if self.network.depth[1] > 1 and not re.search(r"\{(name|l)\}", key):
                raise ValueError(f"keys: {key!r} is the same in every layer: add {{l}}")

    def _labels_can_be_numbers_of_classes(self) -> None:
        if self.interface.labels == "integers" and self.network.loss == "squared_error":
            raise ValueError(
                'labels = "integers" needs a cross-entropy: squared_error has real targets'
            )

    def _passes_what_the_gradients_need(self) -> None:
        family, interface = self.network, self.interface
        forms = (*interface.arguments, *interface.attributes.values())
        names = names_passed(forms, interface.values, interface.cache)
        low, high = self.learning_rate
        if low > high:
            raise ValueError(f"learning_rate runs from {low} to {high}")
        if low < high and "learning_rate" not in names:
            raise ValueError(
                "learning_rate varies, but is not passed: make it an argument, or give it one "
                "number that the handout says"
            )
        if self.kind == "step":
            return
        if family.keep_prob and not {"D1", "d1"} & names:
            raise ValueError("keep_prob drops units, but no mask is passed: put D{l}? in the cache")
        for key, name in (("l2", "lambd"), ("keep_prob", "keep_prob")):
            low, high = getattr(family, key) or (0, 0)
            if low < high and name not in names:
                raise ValueError(
                    f"{key} varies, but {name} is not passed: make it an argument, or give "
                    f"{key} one number that the handout says"
                )

    def _every_depth_is_drawn(self) -> None:
        low, high = self.network.depth
        if self.trials < high - low + 1:
            raise ValueError(f"{self.trials} trials are too few for the depths {low} to {high}")

    @property
    def names(self) -> tuple[str, ...]:
        """What is graded on the deepest networks, and so on any, nearest to the loss first."""
        kinds = ("dW", "db") if self.kind == "gradients" else ("W", "b")
        layers = range(self.network.depth[1], 0, -1)
        return tuple(f"{kind}{layer}" for layer in layers for kind in kinds)

    def in_order(self, met: Container[str]) -> tuple[str, ...]:
        """Return those of the names that were met, nearest to the loss first."""
        return tuple(name for name in self.names if name in met)

    def network_of(
        self, widths: tuple[int, ...], *, l2: float = 0.0, keep_prob: tuple[float, ...] = ()
    ) -> Network:
        """Return a network of this part's kind, with these sizes and factors."""
        family = self.network
        return Network(
            widths=widths,
            activations=family.activations(len(widths) - 1),
            loss=family.loss,
            reduction=family.reduction,
            l2=l2,
            penalty_form=family.penalty_form,
            keep_prob=keep_prob,
            error_form=family.error_form,
            one_class=self.interface.labels == "integers",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Answers that are inexact or misshapen by intent: a note at full points, or a mistake.

    Attributes
    ----------
    flat_bias : {"note", "mistake"}
        A bias gradient of shape (n,) or (1, n) for (n, 1).
    float32 : {"note", "mistake"}
        Results in single precision.
    guard : float
        Largest ``epsilon`` of a guard such as ``log(a + epsilon)`` that is a note.
    rounded : {"note", "mistake"}
        Results rounded to some decimals.
    """

    flat_bias: Policy = "note"
    float32: Policy = "note"
    guard: Annotated[FiniteFloat, Field(ge=0)] = 1e-7
    rounded: Policy = "mistake"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimits:
    """What one part's calls may use together."""

    seconds: Annotated[FiniteFloat, Field(gt=0)] = 10.0
    memory_mb: Annotated[int, Field(ge=128)] = 1024
    output_chars: Annotated[int, Field(ge=0)] = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A whole assignment; ``folder`` holds its handout, starter and examples.

    ``hints`` is the most that a report may say of causes.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}  # an unknown key is an error, at any depth
    name: str
    folder: Path
    title: str
    summary: str
    total: Annotated[int, Field(ge=1)]
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    accept: Accept = Accept()
    follow_through: Share = "full"
    hints: Hints = "full"
    limits: CallLimits = CallLimits()
    file: str | None = None

    def __post_init__(self) -> None:
        names = [part.name for part in self.parts]
        if len(set(names)) < len(names):
            raise ValueError("two parts have the same name")
        if all(part.optional for part in self.parts):
            raise ValueError("every part is optional, so nothing is asked")
        given = sum(sum(part.points.values()) for part in self.parts)
        if given != self.total:
            raise ValueError(f"the points add up to {given}, but total is {self.total}")

    def limited(self, limits: Mapping[str, float | None]) -> Assignment:
        """Return the assignment with other limits; None leaves one as it is."""
        given: Any = {key: value for key, value in limits.items() if value is not None}
        return replace(self, limits=replace(self.limits, **given))

    def with_all_parts(self) -> Assignment:
        """Return the assignment with every part asked for, so that all have the same maximum."""
        parts = tuple(replace(part, optional=False) for part in self.parts)
        return replace(self, parts=parts)

    @property
    def follow_through_share(self) -> float:
        """Share of its points that a gradient keeps if it only follows from another's mistake."""
        if isinstance(self.follow_through, float):
            return self.follow_through
        return 1.0 if self.follow_through == "full" else 0.0
