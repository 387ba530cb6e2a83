"""Mistakes with what is kept or made again: sums that are not reset, another activation."""

from __future__ import annotations

from functools import partial

import numpy as np

from gradcheck_grader.diagnosis.chain import (
    Flow,
    Formula,
    Layer,
    right_gate,
    right_output,
    right_propagate,
    turn,
)
from gradcheck_grader.diagnosis.mistakes.conditions import batch, not_first, smooth, where
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.diagnosis.mistakes.output import SLOPES_FROM_VALUE
from gradcheck_grader.reference.activations import ACTIVATIONS, Array

OTHERS = ("sigmoid", "tanh", "relu")


def _over_examples(step: Formula) -> Formula:
    """Return the formula of a step to which each example adds: it holds those before as well."""
    return where(batch, lambda at, flow: np.cumsum(step(at, flow), axis=-1))


def _over_units(at: Layer, flow: Flow) -> Array:
    """Return dA of a layer if the sum over the units above goes on from unit to unit."""
    return np.cumsum(right_propagate(at, flow), axis=-2)


def _over_all(at: Layer, flow: Flow) -> Array:
    """Return dA of a layer if that sum goes on from example to example as well."""
    rows = turn(right_propagate(at, flow))
    flat = rows.reshape(*rows.shape[:-2], -1)
    return turn(np.cumsum(flat, axis=-1).reshape(rows.shape))


def _as(name: str, at: Layer) -> Array:
    """Return what another activation makes of a layer's Z, after dropout."""
    if at.name == name:
        raise ValueError("it is this layer's own")
    a = ACTIVATIONS[name].function(at.Z)
    return a if at.mask is None else a * at.mask


def _gate_of(name: str, at: Layer, flow: Flow) -> Array:
    return np.asarray(flow.da * SLOPES_FROM_VALUE[at.name](_as(name, at)))


def _dW_of(name: str, at: Layer, flow: Flow) -> Array:
    return flow.delta @ turn(_as(name, at.below))


KEPT: tuple[Mistake, ...] = (
    Mistake(
        "sum-not-reset",
        "A sum goes on where it should begin anew",
        "What belongs to one example, or to one unit, has that of those before it added in.",
        "What does your sum hold when the next turn of the loop begins?",
        output=(_over_examples(right_output),),
        propagate=(_over_units, _over_all, _over_examples(right_propagate)),
        gate=(_over_examples(right_gate),),
    ),
    Mistake(
        "another-activation",
        "Another function stands for this layer's activation",
        "What is used as the activation of a hidden layer is what another function makes of its z.",
        "Which function makes A_l from Z_l in the forward pass of this network? Where does your "
        "A_l come from?",
        gate=tuple(where(smooth, partial(_gate_of, name)) for name in OTHERS),
        dW=tuple(where(not_first, partial(_dW_of, name)) for name in OTHERS),
    ),
)
