"""Mistakes with masks: where a ReLU was on, and what dropout kept."""

from __future__ import annotations

from functools import partial

import numpy as np

from gradcheck_grader.diagnosis.chain import Flow, Formula, Layer
from gradcheck_grader.diagnosis.mistakes.conditions import dropped, kinked, named, where
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.diagnosis.mistakes.output import SLOPES_FROM_VALUE
from gradcheck_grader.reference.activations import LEAKY_SLOPE, Array


def leaks(*slopes: float) -> tuple[Formula, ...]:
    """Return the formulas of a ReLU with one of these slopes below zero."""

    def with_slope(slope: float, at: Layer, flow: Flow) -> Array:
        return np.asarray(flow.da * np.where(at.Z > 0, 1.0, slope))

    return tuple(partial(with_slope, slope) for slope in slopes)


def _kept(at: Layer) -> float:
    """Return the share of the units that happened to be kept."""
    return float(np.mean(np.asarray(at.mask) > 0))


def _keep_prob(at: Layer) -> float:
    return at.network.keep_prob[at.number - 1]


MASK: tuple[Mistake, ...] = (
    Mistake(
        "relu-mask-inverted",
        "The ReLU mask is upside down",
        "Units that were on get no blame, units that were off get all of it.",
        "Which units were on in the forward pass: those you keep or those you zero?",
        gate=(lambda at, flow: flow.da * (at.Z < 0),),
        when=kinked,
    ),
    Mistake(
        "relu-product-compared",
        "A product is compared with zero as a whole",
        "The delta of this layer is 1 where a product with dA is positive, and 0 elsewhere: how "
        "large dA is has been lost.",
        "What does Python do first, multiply or compare? Print a few entries of this delta.",
        gate=(
            lambda at, flow: (flow.da * at.Z > 0) * 1.0,
            lambda at, flow: (flow.da * at.A > 0) * 1.0,
        ),
        when=kinked,
        mean_is_open=True,
    ),
    Mistake(
        "relu-mask-on-gradient",
        "ReLU is applied to the gradient",
        "Negative entries of dA are set to zero, whatever the units did in the forward pass.",
        "A slope depends on the forward pass, not on what comes back. Which array do you test?",
        gate=(
            lambda at, flow: np.maximum(flow.da, 0.0),
            where(dropped, lambda at, flow: np.maximum(flow.undropped, 0.0) / _keep_prob(at)),
        ),
    ),
    Mistake(
        "leaky-slope",
        "A leak in the slope of ReLU",
        "Where z is negative the slope is small but not zero.",
        "What is the slope of max(0,z) for negative z?",
        gate=leaks(LEAKY_SLOPE, 0.1, 0.2),
        when=named("relu"),
    ),
    Mistake(
        "leak-in-place-of-delta",
        "Where z is negative, the delta is overwritten",
        "Where z is negative, the delta is one small number, the same whatever comes from above.",
        "What is to become of dA where z is negative: is it multiplied, or replaced?",
        gate=(lambda at, flow: np.where(at.Z > 0, flow.da, LEAKY_SLOPE),),
        when=kinked,
        sizes_matter=True,
    ),
    Mistake(
        "leak-of-another-size",
        "Another leak than that of this layer",
        "Where z is negative the slope is the leak of another leaky ReLU, larger or smaller than "
        "this layer's.",
        "How steep is this layer's activation for negative z? Which number does your slope have "
        "there?",
        gate=leaks(0.001, 0.1, 0.2, 0.3),
        when=named("leaky_relu"),
    ),
    Mistake(
        "leaky-slopes-swapped",
        "The two slopes of the leaky ReLU are swapped",
        "The slope used is small where z is positive, and 1 elsewhere.",
        "On which side of zero is the leaky ReLU steep?",
        gate=(lambda at, flow: flow.da * np.where(at.Z > 0, LEAKY_SLOPE, 1.0),),
        when=named("leaky_relu"),
    ),
    Mistake(
        "relu-derivative-sign",
        "The slope left of zero is -1",
        "Where z is negative, dA is passed on with its sign changed.",
        "Draw the activation of this layer. What is its slope left of zero?",
        gate=(lambda at, flow: flow.da * np.sign(at.Z),),
        when=kinked,
    ),
    Mistake(
        "dropout-mask-forgotten",
        "The dropout mask is missing on the way back",
        "Units that were dropped in the forward pass still get blame.",
        "Which units took part in the forward pass? What did dropout multiply them by?",
        gate=(
            lambda at, flow: flow.undropped * at.slope,
            lambda at, flow: flow.undropped * at.slope / _keep_prob(at),
        ),
        when=dropped,
    ),
    Mistake(
        "dropout-mask-averaged",
        "Divided by the share of units that happened to be kept",
        "The delta is divided by the mean of the mask where the keep probability belongs.",
        "By what did the forward pass divide: by the probability, or by how many units it kept?",
        gate=(lambda at, flow: flow.da * at.slope * _keep_prob(at) / _kept(at),),
        when=dropped,
    ),
    Mistake(
        "dropout-slope-from-dropped-activation",
        "The slope is taken from the activation after dropout",
        "The rule for the slope is fed with the activation after it was masked and scaled.",
        "Which value of the activation is the slope rule written for: before or after dropout?",
        gate=(lambda at, flow: flow.da * SLOPES_FROM_VALUE[at.name](at.A),),
        when=dropped,
    ),
)
