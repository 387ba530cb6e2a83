"""Mistakes on the way from the delta of one layer to dloss/dA of the layer below it."""

from __future__ import annotations

import numpy as np

from gradcheck_grader.diagnosis.chain import Flow, Layer, turn
from gradcheck_grader.diagnosis.mistakes.conditions import batch, has_more_hidden_layers
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.reference.activations import Array


def copied(at: Layer, above: Array) -> Array:
    """Return a delta of another layer as NumPy would spread it over this one.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    return np.asarray(np.broadcast_to(above, at.Z.shape))


def _weights_of_rows(at: Layer) -> Array:
    """Return what W.reshape gives a student who keeps examples in rows."""
    weight = at.above.W
    return weight.T.reshape(weight.shape)


def _with_dW(at: Layer, flow: Flow) -> Array:
    if flow.dW_above is None:
        raise ValueError("no gradient was returned for the layer above")
    return turn(flow.dW_above) @ flow.above


PROPAGATE: tuple[Mistake, ...] = (
    Mistake(
        "prop-weights-forgotten",
        "The weights are left out on the way back",
        "All units of the hidden layer get the same blame: the weights that carried their output "
        "are not in it.",
        "Two hidden units with different outgoing weights: can they carry the same blame?",
        propagate=(
            lambda at, flow: copied(at, flow.above),
            lambda at, flow: copied(at, flow.above.sum(axis=-2, keepdims=True)),
        ),
    ),
    Mistake(
        "prop-not-transposed",
        "The weight matrix is not transposed on the way back",
        "The delta travels along W the way the activations did, and not back.",
        "Follow one weight: it carries unit j forward to unit k. In which direction does blame "
        "travel?",
        propagate=(lambda at, flow: at.above.W @ flow.above,),
    ),
    Mistake(
        "prop-reshape-not-transpose",
        "The weight matrix is reshaped instead of transposed",
        "The shape fits, but the weights are shuffled.",
        "Same shape is not same matrix. Print a small one and compare entry by entry.",
        propagate=(
            lambda at, flow: at.above.W.reshape(at.above.W.shape[::-1]) @ flow.above,
            lambda at, flow: turn(_weights_of_rows(at)) @ flow.above,
        ),
        when=lambda at: at.above.units > 1,
    ),
    Mistake(
        "prop-uses-dW",
        "dW carries the blame back instead of W",
        "On the way back dW of the layer above stands where W belongs.",
        "Which quantity carried A_l forward into Z_{l+1}?",
        propagate=(_with_dW,),
    ),
    Mistake(
        "prop-uses-activation",
        "An activation is carried back instead of the delta",
        "On the way back the weights meet the activation of the layer above where its delta "
        "belongs.",
        "What does the layer above have to tell this one: how active its units are, or how the "
        "loss changes with them?",
        propagate=(lambda at, _: turn(at.above.W) @ at.above.A,),
        mean_is_open=True,
    ),
    Mistake(
        "prop-ungated-error",
        "The error travels on without the slope it was given",
        "The slope is in the gradients of the layer above, but not in what goes on to this one.",
        "You multiply the error by the slope for dW of that layer. Which version goes on to the "
        "layer below?",
        propagate=(lambda at, flow: turn(at.above.W) @ flow.da_above,),
        mean_is_open=True,
    ),
    Mistake(
        "prop-weight-fractions",
        "The blame is split by shares of the weights",
        "The weights are divided by their sum on the way back.",
        "The chain rule has no normalisation here. What is dz_{l+1}/da_l?",
        propagate=(
            lambda at, flow: turn(at.above.W / at.above.W.sum(axis=1, keepdims=True)) @ flow.above,
            lambda at, flow: turn(at.above.W / at.above.W.sum(axis=0, keepdims=True)) @ flow.above,
        ),
    ),
    Mistake(
        "prop-batch-mean-delta",
        "The delta is averaged over the batch on the way back",
        "All examples get the same blame in the hidden layer before its slope comes in.",
        "Does each example still have a blame of its own? A db has none: it is a sum over them.",
        propagate=(
            lambda at, flow: copied(at, turn(at.above.W) @ flow.above.mean(axis=-1, keepdims=True)),
        ),
        when=batch,
        mean_is_open=True,
    ),
    Mistake(
        "prop-adds-bias",
        "The bias is added on the way back",
        "A bias is added to dA as in the forward pass.",
        "Going forward you add b. What is the slope of 'adding b' with respect to a?",
        propagate=(lambda at, flow: turn(at.above.W) @ flow.above + at.b,),
        sizes_matter=True,
    ),
    Mistake(
        "prop-absolute-weights",
        "The signs of the weights are lost on the way back",
        "The absolute values of the weights carry the blame.",
        "May a negative weight turn blame into praise?",
        propagate=(lambda at, flow: np.abs(turn(at.above.W)) @ flow.above,),
    ),
    Mistake(
        "prop-output-error-everywhere",
        "Every hidden layer takes the output error itself",
        "The delta of the output layer is used for this layer without the layers in between.",
        "How does a hidden unit learn about the output error: directly?",
        propagate=(lambda at, flow: copied(at, flow.output),),
        when=has_more_hidden_layers,
        prior=0.03,
    ),
    Mistake(
        "prop-output-dA-everywhere",
        "Every hidden layer takes dA of the output layer",
        "The slope of the loss by A_L is used as dA of this hidden layer as well.",
        "dA_L belongs to the output layer. How do you get from one layer's dZ to the dA of the "
        "layer below?",
        propagate=(lambda at, _: copied(at, at.last.dA),),
        mean_is_open=True,
    ),
    Mistake(
        "prop-skips-a-layer",
        "The delta of the layer above the next is used again",
        "dA is built from the delta that the layer above received, not from the one it has.",
        "Print which layer's delta your loop holds at this point. Is it updated in every turn?",
        propagate=(lambda at, flow: copied(at, flow.da_above),),
        mean_is_open=True,
        prior=0.05,
    ),
)

UPDATED_WEIGHTS = Mistake(
    "prop-uses-updated-weights",
    "The weights are updated before the blame is carried back",
    "On the way back the weights have already taken a step of gradient descent.",
    "All slopes belong to the same set of weights. When do you change W?",
)
