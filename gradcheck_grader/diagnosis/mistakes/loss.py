"""Mistakes about the loss: another one's gradient, half of this one's, or a softmax misread."""

from __future__ import annotations

import numpy as np

from gradcheck_grader.diagnosis.chain import Flow, Formula, Layer
from gradcheck_grader.diagnosis.mistakes.conditions import (
    batch,
    binary,
    cross_entropy,
    one_hot,
    softmax_output,
    squared,
    where,
)
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.diagnosis.mistakes.output import error, spread
from gradcheck_grader.reference.activations import Array


def _loss_values(at: Layer) -> Array:
    if binary(at):
        return np.asarray(-(at.Y * np.log(at.A) + (1 - at.Y) * np.log(1 - at.A)))
    return np.asarray(-at.Y * np.log(at.A))


def _squares(at: Layer) -> Array:
    return np.asarray(error(at) ** 2)


def _of_costs(*costs: Formula) -> tuple[Formula, ...]:
    """Return formulas of one number as every error of the output, alone and times the slope."""

    def alone(cost: Formula) -> Formula:
        return lambda at, flow: spread(at, cost(at, flow))

    def sloped(cost: Formula) -> Formula:
        return lambda at, flow: cost(at, flow) * at.slope

    return tuple(make(cost) for cost in costs for make in (alone, sloped))


def _softmax_over_batch(z: Array) -> Array:
    e = np.exp(z)
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def _softmax_over_all(z: Array) -> Array:
    e = np.exp(z)
    return np.asarray(e / e.sum())


def _less_one_in_examples(at: Layer, _: Flow) -> Array:
    """Return A with 1 taken off the examples whose numbers occur as labels."""
    labels = np.asarray(at.Y.any(axis=1))
    if labels[at.m :].any():
        raise ValueError("there is no example of such a number")
    delta = at.A.copy()
    delta[:, np.flatnonzero(labels)] -= 1
    return delta


def _less_one_in_classes(at: Layer, _: Flow) -> Array:
    """Return A with 1 taken off the classes that occur, in every example."""
    return np.asarray(at.A - at.Y.any(axis=1, keepdims=True))


