"""Mistakes in the last step of a layer: from its delta to db."""

from __future__ import annotations

import numpy as np

from gradcheck_grader.diagnosis.chain import Flow, turn
from gradcheck_grader.diagnosis.mistakes.conditions import batch, not_last
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.reference.activations import Array


def _total(flow: Flow) -> Array:
    """Return the sum of a delta over units and examples."""
    return np.asarray(flow.delta.sum(axis=(-2, -1), keepdims=True))


DB: tuple[Mistake, ...] = (
    Mistake(
        "db-wrong-axis",
        "db is summed over the units",
        "db adds up, or averages, the units of each example instead of the examples of each unit.",
        "One number per unit. Over what do you add up?",
        db=(
            lambda at, flow: flow.delta.sum(axis=-2, keepdims=True),
            lambda at, flow: flow.delta.mean(axis=-2, keepdims=True),
        ),
        mean_is_open=True,
    ),
    Mistake(
        "db-summed-over-everything",
        "db is one number for the whole layer",
        "The sum, or the mean, runs over the units as well as over the examples.",
        "Each unit has its own bias. How many numbers should db_l have?",
        db=(
            lambda at, flow: _total(flow),
            lambda at, flow: _total(flow) / at.units,
            lambda at, flow: _total(flow) * np.ones((at.units, 1)),
            lambda at, flow: _total(flow) / at.units * np.ones((at.units, 1)),
        ),
    ),
    Mistake(
        "db-not-summed",
        "db is not summed over the examples",
        "db is the delta itself, with a column for every example.",
        "The same bias serves all examples. What happens to their contributions?",
        db=(lambda at, flow: flow.delta,),
        mean_is_open=True,
    ),
    Mistake(
        "db-uses-dA",
        "db is built from dA instead of dZ",
        "The slope of the activation is missing in db, while the other gradients have it.",
        "b_l feeds Z_l, not A_l. Which delta belongs here?",
        db=(lambda at, flow: flow.da.sum(axis=-1, keepdims=True),),
        mean_is_open=True,
    ),
    Mistake(
        "db-times-b",
        "db is multiplied by the bias",
        "db contains the bias itself as a factor.",
        "What is the slope of wx+b with respect to b?",
        db=(lambda at, flow: flow.delta.sum(axis=-1, keepdims=True) * at.b,),
    ),
    Mistake(
        "db-sums-dW",
        "db is made from dW",
        "db is the sum of the rows of dW.",
        "Does the input of the layer enter db_l?",
        db=(lambda at, flow: (flow.delta @ turn(at.A_below)).sum(axis=-1, keepdims=True),),
    ),
    Mistake(
        "db-absolute",
        "db has lost the signs",
        "db adds up the absolute values of the deltas.",
        "One example pulls the bias up, another down: what do the two make together?",
        db=(lambda at, flow: np.abs(flow.delta).sum(axis=-1, keepdims=True),),
    ),
    Mistake(
        "db-max",
        "db is the largest delta of the batch",
        "db takes one example, the largest, where all of them count.",
        "How do the examples combine in the loss?",
        db=(lambda at, flow: flow.delta.max(axis=-1, keepdims=True),),
        when=batch,
        mean_is_open=True,
    ),
    Mistake(
        "db-gated-again",
        "The slope is applied once more in db",
        "db contains the slope of its layer once more than the delta that it is made from.",
        "Whatever slope belongs here is in dZ_l already. Why is it in this line?",
        db=(lambda at, flow: (flow.delta * at.slope).sum(axis=-1, keepdims=True),),
    ),
    Mistake(
        "db-includes-activation",
        "The activation of the layer is in db",
        "The deltas are multiplied by the layer's activation before they are summed.",
        "What multiplies b in the forward pass?",
        db=(lambda at, flow: (flow.delta * at.A).sum(axis=-1, keepdims=True),),
    ),
    Mistake(
        "db-of-wrong-layer",
        "db belongs to another layer",
        "db is the bias gradient of the layer above.",
        "Which layer's delta do you sum for this bias?",
        db=(
            lambda at, flow: flow.above.sum(axis=-1, keepdims=True),
            lambda at, flow: flow.above.sum(axis=-1, keepdims=True) * np.ones((at.units, 1)),
        ),
        when=not_last,
    ),
)
