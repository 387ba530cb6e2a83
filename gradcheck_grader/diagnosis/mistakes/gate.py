"""Mistakes at the activation of a hidden layer: from dloss/dA to delta."""

from __future__ import annotations

import numpy as np

from gradcheck_grader.diagnosis.chain import Layer
from gradcheck_grader.diagnosis.mistakes.conditions import batch, but, named, smooth, where
from gradcheck_grader.diagnosis.mistakes.mask import leaks
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.diagnosis.mistakes.output import SLOPES_FROM_VALUE
from gradcheck_grader.reference.activations import ACTIVATIONS, LEAKY_SLOPE, Array

SIGMOID_OF = ACTIVATIONS["sigmoid"].function
SIGMOID, TANH = ACTIVATIONS["sigmoid"].derivative, ACTIVATIONS["tanh"].derivative


def _batch_mean_slope(at: Layer) -> Array:
    return np.asarray(at.slope.mean(axis=1, keepdims=True))


GATE: tuple[Mistake, ...] = (
    Mistake(
        "hidden-missing-gprime",
        "The slope of the hidden activation is left out",
        "The delta of this layer is dA itself: the slope of its activation is missing, or what "
        "stands for it changes nothing.",
        "Which function turns Z_l into A_l, and where is its slope in what your dW_l is made from?",
        gate=(lambda at, flow: flow.da,),
    ),
    Mistake(
        "wrong-derivative-sigmoid",
        "The slope of sigmoid on another activation",
        "This layer's delta has the slope of a sigmoid; the layer is something else.",
        "Whose slope is a(1-a)? Which activation does this layer have?",
        gate=(
            lambda at, flow: flow.da * at.A * (1 - at.A),
            lambda at, flow: flow.da * SIGMOID(at.Z),
        ),
        when=but("sigmoid"),
    ),
    Mistake(
        "wrong-derivative-tanh",
        "The slope of tanh on another activation",
        "This layer's delta has the slope of tanh; the layer is something else.",
        "Whose slope is 1-a^2? Which activation does this layer have?",
        gate=(
            lambda at, flow: flow.da * (1 - at.A**2),
            lambda at, flow: flow.da * TANH(at.Z),
        ),
        when=but("tanh"),
    ),
    Mistake(
        "wrong-derivative-relu",
        "The slope of ReLU on another activation",
        "This layer's delta is dA where z is positive and zero elsewhere, as for a ReLU.",
        "Is the slope of this activation only ever 0 or 1?",
        gate=(lambda at, flow: flow.da * (at.Z > 0),),
        when=but("relu"),
    ),
    Mistake(
        "wrong-derivative-leaky-relu",
        "The slope of leaky ReLU on another activation",
        "This layer's delta is dA where z is positive and a small share of it elsewhere, as for a "
        "leaky ReLU.",
        "Is the slope of this activation only ever one of two numbers?",
        gate=leaks(LEAKY_SLOPE, 0.1, 0.2),
        when=but("relu", "leaky_relu"),
    ),
    Mistake(
        "gprime-at-activation",
        "The slope is taken at A instead of Z",
        "A slope function that expects z is given the activation, so the activation acts twice.",
        "Does your derivative function expect z or a? What do you pass?",
        gate=(lambda at, flow: flow.da * at.activation.derivative(at.A),),
        when=smooth,
    ),
    Mistake(
        "gprime-formula-on-z",
        "The rule for the slope is fed with Z",
        "A short rule for a slope, written for the activation's output, is used with z.",
        "The short rules for slopes are written in terms of the activation's output. Which array "
        "is that?",
        gate=(lambda at, flow: flow.da * SLOPES_FROM_VALUE[at.name](at.Z),),
        when=smooth,
    ),
    Mistake(
        "foreign-gprime-formula-on-z",
        "The rule for another slope is fed with Z",
        "z(1-z) or 1-z^2 stands where the slope belongs. With a for z, it is a rule for the slope "
        "of an activation that this layer does not have.",
        "Which activation does this layer have, and what is its slope?",
        gate=(
            where(but("sigmoid"), lambda at, flow: flow.da * at.Z * (1 - at.Z)),
            where(but("tanh"), lambda at, flow: flow.da * (1 - at.Z**2)),
        ),
    ),
    Mistake(
        "g-instead-of-gprime",
        "The activation itself stands where its slope belongs",
        "dA is multiplied by the value of the activation, not by its slope.",
        "You multiply by the value of the activation. What does the chain rule ask for?",
        gate=(
            lambda at, flow: flow.da * at.A,
            where(smooth, lambda at, flow: flow.da * at.activation.function(at.A)),
        ),
    ),
    Mistake(
        "z-instead-of-gprime",
        "z stands where the slope belongs",
        "dA is multiplied by z.",
        "You multiply by z. What does the chain rule ask for?",
        gate=(lambda at, flow: flow.da * at.Z,),
    ),
    Mistake(
        "gprime-twice",
        "The slope is applied twice",
        "The delta of this layer contains the square of its slope.",
        "How often does a_l pass through its activation on the way forward?",
        gate=(lambda at, flow: flow.da * at.slope**2,),
    ),
    Mistake(
        "gprime-times-z",
        "The slope is multiplied by z as well",
        "The delta of this layer has a factor z beside the slope.",
        "g'(Z) is read 'g prime of Z', not 'g prime times Z'.",
        gate=(lambda at, flow: flow.da * at.slope * at.Z,),
    ),
    Mistake(
        "gprime-times-a",
        "The slope is multiplied by the activation as well",
        "The delta of this layer has a factor a beside the slope.",
        "One factor too many: which of them is not a slope?",
        gate=(lambda at, flow: flow.da * at.slope * at.A,),
    ),
    Mistake(
        "gprime-factor-lost",
        "Half of the slope is missing",
        "dA is multiplied by 1 - a alone.",
        "Test your slope at z=0, where you know it.",
        gate=(lambda at, flow: flow.da * (1 - at.A),),
        when=smooth,
    ),
    Mistake(
        "tanh-prime-plus",
        "A plus in the slope of tanh",
        "The slope used is 1 + a^2, which is never below 1.",
        "Can tanh be steeper than 1 anywhere?",
        gate=(lambda at, flow: flow.da * (1 + at.A**2),),
        when=named("tanh"),
    ),
    Mistake(
        "tanh-prime-one-forgotten",
        "The 1 is missing in the slope of tanh",
        "The slope used is a^2, or -a^2.",
        "What is the slope of tanh at z=0?",
        gate=(lambda at, flow: flow.da * at.A**2, lambda at, flow: -flow.da * at.A**2),
        when=named("tanh"),
    ),
    Mistake(
        "tanh-prime-square-outside",
        "The square stands outside the brackets",
        "The slope used is (1 - a)^2.",
        "The slope of tanh is the same at z and -z. Is yours?",
        gate=(lambda at, flow: flow.da * (1 - at.A) ** 2,),
        when=named("tanh"),
    ),
    Mistake(
        "tanh-prime-doubled",
        "Twice the activation stands in the slope of tanh",
        "The slope used is 1 - 2a, which is below zero for large a.",
        "Can tanh fall anywhere? Read your slope once more: does it double a number, or square it?",
        gate=(lambda at, flow: flow.da * (1 - 2 * at.A),),
        when=named("tanh"),
    ),
    Mistake(
        "tanh-prime-power-swapped",
        "Base and exponent are exchanged in the slope of tanh",
        "The slope used is 1 - 2^a, which is below zero for every positive a.",
        "What does your power give for a = 0? And for a = 3?",
        gate=(lambda at, flow: flow.da * (1 - 2.0**at.A),),
        when=named("tanh"),
    ),
    Mistake(
        "gprime-bracket-misplaced",
        "A bracket of the slope stands in the wrong place",
        "The slope used is what the rule gives with one bracket moved, so that a square or a "
        "difference reaches too far, or not far enough.",
        "Put z = 0 into your slope, and a large z. At which of the two is the curve steep?",
        gate=(
            where(named("sigmoid"), lambda at, flow: flow.da * at.g * SIGMOID_OF(1 - at.Z)),
            where(
                named("sigmoid"), lambda at, flow: flow.da * np.exp(-at.Z) / (1 + np.exp(-2 * at.Z))
            ),
            where(named("tanh"), lambda at, flow: flow.da * (1 - np.tanh(at.Z**2))),
        ),
        when=smooth,
    ),
    Mistake(
        "sigmoid-prime-plus",
        "A plus in the slope of the sigmoid",
        "The slope used is a(1 + a).",
        "Far to the right the sigmoid is flat. Is your slope small there?",
        gate=(lambda at, flow: flow.da * at.A * (1 + at.A),),
        when=named("sigmoid"),
    ),
    Mistake(
        "gprime-mixes-a-and-z",
        "The slope mixes a and z",
        "The slope used has two factors, one made of a and the other of z.",
        "Are both factors about the same quantity?",
        gate=(
            lambda at, flow: flow.da * at.A * (1 - at.Z),
            lambda at, flow: flow.da * at.Z * (1 - at.A),
        ),
    ),
    Mistake(
        "gprime-differentiated-wrongly",
        "The slope was differentiated once more",
        "dA is multiplied by the derivative of the slope.",
        "Did you differentiate once too often? What is the slope of the activation itself?",
        gate=(
            where(named("sigmoid"), lambda at, flow: flow.da * (1 - 2 * at.A)),
            where(named("sigmoid"), lambda at, flow: flow.da * at.A * (1 - at.A) * (1 - 2 * at.A)),
            where(named("tanh"), lambda at, flow: flow.da * -2 * at.A * (1 - at.A**2)),
        ),
    ),
    Mistake(
        "gprime-of-wrong-layer",
        "The slope comes from another layer",
        "The slope is taken from the layer above.",
        "Which layer's activation are you passing back through at this step?",
        gate=(
            lambda at, flow: flow.da * SLOPES_FROM_VALUE[at.name](at.above.A),
            lambda at, flow: flow.da * at.above.slope,
            lambda at, flow: flow.da * at.activation.derivative(at.above.Z),
        ),
    ),
    Mistake(
        "gprime-mixes-layers",
        "The slope mixes two layers",
        "The slope used has one factor from this layer and the other from the layer above.",
        "Check the numbers in the names: do both factors belong to the same activation?",
        gate=(
            lambda at, flow: flow.da * at.A * (1 - at.above.A),
            lambda at, flow: flow.da * at.above.A * (1 - at.A),
        ),
        when=named("sigmoid"),
    ),
    Mistake(
        "gprime-batch-mean",
        "The slope is averaged over the batch",
        "All examples share one slope per unit: the mean over the batch.",
        "Does each example sit at the same point of the curve?",
        gate=(lambda at, flow: flow.da * _batch_mean_slope(at),),
        when=batch,
    ),
)