PICKED = (
    "How many numbers does it take to point at one entry of an array? How many of them do your "
    "labels give?"
)
LOSS: tuple[Mistake, ...] = (
    Mistake(
        "loss-squared-error",
        "Gradient of the squared error, not of this loss",
        "These are the gradients of the squared error; the task asks for those of another loss.",
        "Write down the loss of this task and differentiate that one. Where would a 2 come from?",
        output=(lambda at, _: 2 * error(at) * at.slope,),
        when=cross_entropy,
        prior=0.1,
    ),
    Mistake(
        "squared-error-on-softmax",
        "Squared error pulled back through the softmax",
        "The output error is that of a squared error on softmax outputs, not of the cross-entropy.",
        "Which loss does the task name? What is its derivative by one probability?",
        output=(lambda at, _: at.activation.pull_back(at.Z, error(at)),),
        when=lambda at: cross_entropy(at) and softmax_output(at),
    ),
    Mistake(
        "loss-absolute-error",
        "Gradient of the absolute error, not of this loss",
        "Only the sign of each error is used, as the absolute error would have it.",
        "Should an error twice as large give the same gradient? Look at the loss of this task.",
        output=(
            lambda at, _: np.sign(error(at)),
            lambda at, _: np.sign(error(at)) * at.slope,
        ),
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
        "bce-wrong-denominator",
        "A wrong denominator in the slope of the cross-entropy",
        "The output error is as if a term of the slope by A_L were divided by the wrong one of A_L "
        "and 1 - A_L.",
        "Each term of the loss has a logarithm. Of what is it, and what does its derivative divide "
        "by?",
        output=(
            lambda at, _: (1 - 2 * at.Y) / at.A * at.slope,
            lambda at, _: (1 - 2 * at.Y) / (1 - at.A) * at.slope,
            lambda at, _: ((1 - at.Y) / at.A - at.Y / (1 - at.A)) * at.slope,
        ),
        when=binary,
    ),
    Mistake(
        "prediction-upside-down",
        "1 - A_L is compared with the labels",
        "The output error is that of 1 - A_L, as a sigmoid gives it whose exponent has the other "
        "sign.",
        "Where is your prediction near 1: for a large z, or for one far below zero?",
        output=(lambda at, _: 1 - at.A - at.Y,),
        when=binary,
        prior=0.05,  # a wrong denominator in both terms gives the same numbers: both are told
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
        "cost-as-delta",
        "The loss of the whole batch starts the chain",
        "Every example gets the same output error: one number, the value of a loss.",
        "One number says how bad all predictions are together. What does the chain start with, and "
        "is that the same for every example?",
        output=_of_costs(
            where(cross_entropy, lambda at, _: _loss_values(at).sum()),
            where(cross_entropy, lambda at, _: _loss_values(at).sum() / at.m),
            lambda at, _: _squares(at).sum(),
            lambda at, _: _squares(at).mean(),
            where(squared, lambda at, _: _squares(at).sum() / 2),
            where(squared, lambda at, _: _squares(at).sum() / 2 / at.m),
        ),
        when=batch,
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
        "labels-one-class-off",
        "The labels are one class off",
        "1 is subtracted in the class before that of the example, or in the one after it.",
        "With which number does the first class begin, in your labels and in the array that you "
        "subtract from?",
        output=(
            lambda at, _: at.A - np.roll(at.Y, -1, axis=0),
            lambda at, _: at.A - np.roll(at.Y, 1, axis=0),
        ),
        when=one_hot,
    ),
    Mistake(
        "labels-not-one-hot",
        "The number of a class is subtracted from every output",
        "Each output of an example loses the number of its class, as if that were its target.",
        "Which target does each output have, for an example of the last class? Write them down.",
        output=(lambda at, _: at.A - at.Y.argmax(axis=0),),
        when=one_hot,
    ),
    Mistake(
        "labels-pick-whole-examples",
        "1 is subtracted from whole examples",
        "The labels are used as the numbers of examples: of the examples with these numbers every "
        "class loses 1, and the others lose nothing.",
        PICKED,
        output=(_less_one_in_examples,),
        when=one_hot,
    ),
    Mistake(
        "labels-pick-whole-classes",
        "1 is subtracted from whole classes",
        "A class that occurs among the labels loses 1 in every example, not only in its own.",
        PICKED,
        output=(_less_one_in_classes,),
        when=one_hot,
    ),
    Mistake(
        "softmax-slope-over-batch",
        "A sum in the slope of softmax runs over the batch",
        "The slope of softmax has a sum over the classes of one example; here it runs over all "
        "examples.",
        "Which axis holds the classes? Along which one does your sum run?",
        output=(lambda at, _: at.A * (at.dA - (at.dA * at.A).sum()),),
        when=lambda at: softmax_output(at) and batch(at),
    ),
    Mistake(
        "softmax-over-batch-axis",
        "The softmax is normalised over the examples",
        "The probabilities add up to one along the batch and not within an example.",
        "Do the class probabilities of one example add up to one in your code?",
        output=(
            lambda at, _: _softmax_over_batch(at.Z) - at.Y,
            # The largest score of each example is taken off before: here it does not cancel.
            lambda at, _: _softmax_over_batch(at.Z - at.Z.max(axis=0)) - at.Y,
        ),
        when=lambda at: softmax_output(at) and batch(at),
    ),
    Mistake(
        "softmax-over-everything",
        "The softmax is normalised over all entries",
        "The probabilities of all examples together add up to one, and not those of each.",
        "Do the class probabilities of one example add up to one in your code?",
        output=(
            lambda at, _: _softmax_over_all(at.Z) - at.Y,
            lambda at, _: _softmax_over_all(at.Z - at.Z.max(axis=0)) - at.Y,
        ),
        when=lambda at: softmax_output(at) and batch(at),
    ),
    Mistake(
        "binary-ce-on-softmax",
        "Binary cross-entropy on softmax outputs",
        "The output error is the slope of a binary cross-entropy for each class apart.",
        "Which of the two cross-entropies does the task use?",
        output=(
            lambda at, _: error(at) / (at.A * (1 - at.A)),
            lambda at, _: at.activation.pull_back(at.Z, error(at) / (at.A * (1 - at.A))),
        ),
        when=softmax_output,
    ),
)
