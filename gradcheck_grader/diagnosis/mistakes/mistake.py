"""What a mistake is: an id, words for the student, and the formulas that stand for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gradcheck_grader.diagnosis.chain import Formula, Layer
from gradcheck_grader.diagnosis.mistakes.conditions import everywhere

Step = Literal["output", "propagate", "gate", "dW", "db"]
STEPS: tuple[Step, ...] = ("output", "propagate", "gate", "dW", "db")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One way to get backpropagation wrong.

    Attributes
    ----------
    id : str
        Its name for good: reports and authors' notes refer to it.
    title, message, hint : str
        A heading of at most 60 characters, what is seen, and a question that leads to the cause.
        None of them holds the corrected line.
    output, propagate, gate, dW, db : tuple of Formula
        What the student computes in that step instead of the right thing, in as many spellings as
        differ in numbers. Empty for a mistake that is not a formula, such as a factor.
    when : callable
        Whether the mistake can be made in a layer; a formula that does not fit is left out anyway.
    prior : float
        Added to the cost of 1: above 0 for what is rarely meant where another name fits as well.
    sizes_matter : bool
        Whether the result depends on the size of what comes from above and not only on its
        direction, so that 1/m early and 1/m late differ.
    mean_is_open : bool
        Whether a further factor m or 1/m is part of the same mistake: where nothing is summed over
        the examples, no place for 1/m is the natural one.
    both : bool
        Whether it is a name for both gradients of a layer only, and never for one of them.
    worthless : bool
        Whether it is no attempt at all (zeros, a copy): never right "given the own values".
    """

    id: str
    title: str
    message: str
    hint: str
    output: tuple[Formula, ...] = ()
    propagate: tuple[Formula, ...] = ()
    gate: tuple[Formula, ...] = ()
    dW: tuple[Formula, ...] = ()
    db: tuple[Formula, ...] = ()
    when: Callable[[Layer], bool] = everywhere
    prior: float = 0.0
    sizes_matter: bool = False
    mean_is_open: bool = False
    both: bool = False
    worthless: bool = False

    def formulas(self, step: Step) -> tuple[Formula, ...]:
        """Return the formulas of one step."""
        found: tuple[Formula, ...] = getattr(self, step)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One formula of one mistake in one step; ``mistake`` is None for the right formula."""

    step: Step
    formula: Formula
    mistake: Mistake | None = None

    @property
    def id(self) -> str:
        """The mistake's id; empty for the right formula."""
        return self.mistake.id if self.mistake else ""
