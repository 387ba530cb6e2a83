"""Mistakes in the delta of the output layer: where the loss meets the last activation."""

from __future__ import annotations

import numpy as np

from gradcheck_grader.diagnosis.chain import Layer
from gradcheck_grader.diagnosis.mistake import Mistake
from gradcheck_grader.reference.activations import ACTIVATIONS, Array, sigmoid

SLOPES_FROM_VALUE = {  # the rule in terms of the activation's own value, as textbooks give it
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a**2,
    "softmax": lambda a: a * (1 - a),
    "relu": lambda a: np.where(a > 0, 1.0, 0.0),
}


def cross_entropy(at: Layer) -> bool:
    """Return whether the loss is one that cancels the slope of its output activation."""
    return at.loss != "squared_error"


def binary(at: Layer) -> bool:
    """Return whether the loss is the binary cross-entropy."""
    return at.loss == "binary_cross_entropy"


def squared(at: Layer) -> bool:
    """Return whether the loss is the squared error."""
    return at.loss == "squared_error"


def softmax_output(at: Layer) -> bool:
    """Return whether the output layer is a softmax."""
    return at.last.name == "softmax"


def _error(at: Layer) -> Array:
    return np.asarray(at.A - at.Y)


def _decided(at: Layer) -> Array:
    """Return the predicted labels as zeros and ones."""
    if at.units == 1 or at.name != "softmax":
        return np.asarray(at.A > 0.5, dtype=np.float64)
    return np.asarray(at.A.max(axis=0, keepdims=True) == at.A, dtype=np.float64)


def _loss_values(at: Layer) -> Array:
    if at.loss == "binary_cross_entropy":
        return np.asarray(-(at.Y * np.log(at.A) + (1 - at.Y) * np.log(1 - at.A)))
    return np.asarray(-at.Y * np.log(at.A))


