"""All mistakes that can be named, and those that other packages add.

A package adds mistakes by an entry point of the group ``gradcheck_grader.mistakes``: a function
that returns an iterable of ``Mistake``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradcheck_grader.diagnosis import chain
from gradcheck_grader.diagnosis.chain import Formula, Layer
from gradcheck_grader.diagnosis.mistakes.added import GROUP, added
from gradcheck_grader.diagnosis.mistakes.bias import DB
from gradcheck_grader.diagnosis.mistakes.gate import GATE
from gradcheck_grader.diagnosis.mistakes.gradient import DW
from gradcheck_grader.diagnosis.mistakes.kept import KEPT
from gradcheck_grader.diagnosis.mistakes.loss import LOSS
from gradcheck_grader.diagnosis.mistakes.mask import MASK
from gradcheck_grader.diagnosis.mistakes.mistake import STEPS, Mistake, Step, Variant
from gradcheck_grader.diagnosis.mistakes.other import FACTORS, PENALTY, RESULT
from gradcheck_grader.diagnosis.mistakes.output import OUTPUT
from gradcheck_grader.diagnosis.mistakes.propagate import PROPAGATE, UPDATED_WEIGHTS
from gradcheck_grader.diagnosis.mistakes.upstream import UPSTREAM
from gradcheck_grader.errors import AssignmentError

BUILT_IN = (
    *OUTPUT, *LOSS, *PROPAGATE, UPDATED_WEIGHTS, *GATE, *UPSTREAM, *MASK, *DW, *DB, *KEPT,
    *FACTORS, *PENALTY, *RESULT,
)  # fmt: skip
RIGHT: dict[Step, Formula] = {
    "output": chain.right_output,
    "propagate": chain.right_propagate,
    "gate": chain.right_gate,
    "dW": chain.right_dW,
    "db": chain.right_db,
}


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Mistakes by id, and their formulas by step, each step's right formula first."""

    mistakes: dict[str, Mistake]
    variants: dict[Step, tuple[Variant, ...]]

    def __getitem__(self, id: str) -> Mistake:
        """Return the mistake of this id."""
        return self.mistakes[id]

    def at(self, step: Step, layer: Layer) -> Iterator[Variant]:
        """Yield the variants of a step that can occur in this layer, the right one first."""
        for variant in self.variants[step]:
            if variant.mistake is None or variant.mistake.when(layer):
                yield variant

    def pairs(self, layer: Layer) -> Iterator[tuple[Variant, Variant]]:
        """Yield the variants of dW and db that make one mistake, where it is made in both only."""
        for dW in self.at("dW", layer):
            if dW.mistake and dW.mistake.both:
                yield from ((dW, db) for db in self.at("db", layer) if db.id == dW.id)


def build(mistakes: Iterable[Mistake] = BUILT_IN) -> Catalogue:
    """Return a catalogue of these mistakes.

    Raises
    ------
    AssignmentError
        If two of them have the same id.
    """
    by_id: dict[str, Mistake] = {}
    for mistake in mistakes:
        if mistake.id in by_id:
            raise AssignmentError(
                f"two mistakes are called {mistake.id!r}",
                where=f"entry points of the group {GROUP}",
                remedy="Rename one of them, or uninstall the package that brings it.",
            )
        by_id[mistake.id] = mistake
    variants: dict[Step, tuple[Variant, ...]] = {
        step: (
            Variant(step, RIGHT[step]),
            *(Variant(step, f, one) for one in by_id.values() for f in one.formulas(step)),
        )
        for step in STEPS
    }  # fmt: skip
    return Catalogue(by_id, variants)


def installed() -> Catalogue:
    """Return the catalogue of the built-in mistakes and of those that packages add.

    Raises
    ------
    AssignmentError
        If an entry point fails, or if two mistakes have the same id.
    """
    return build((*BUILT_IN, *added()))
