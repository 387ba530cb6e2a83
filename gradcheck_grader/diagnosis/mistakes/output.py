"""Mistakes in the delta of the output layer: where the loss meets the last activation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradcheck_grader.diagnosis.chain import Layer, turn
from gradcheck_grader.diagnosis.mistakes.conditions import (
    batch,
    binary,
    but,
    cross_entropy,
    smooth,
    squared,
    where,
)
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.reference.activations import ACTIVATIONS, Array, sigmoid

SLOPES_FROM_VALUE: dict[
    str, Callable[[Array], Array]
] = {  # the rule in terms of the activation's own value, as textbooks give it
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a**2,
    "softmax": lambda a: a * (1 - a),
    "relu": lambda a: np.where(a > 0, 1.0, 0.0),
}


def error(at: Layer) -> Array:
    """Return A - Y of the output layer."""
    return np.asarray(at.A - at.Y)


def spread(at: Layer, value: Array) -> Array:
    """Return one value for all examples in the shape of delta."""
    return np.asarray(np.broadcast_to(value, at.Z.shape))


def smooth_or_squared(at: Layer) -> bool:
    """Return whether each entry of dA meets a slope that has not cancelled in a usual formula."""
    return smooth(at) or squared(at)


def _decided(at: Layer) -> Array:
    """Return the predicted labels as zeros and ones."""
    if at.units == 1 or at.name != "softmax":
        return np.asarray(at.A > 0.5, dtype=np.float64)
    return np.asarray(at.A.max(axis=0, keepdims=True) == at.A, dtype=np.float64)


OUTPUT: tuple[Mistake, ...] = (
    Mistake(
        "output-extra-gprime",
        "One slope too many in the output layer",
        "The error of the output layer is multiplied by the slope of the last activation, as for "
        "another loss; with this loss that slope has cancelled.",
        "For this loss one factor cancels when dA_L meets the slope. Work dLoss/dA_L out and "
        "multiply: what is left?",
        output=(lambda at, _: at.right * at.slope,),
        when=cross_entropy,
    ),
    Mistake(
        "output-missing-gprime",
        "The slope of the output activation is left out",
        "The error of the output layer lacks the slope of the last activation, as if the loss "
        "were the cross-entropy.",
        "Nothing cancels for the squared error. Does your chain start with its slope, and which "
        "link lies between z_L and a_L?",
        output=(lambda at, _: error(at),),
        when=squared,
    ),
    Mistake(
        "output-dA-not-dZ",
        "dA of the output layer is used as its dZ",
        "The chain starts with the slope by A_L, and the step from A_L to Z_L is missing.",
        "That is the slope with respect to A_L. What still lies between A_L and Z_L?",
        output=(lambda at, _: at.dA,),
        when=cross_entropy,
    ),
    Mistake(
        "label-forgotten",
        "The labels do not enter the output error",
        "The error of the output layer is the activation itself, whatever the labels are.",
        "Would your dZ_L change if all labels changed?",
        output=(lambda at, _: at.A, lambda at, _: at.A * at.slope),
    ),
    Mistake(
        "error-uses-z",
        "Z_L is compared with the labels",
        "The error is taken from the pre-activation Z_L where the activation belongs.",
        "Labels are compared with predictions. Which of your cached arrays holds them?",
        output=(lambda at, _: at.Z - at.Y, lambda at, _: (at.Z - at.Y) * at.slope),
    ),
    Mistake(
        "thresholded-prediction",
        "The prediction is rounded before the error is taken",
        "Examples that are classified rightly give no error.",
        "Does your error vanish for an example predicted 0.51 with label 1? Should it?",
        output=(
            lambda at, _: _decided(at) - at.Y,
            lambda at, _: (_decided(at) - at.Y) * at.slope,
        ),
    ),
    Mistake(
        "squared-error-as-delta",
        "The squared error itself starts the chain",
        "The output error is the square of A_L - Y, so it is never negative.",
        "Is that a loss or a slope? Can yours ever be negative?",
        output=(lambda at, _: error(at) ** 2, lambda at, _: error(at) ** 2 * at.slope),
    ),
    Mistake(
        "absolute-error-as-delta",
        "The output error has lost its sign",
        "The output error is right in size and positive everywhere.",
        "A slope needs a direction. What happened to the sign?",
        output=(
            lambda at, _: np.abs(error(at)),
            lambda at, _: np.abs(at.right),
        ),
    ),
    Mistake(
        "batch-mean-error-as-delta",
        "The output error is averaged over the batch too soon",
        "Every example gets the same output error: the mean over the batch.",
        "Every example keeps its own error until the very last step. Where do you average?",
        output=(
            lambda at, _: spread(at, np.mean(at.right, axis=1, keepdims=True)),
            lambda at, _: spread(at, np.mean(error(at), axis=1, keepdims=True)),
            lambda at, _: np.mean(error(at), axis=1, keepdims=True) * at.slope,
            lambda at, _: spread(at, np.mean(error(at), keepdims=True)),
            lambda at, _: np.mean(error(at)) * at.slope,
        ),
        when=batch,
        mean_is_open=True,
    ),
    Mistake(
        "error-forgotten",
        "The output error is a slope with no error in it",
        "The delta of the output layer is the slope of its activation alone.",
        "Where does the label enter?",
        output=(lambda at, _: at.slope,),
    ),
    Mistake(
        "label-times-activation",
        "Label and activation are multiplied",
        "The output error is Y times A_L.",
        "What should dZ_L be for a perfect prediction?",
        output=(lambda at, _: at.Y * at.A, lambda at, _: -at.Y * at.A),
    ),
    Mistake(
        "output-wrong-activation-derivative",
        "The slope of another activation in the output layer",
        "The output error is multiplied by the slope of an activation that this layer does not "
        "have.",
        "Which function makes A_L from Z_L in this network?",
        output=(
            where(but("tanh"), lambda at, _: error(at) * (1 - at.A**2)),
            where(but("sigmoid", "softmax"), lambda at, _: error(at) * at.A * (1 - at.A)),
            where(but("relu"), lambda at, _: error(at) * (at.Z > 0)),
            where(
                but("sigmoid"), lambda at, _: error(at) * ACTIVATIONS["sigmoid"].derivative(at.Z)
            ),
            where(but("tanh"), lambda at, _: error(at) * ACTIVATIONS["tanh"].derivative(at.Z)),
        ),
        prior=0.02,
    ),
    Mistake(
        "dA-times-wrong-gprime",
        "dA of the output layer meets the slope of another activation",
        "The slope by A_L is right, but it is multiplied by the slope of another activation.",
        "dA_L is fine. Which activation does layer L have, and what is its slope?",
        output=(lambda at, _: at.dA * (1 - at.A**2), lambda at, _: at.dA * (at.Z > 0)),
        when=cross_entropy,
    ),
    Mistake(
        "only-activation-averaged",
        "Only one term of the error is averaged",
        "The activation is divided by the number of examples, the label is not.",
        "How far does your division reach: to the whole difference, or to its first term?",
        output=(lambda at, _: _half_averaged(at),),
        dW=(lambda at, _: _half_averaged(at) @ turn(at.A_below),),
        db=(lambda at, _: _half_averaged(at).sum(axis=-1, keepdims=True),),
        when=lambda at: at.is_last and batch(at) and cross_entropy(at),
        mean_is_open=True,
    ),
    Mistake(
        "only-label-averaged",
        "Only the label in the error is averaged",
        "The label is divided by the number of examples, the activation is not.",
        "How far does your division reach: to the whole difference, or to its last term?",
        output=(lambda at, _: np.asarray(at.A - at.Y / at.m),),
        when=lambda at: at.is_last and batch(at) and cross_entropy(at),
        # A sum over the batch in the slope of softmax gives the same numbers: both are told.
        prior=0.03,
        mean_is_open=True,
    ),
    Mistake(
        "output-times-activation",
        "The output error is multiplied by the activation",
        "The delta of the output layer is A_L - Y times the value of the activation, A_L.",
        "Work out for this loss which factor stands beside the error, if any. Is it A_L?",
        output=(lambda at, _: error(at) * at.A,),
    ),
    Mistake(
        "dA-times-activation",
        "dA of the output layer is multiplied by the activation",
        "The slope by A_L is right, but it is multiplied by the value of the activation and not "
        "by its slope.",
        "dA_L is fine. The chain rule asks for how fast A_L changes with Z_L: what do you "
        "multiply by?",
        output=(lambda at, _: at.dA * at.A,),
        when=binary,
    ),
    Mistake(
        "output-gprime-at-activation",
        "The output slope is taken at A_L instead of Z_L",
        "A slope function that expects Z_L is given A_L, so the activation acts twice.",
        "Does your slope function expect z or the activation of z? What do you pass?",
        output=(lambda at, _: at.dA * at.activation.derivative(at.A),),
        when=smooth_or_squared,
    ),
    Mistake(
        "output-gprime-formula-on-z",
        "The rule for the output slope is fed with Z_L",
        "The short rule for the slope, written for A_L, is used with Z_L.",
        "The short rule for this slope is written in terms of which quantity?",
        output=(lambda at, _: at.dA * SLOPES_FROM_VALUE[at.name](at.Z),),
        when=smooth_or_squared,
    ),
    Mistake(
        "output-gprime-of-error",
        "The output slope is taken at the error",
        "The rule for the slope of the last activation is given the error A_L - Y where a value of "
        "the forward pass belongs.",
        "At which point of the forward pass is the slope of the last activation to be taken?",
        output=(
            lambda at, _: SLOPES_FROM_VALUE[at.name](error(at)),
            lambda at, _: error(at) * SLOPES_FROM_VALUE[at.name](error(at)),
            lambda at, _: error(at) * at.activation.derivative(error(at)),
        ),
        when=lambda at: smooth(at) and squared(at),
    ),
    Mistake(
        "output-gprime-twice",
        "The output slope is applied twice",
        "The output error contains the square of the slope of the last activation.",
        "How many activations lie between z_L and the loss?",
        output=(lambda at, _: error(at) * at.slope**2,),
    ),
    Mistake(
        "output-precedence-slip",
        "Brackets missing in the output slope",
        "The output error is what a slope gives when it is written without brackets.",
        "Put the numbers of one unit in by hand, with Python's precedence.",
        output=(lambda at, _: error(at) * at.A - at.A, lambda at, _: error(at) - at.A**2),
    ),
    Mistake(
        "cross-entropy-delta-ratio",
        "The output error is divided by the slope",
        "The error is divided by the slope of the last activation where it is to be multiplied.",
        "Multiply or divide: which side of the chain rule is a_L'(z_L) on?",
        output=(lambda at, _: error(at) / at.slope,),
        when=squared,
    ),
    Mistake(
        "output-activation-twice",
        "The last activation is applied once more",
        "The activation is applied to A_L again before the error is taken.",
        "A_L has already been through the activation. What do you compare with Y?",
        output=(
            lambda at, _: sigmoid(at.A) - at.Y,
            lambda at, _: at.activation.function(at.A) - at.Y,
        ),
    ),
)


def _half_averaged(at: Layer) -> Array:
    return np.asarray(at.A / at.m - at.Y)
