"""In what forms a file is asked: those in which assignments call, and one that many files have."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck_grader.assignment import Part
from gradcheck_grader.interface import is_turned


@dataclass(frozen=True, slots=True)
class Setting:
    """In what form values are passed: all that matters to a forward pass or a cost.

    ``weights_turned`` is whether W_l is (n_{l-1}, n_l), ``several`` whether there are several
    output units, ``single`` whether there is one example only.
    """

    depth: int
    layout: str = "columns"
    weights_turned: bool = False
    flat_biases: bool = False
    labels: str = "columns"
    several: bool = False
    single: bool = False


def settings_of(part: Part) -> tuple[Setting, ...]:
    """Return the forms in which a part would call: at its least depth, and at 3 if it has that."""
    low, high = part.network.depth
    interface = part.interface
    return tuple(
        Setting(
            depth,
            interface.layout,
            is_turned(interface, "W"),
            interface.flat_biases,
            interface.labels,
            part.network.outputs[1] > 1,
            part.network.examples == (1, 1),
        )
        for depth in range(low, max(low, min(high, 3)) + 1)
    )


STRANGE = (Setting(3, "rows", weights_turned=True, several=True),)
"""Forms that no assignment has and many files have: what they are for can be said, too."""
