"""Where factors stand: on a delta, and so in everything below it, or on single gradients.

The search finds the factor of every gradient; 1/m in all of them is one slip in the output delta
rather than one in each. The fewest slips are sought, layer by layer from the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue
from gradcheck_grader.diagnosis.search.closing import Close, Closer
from gradcheck_grader.diagnosis.search.factors import Factor
from gradcheck_grader.diagnosis.search.hypothesis import REPEAT, LayerStory, cost_of
from gradcheck_grader.diagnosis.search.target import same
from gradcheck_grader.reference.activations import Array

KEPT = 12
UNDONE = 3.0  # a slip that makes a gradient right again: a few plain slips are likelier


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One factor slip: its name, and its place, ``dZ2`` for a delta or the gradient ``dW2``."""

    factor: Factor
    place: str


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    scale: Array
    placed: tuple[Placed, ...]
    cost: float
    is_right: bool  # no formula was wrong so far: a factor of 1 is a right gradient
    undone: int  # right gradients in which a slip takes another one back


def place(closer: Closer, layers: Sequence[LayerStory]) -> tuple[Placed, ...]:
    """Return the fewest factor slips that give the factors of all gradients."""
    one = np.ones(len(closer.bench.trials))
    if all(_same(close.factor, one) for layer in layers for close in layer.closes()):
        return ()  # nothing to place, the usual case
    paths = [_Path(one, (), 0.0, is_right=True, undone=0)]
    for layer in layers:
        longer = [next_ for path in paths for next_ in _through(closer, path, layer)]
        paths = sorted(longer, key=lambda path: path.cost)[:KEPT]
    return paths[0].placed if paths else ()


def _through(closer: Closer, path: _Path, layer: LayerStory) -> list[_Path]:
    """Return the ways to place the factors of one layer."""
    closes = layer.closes()
    one = np.ones(len(closer.bench.trials))
    is_right = path.is_right and not layer.ids
    found: list[_Path] = []
    given = path.scale * layer.absorbed
    for scale in _choices(given, closes):
        placed = _named(closer, scale / given, f"dZ{layer.number}")
        if placed is None:
            continue
        extra, undone = list(placed), path.undone
        for close in closes:
            own = _named(closer, close.factor / scale, close.gradient)
            if own is None:
                break
            extra += own
            undone += bool(own) and is_right and not close.ids and _same(close.factor, one)
        else:
            slips = (*path.placed, *extra)
            cost = placed_cost(closer.bench.catalogue, slips) + UNDONE * undone
            found.append(_Path(scale, slips, cost, is_right, undone))
    return found


def _choices(scale: Array, closes: Sequence[Close]) -> list[Array]:
    choices = [scale]
    for close in closes:
        if not any(_same(close.factor, choice) for choice in choices):
            choices.append(close.factor)
    return choices


def _same(a: Array, b: Array) -> bool:
    return same(a, b, 1e-6)


def _named(closer: Closer, ratio: Array, where: str) -> tuple[Placed, ...] | None:
    """Return the slip that gives a factor here: none for 1; None if the factor has no name."""
    if _same(ratio, np.ones_like(ratio)):
        return ()
    name = closer.name(ratio)
    return None if name is None else (Placed(name, where),)


def placed_cost(catalogue: Catalogue, placed: Sequence[Placed]) -> float:
    """Return the cost of factor slips, what their names cost beyond the usual included."""
    factors: dict[tuple[str, str], Factor] = {}
    total = 0.0
    for slip in placed:
        for id in slip.factor.ids:
            key = id, slip.factor.number(id)
            total += REPEAT if key in factors else cost_of(catalogue, [id])
            factors[key] = slip.factor
    beyond = (factor.cost - cost_of(catalogue, factor.ids) for factor in factors.values())
    return total + sum(value for value in beyond if value > 0.0)