def _softmax_over_batch(at: Layer) -> Array:
    e = np.exp(at.Z)
    return np.asarray(e / e.sum(axis=1, keepdims=True))


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
        "loss-squared-error",
        "Gradient of the squared error, not of this loss",
        "These are the gradients of the squared error; the task asks for those of another loss.",
        "Write down the loss of this task and differentiate that one. Where would a 2 come from?",
        output=(lambda at, _: 2 * _error(at) * at.slope,),
        when=cross_entropy,
        prior=0.1,
    ),
    Mistake(
        "squared-error-on-softmax",
        "Squared error pulled back through the softmax",
        "The output error is that of a squared error on softmax outputs, not of the cross-entropy.",
        "Which loss does the task name? What is its derivative by one probability?",
        output=(lambda at, _: at.activation.pull_back(at.Z, _error(at)),),
        when=lambda at: cross_entropy(at) and softmax_output(at),
    ),
    Mistake(
        "loss-absolute-error",
        "Gradient of the absolute error, not of this loss",
        "Only the sign of each error is used, as the absolute error would have it.",
        "Should an error twice as large give the same gradient? Look at the loss of this task.",
        output=(
            lambda at, _: np.sign(_error(at)),
            lambda at, _: np.sign(_error(at)) * at.slope,
        ),
    ),
    Mistake(
        "output-missing-gprime",
        "The slope of the output activation is left out",
        "The error of the output layer lacks the slope of the last activation, as if the loss "
        "were the cross-entropy.",
        "Nothing cancels for the squared error. Which link between z_L and a_L is not in your "
        "product?",
        output=(lambda at, _: _error(at),),
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
        "bce-first-term-only",
        "Only the first term of the cross-entropy is differentiated",
        "Examples with label 0 give no error at all.",
        "What does your formula say for an example with label 0?",
        output=(lambda at, _: -at.Y * (1 - at.A),),
        when=binary,
    ),
    Mistake(
        "bce-second-term-sign",
        "Wrong sign in the second term of the cross-entropy",
        "Examples with label 0 have the wrong sign, those with label 1 are right.",
        "Differentiate log(1 - a) with respect to a, carefully, with the inner derivative.",
        output=(lambda at, _: -at.Y * (1 - at.A) - (1 - at.Y) * at.A,),
        when=binary,
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
        output=(lambda at, _: _error(at) ** 2, lambda at, _: _error(at) ** 2 * at.slope),
    ),
    Mistake(
        "absolute-error-as-delta",
        "The output error has lost its sign",
        "The output error is right in size and positive everywhere.",
        "A slope needs a direction. What happened to the sign?",
        output=(
            lambda at, _: np.abs(_error(at)),
            lambda at, _: np.abs(at.right),
        ),
    ),
    Mistake(
        "loss-value-as-delta",
        "The loss starts the chain instead of its derivative",
        "The output error equals the loss of each example.",
        "You start the chain from the loss; the chain starts from its derivative.",
        output=(lambda at, _: _loss_values(at),),
        when=cross_entropy,
    ),
    Mistake(
        "batch-mean-error-as-delta",
        "The output error is averaged over the batch too soon",
        "Every example gets the same output error: the mean over the batch.",
        "Every example keeps its own error until the very last step. Where do you average?",
        output=(
            lambda at, _: _spread(at, np.mean(at.right, axis=1, keepdims=True)),
            lambda at, _: _spread(at, np.mean(_error(at), axis=1, keepdims=True)),
            lambda at, _: np.mean(_error(at), axis=1, keepdims=True) * at.slope,
            lambda at, _: _spread(at, np.mean(_error(at), keepdims=True)),
            lambda at, _: np.mean(_error(at)) * at.slope,
        ),
        when=lambda at: at.m > 1,
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
            lambda at, _: _error(at) * (1 - at.A**2),
            lambda at, _: _error(at) * at.A * (1 - at.A),
            lambda at, _: _error(at) * (at.Z > 0),
            lambda at, _: _error(at) * ACTIVATIONS["sigmoid"].derivative(at.Z),
            lambda at, _: _error(at) * ACTIVATIONS["tanh"].derivative(at.Z),
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
        "output-gprime-at-activation",
        "The output slope is taken at A_L instead of Z_L",
        "A slope function that expects Z_L is given A_L, so the activation acts twice.",
        "Does your slope function expect z or the activation of z? What do you pass?",
        output=(lambda at, _: _error(at) * at.activation.derivative(at.A),),
        when=squared,
    ),
    Mistake(
        "output-gprime-formula-on-z",
        "The rule for the output slope is fed with Z_L",
        "The short rule for the slope, written for A_L, is used with Z_L.",
        "The short rule for this slope is written in terms of which quantity?",
        output=(lambda at, _: _error(at) * SLOPES_FROM_VALUE[at.name](at.Z),),
        when=squared,
    ),
    Mistake(
        "output-gprime-twice",
        "The output slope is applied twice",
        "The output error contains the square of the slope of the last activation.",
        "How many activations lie between z_L and the loss?",
        output=(lambda at, _: _error(at) * at.slope**2,),
    ),
    Mistake(
        "output-precedence-slip",
        "Brackets missing in the output slope",
        "The output error is what the slope gives when it is written without brackets.",
        "Put the numbers of one unit in by hand, with Python's precedence.",
        output=(lambda at, _: _error(at) * at.A - at.A, lambda at, _: _error(at) - at.A**2),
    ),
    Mistake(
        "cross-entropy-delta-ratio",
        "The output error is divided by the slope",
        "The error is divided by the slope of the last activation where it is to be multiplied.",
        "Multiply or divide: which side of the chain rule is a_L'(z_L) on?",
        output=(lambda at, _: _error(at) / at.slope,),
        when=squared,
    ),
    Mistake(
        "softmax-true-class-only",
        "Only the right class gets an error",
        "The outputs of all other classes get no error.",
        "Raise the score of a wrong class: does the loss stay the same?",
        output=(lambda at, _: at.Y * (at.A - 1),),
        when=softmax_output,
    ),
    Mistake(
        "softmax-minus-one-everywhere",
        "1 is subtracted in every class",
        "Every output has 1 subtracted, not only that of the right class.",
        "Only one class of each example is the right one. Where do you say which?",
        output=(lambda at, _: at.A - 1,),
        when=softmax_output,
    ),
    Mistake(
        "softmax-over-batch-axis",
        "The softmax is normalised over the examples",
        "The probabilities add up to one along the batch and not within an example.",
        "Do the class probabilities of one example add up to one in your code?",
        output=(lambda at, _: _softmax_over_batch(at) - at.Y,),
        when=lambda at: softmax_output(at) and at.m > 1,
    ),
    Mistake(
        "binary-ce-on-softmax",
        "Binary cross-entropy on softmax outputs",
        "The output error is the slope of a binary cross-entropy for each class apart.",
        "Which of the two cross-entropies does the task use?",
        output=(lambda at, _: _error(at) / (at.A * (1 - at.A)),),
        when=softmax_output,
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


def _spread(at: Layer, value: Array) -> Array:
    """Return one value for all examples in the shape of delta."""
    return np.asarray(np.broadcast_to(value, at.Z.shape))
