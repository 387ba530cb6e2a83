"""From slips and readings to what becomes of every gradient.

The rule: each distinct mistake is charged in the first layer, walking back from the loss, in which
it appears. A gradient whose only faults are consequences, or repeats of a mistake that is charged
already, keeps its points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue
from gradcheck_grader.diagnosis.search.explanation import Charge
from gradcheck_grader.diagnosis.search.follow_through import Reading
from gradcheck_grader.diagnosis.search.hypothesis import LayerStory
from gradcheck_grader.diagnosis.search.placement import Placed
from gradcheck_grader.reference.network import kind_of, layer_of

# Both gradients of a layer from the delta above: one slip in its delta, not one in each of them.
COPIED = [("delta-of-wrong-layer",), ("db-of-wrong-layer",)]

BY_NOTE = frozenset(("l2-wrong-scale",))  # two of them with different notes are two mistakes
# The same slip where the loss meets the last activation, and in a hidden layer: one function.
SAME = {
    "output-gprime-at-activation": "gprime-at-activation",
    "output-gprime-formula-on-z": "gprime-formula-on-z",
    "output-gprime-twice": "gprime-twice",
    "output-gprime-of-error": "gprime-of-gradient",
    "output-precedence-slip": "precedence-slip",
}


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake in one place: a delta such as ``dZ1``, or a gradient."""

    id: str
    place: str
    note: str = ""
    is_factor: bool = False
    number: str = ""

    @property
    def mistake(self) -> tuple[str, str]:
        """What is charged once: the id, with the number where any number goes by that id."""
        return SAME.get(self.id, self.id), self.number

    @property
    def layer(self) -> int:
        """The layer of the place."""
        return layer_of(self.place)

    def reaches(self, gradient: str) -> bool:
        """Return whether the slip is in this gradient, made there or handed down."""
        if kind_of(self.place) == "dZ":
            return self.layer >= layer_of(gradient)
        return self.place == gradient


def slips_of(
    layers: Sequence[LayerStory], placed: Sequence[Placed], plain: Mapping[str, str]
) -> tuple[Slip, ...]:
    """Return all slips, the nearest to the loss first."""
    slips = [Slip(id, name) for name, id in plain.items()]
    for layer in layers:
        slips += [Slip(id, f"dZ{layer.number}", layer.note) for id in layer.ids]
        if [close.ids for close in layer.closes()] == COPIED:
            slips.append(Slip(COPIED[0][0], f"dZ{layer.number}"))
            continue
        for close in layer.closes():
            for id in close.ids:
                number = close.note if id in BY_NOTE else ""
                slips.append(Slip(id, close.gradient, close.note, number=number))
    for one in placed:
        factor = one.factor
        slips += [Slip(id, one.place, factor.words, True, factor.number(id)) for id in factor.ids]
    return tuple(sorted(dict.fromkeys(slips), key=lambda slip: -slip.layer))


def charge(catalogue: Catalogue, slips: Sequence[Slip], gradient: str) -> Charge:
    """Return what becomes of a wrong gradient whose slips are all known."""
    layer = layer_of(gradient)
    reaching = [slip for slip in slips if slip.reaches(gradient)]
    own = [slip for slip in reaching if slip.layer == layer]
    for slip in own:
        first = max(other.layer for other in slips if other.mistake == slip.mistake)
        if first == layer or catalogue[slip.id].worthless:
            return Charge("charged", slip.id)
    if own:
        return Charge("repeat", first_of(own[0], slips).id)
    # A factor of a delta may as well stand in each gradient below: it need not follow.
    factors = [slip for slip in reaching if slip.is_factor]
    if factors:
        return Charge("repeat", factors[-1].id)
    if not reaching:
        return Charge("unknown")
    return Charge("consequence", f"dZ{min(slip.layer for slip in reaching)}")


def first_of(slip: Slip, slips: Sequence[Slip]) -> Slip:
    """Return the slip by which a mistake is called: that nearest to the loss."""
    return next(other for other in slips if other.mistake == slip.mistake)


def charge_of_factor(depth: int, gradient: str) -> Charge:
    """Return what becomes of a gradient if all are wrong by one factor that has no name."""
    return Charge("unknown") if layer_of(gradient) == depth else Charge("repeat", "unexplained")


def charge_by_reading(readings: Mapping[int, Reading], gradient: str) -> Charge:
    """Return what becomes of a wrong gradient that no known mistake explains."""
    layer = layer_of(gradient)
    reading = readings.get(layer)
    if reading is None or reading.verdict == "unclear":
        return Charge("unknown")
    if reading.verdict == "dZ wrong":
        return Charge("unknown", f"dZ{layer}")
    if reading.verdict == f"{kind_of(gradient)} wrong":
        return Charge("unknown", gradient)
    wrong_above = [n for n in sorted(readings) if n > layer and readings[n].verdict == "dZ wrong"]
    if not wrong_above:
        return Charge("unknown")
    return Charge("consequence", f"dZ{wrong_above[0]}")


def first_infinite(infinite: Sequence[str]) -> tuple[str, ...]:
    """Return the step in which numbers stop being finite, where that is known.

    Both gradients of a layer may hold them from its delta, or from a factor that both have.
    """
    layer = layer_of(infinite[0])
    both = {f"dW{layer}", f"db{layer}"} <= set(infinite)
    return () if both else (infinite[0],)


def first_wrong(readings: Mapping[int, Reading], charges: Iterable[Charge]) -> tuple[str, ...]:
    """Return the steps that were located, the nearest to the loss first.

    None is told below a layer that could not be read: the first wrong step may be there.
    """
    unread = [number for number, one in readings.items() if one.verdict == "unclear"]
    steps = {c.of for c in charges if c.standing == "unknown" and c.of}
    steps = {step for step in steps if layer_of(step) > max(unread, default=0)}
    return tuple(sorted(steps, key=lambda step: (-layer_of(step), step)))
