"""What a diagnosis says: causes, what becomes of every gradient, and what stays open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.models import Finding
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.trials import Trial

Standing = Literal["correct", "charged", "consequence", "repeat", "unknown"]
Confidence = Literal["certain", "likely"]
OF_ONE_SIZE = ("one-batch-size", "one-output-unit", "one-output-width")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What the student returned on one diagnosis trial.

    Attributes
    ----------
    values : mapping
        By name (``dW2``), features x examples, in the truth's shape; None where there is none.
    raw : mapping
        Numbers of another shape as they came back, features x examples where they have two
        dimensions.
    """

    trial: Trial
    values: Mapping[str, Array | None]
    raw: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rival:
    """Another mistake that gives the same numbers."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Cause:
    """One mistake, wherever it was made.

    Attributes
    ----------
    gradients : tuple of str
        Those that are wrong by it, nearest to the loss first.
    places : tuple of str
        Steps in which it was made: ``dZ1``, ``dW2`` ...
    layer : int
        The first of them, walking back from the loss.
    agreement : str
        With how many digits, and on how many networks, it gives the numbers that came back.
    notes : tuple of str
        The number that belongs to the mistake in each of the places; empty texts where none does.
    """

    id: str
    title: str
    message: str
    hint: str
    agreement: str
    gradients: tuple[str, ...]
    places: tuple[str, ...]
    layer: int
    confidence: Confidence = "certain"
    rivals: tuple[Rival, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def evidence(self) -> str:
        """What makes us sure, in words."""
        notes = "; ".join(dict.fromkeys(note for note in self.notes if note))
        if self.agreement and notes:
            return f"{self.agreement} ({notes})"
        return self.agreement or notes

    def told_as(self, mistake: Mistake, places: tuple[str, ...]) -> Cause:
        """Return it under the name of a mistake that gives the same numbers, made in ``places``."""
        return replace(
            self,
            id=mistake.id,
            title=mistake.title,
            message=mistake.message,
            hint=mistake.hint,
            places=places,
            notes=("",) * len(places),
        )


@dataclass(frozen=True, slots=True)
class Charge:
    """What becomes of the points of one gradient.

    ``of`` is the mistake's id for ``charged`` and ``repeat``, and the step, such as ``dZ2``, for
    ``consequence``; for ``unknown`` it is the step that was located, or empty.
    """

    standing: Standing
    of: str = ""


@dataclass(frozen=True, slots=True)
class Unexplained:
    """What no known mistake gives: the gradients, the first wrong steps, and a sentence.

    ``formulas`` are what the wrong steps compute, where that could be found: the student's own
    formula, never the right one. ``is_scaled`` says that all are right up to one factor,
    ``is_infinite`` that it is not known which step is the first whose values are not finite.
    """

    gradients: tuple[str, ...]
    steps: tuple[str, ...]
    pattern: str
    formulas: tuple[str, ...] = ()
    is_scaled: bool = False
    is_infinite: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole diagnosis of one part."""

    causes: tuple[Cause, ...]
    gradients: Mapping[str, Charge]
    unexplained: Unexplained | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Findings about wrong values, and the standing of every gradient by name.

    ``is_infinite`` says that one of the findings looks for the first value that is not finite.
    """

    findings: tuple[Finding, ...]
    charges: Mapping[str, Charge]
    is_infinite: bool = False

    def tells_why(self, finding: Finding) -> bool:
        """Return whether a cause is named of all that a finding says to be right for one size.

        A number that is written down is right where it is met by chance: that is no second cause.
        """
        charges = [self.charges.get(name) for name in finding.gradients]
        named = all(one and one.standing not in ("correct", "unknown") for one in charges)
        told = named and not any(one and one.of == "odd-factor" for one in charges)
        return finding.id in OF_ONE_SIZE and told
