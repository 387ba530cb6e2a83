"""A hypothesis: what the student did in the layers walked so far, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradcheck_grader.diagnosis.chain import Flow
from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue
from gradcheck_grader.diagnosis.search.closing import Close
from gradcheck_grader.reference.activations import Array
from gradcheck_grader.reference.network import layer_of

KEPT = 8  # hypotheses that go on to the next layer
MARGIN = 1.3  # and how much dearer than the cheapest they may be
REPEAT = 0.05  # the same mistake in one more place
MEAN = 0.15  # an m that a mistake takes in: it may as well be a slip of its own
OPEN = 2.5  # a gradient that stays unexplained: dearer than two slips


@dataclass(frozen=True, slots=True, eq=False)
class LayerStory:
    """One layer: how its delta came about, and how its two gradients came from it.

    ``ids`` are the delta's mistakes. ``dW`` and ``db`` are None where the gradient is open or did
    not come back. ``absorbed`` is the factor m, 1/m or 1 on each trial that belongs to the delta's
    mistake, ``flows`` are what the layer hands down, ``note`` is a number that belongs to it.
    """

    number: int
    ids: tuple[str, ...]
    dW: Close | None
    db: Close | None
    absorbed: Array
    flows: tuple[Flow, ...]
    note: str = ""

    def closes(self) -> tuple[Close, ...]:
        """Return the gradients that are explained."""
        return tuple(close for close in (self.dW, self.db) if close)


@dataclass(frozen=True, slots=True, eq=False)
class Hypothesis:
    """The layers walked so far, the output layer first.

    ``flows`` is what the lowest of them hands down on every trial, ``scale`` the factor that its
    delta carries, ``is_right`` whether no delta so far is wrong, ``open`` the gradients that came
    back and are not explained.
    """

    layers: tuple[LayerStory, ...]
    flows: tuple[Flow, ...]
    scale: Array
    is_right: bool
    open: tuple[str, ...]
    cost: float


def cost_of(catalogue: Catalogue, ids: Iterable[str]) -> float:
    """Return the cost of mistakes: each counts once, a further place of the same one little."""
    total, met = 0.0, set()
    for id in ids:
        total += REPEAT if id in met else 1.0 + catalogue[id].prior
        met.add(id)
    return total


def formula_ids(layers: Iterable[LayerStory]) -> list[str]:
    """Return the ids of all mistakes that are formulas, with repeats."""
    ids: list[str] = []
    for layer in layers:
        ids += layer.ids
        for close in layer.closes():
            ids += close.ids
    return ids


def story_ids(layers: Sequence[LayerStory]) -> list[str]:
    """Return the ids of all mistakes, with repeats, factors of single gradients included."""
    closes = [close for layer in layers for close in layer.closes()]
    return [*formula_ids(layers), *(id for close in closes for id in close.name.ids)]


def cost_of_layers(
    catalogue: Catalogue, layers: Sequence[LayerStory], ids: Iterable[str], is_open: Sequence[str]
) -> float:
    """Return the cost of layers with these mistakes, and with these gradients left open."""
    means = sum(bool(close.takes_mean) for layer in layers for close in layer.closes())
    return cost_of(catalogue, ids) + MEAN * means + OPEN * len(is_open)


def explains_layer(hypothesis: Hypothesis) -> bool:
    """Return whether no gradient of the lowest layer is open."""
    number = hypothesis.layers[-1].number
    return not any(layer_of(name) == number for name in hypothesis.open)


def is_plain(hypothesis: Hypothesis) -> bool:
    """Return whether one mistake at most explains the lowest layer: nothing is simpler."""
    return explains_layer(hypothesis) and len(layer_ids(hypothesis)) <= 1


def is_half_told(hypothesis: Hypothesis) -> bool:
    """Return whether the lowest layer has a mistake in one gradient, and the other is open."""
    layer = hypothesis.layers[-1]
    told = [close for close in layer.closes() if close.ids or close.name.ids]
    return len(told) == 1 and not layer.ids and not explains_layer(hypothesis)


def layer_ids(hypothesis: Hypothesis) -> set[str]:
    """Return the ids of the different mistakes in the lowest layer."""
    return set(story_ids(hypothesis.layers[-1:]))


def pruned(found: Iterable[Hypothesis]) -> list[Hypothesis]:
    """Return the hypotheses that go on to the next layer, the cheapest first."""
    ordered = sorted(found, key=lambda hypothesis: hypothesis.cost)[:KEPT]
    return [item for item in ordered if item.cost <= ordered[0].cost + MARGIN]
