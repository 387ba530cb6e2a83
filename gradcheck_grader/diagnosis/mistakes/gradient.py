"""Mistakes in the last step of a layer: from its delta to dW, or to dW and db alike."""

from __future__ import annotations

import numpy as np

from gradcheck_grader.diagnosis.chain import Flow, Formula, Layer, right_db, right_dW, turn
from gradcheck_grader.diagnosis.mistakes.conditions import batch, not_first, not_last
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.reference.activations import Array


def _some(columns: slice) -> Formula:
    """Return the formula of dW from these examples only."""
    return lambda at, flow: flow.delta[..., columns] @ turn(at.A_below[:, columns])


def _sum_of(columns: slice) -> Formula:
    """Return the formula of db from these examples only."""
    return lambda at, flow: flow.delta[..., columns].sum(axis=-1, keepdims=True)


LAST, FIRST, NOT_LAST, NOT_FIRST = slice(-1, None), slice(0, 1), slice(0, -1), slice(1, None)


def _of_length_one(array: Array) -> Array:
    return np.asarray(array / np.linalg.norm(array, axis=(-2, -1), keepdims=True))


def _reshaped(at: Layer, flow: Flow) -> Array:
    return flow.delta @ at.A_below.reshape(at.m, -1)


def _reshaped_rows(at: Layer, flow: Flow) -> Array:
    return flow.delta @ turn(at.A_below.T.reshape(-1, at.m))


def _two_below(at: Layer) -> Array:
    return at.X if at.number == 2 else at.below.below.A


def _below_before_dropout(at: Layer) -> Array:
    if at.below.mask is None:
        raise ValueError("there is no dropout below")
    return at.below.g


DW: tuple[Mistake, ...] = (
    Mistake(
        "dW-uses-z",
        "dW is built from Z of the layer below",
        "The pre-activation of the layer below stands where its activation belongs.",
        "What exactly did W_l multiply in the forward pass?",
        dW=(lambda at, flow: flow.delta @ turn(at.below.Z),),
        when=not_first,
    ),
    Mistake(
        "dW-averages-first",
        "Delta and activation are averaged before they are multiplied",
        "dW is the product of two batch means.",
        "Mean of products or product of means?",
        dW=(
            lambda at, flow: (
                flow.delta.sum(axis=-1, keepdims=True)
                * turn(at.A_below.sum(axis=-1, keepdims=True))
            ),
        ),
        when=batch,
        mean_is_open=True,
    ),
    Mistake(
        "only-last-example",
        "Only the last example counts",
        "The gradient is that of the last example alone; the earlier ones are overwritten.",
        "What does your gradient hold after the second turn of your loop?",
        dW=(_some(LAST),),
        db=(_sum_of(LAST),),
        when=batch,
        mean_is_open=True,
    ),
    Mistake(
        "only-first-example",
        "Only the first example counts",
        "The gradient is that of the first example alone.",
        "How many turns does your loop make?",
        dW=(_some(FIRST),),
        db=(_sum_of(FIRST),),
        when=batch,
        mean_is_open=True,
    ),
    Mistake(
        "loop-skips-last-example",
        "The last example is left out",
        "Every example but the last is in the sum.",
        "How many examples does your loop visit?",
        dW=(_some(NOT_LAST),),
        db=(_sum_of(NOT_LAST),),
        when=batch,
    ),
    Mistake(
        "loop-skips-first-example",
        "The first example is left out",
        "Every example but the first is in the sum.",
        "How many examples does your loop visit?",
        dW=(_some(NOT_FIRST),),
        db=(_sum_of(NOT_FIRST),),
        when=batch,
    ),
    Mistake(
        "divided-by-its-norm",
        "Divided by its own norm",
        "What is computed here is divided by its norm, so that only its direction is left.",
        "A gradient says in which direction the loss rises, and how fast. What becomes of 'how "
        "fast' when you divide?",
        gate=(lambda at, flow: _of_length_one(flow.da * at.slope),),
        dW=(lambda at, flow: _of_length_one(right_dW(at, flow)),),
        db=(lambda at, flow: _of_length_one(right_db(at, flow)),),
        mean_is_open=True,
    ),
    Mistake(
        "dW-reshape-not-transpose",
        "The activations are reshaped instead of transposed",
        "The shape fits, but examples and units are mixed up.",
        "Same shape is not same matrix. Print a small one and compare entry by entry.",
        dW=(_reshaped, _reshaped_rows),
        when=batch,
    ),
    Mistake(
        "dW-uses-dA",
        "dW is built from dA instead of dZ",
        "The slope of the activation is missing in dW, while the other gradients have it.",
        "W_l feeds Z_l, not A_l. Which delta belongs here?",
        dW=(lambda at, flow: flow.da @ turn(at.A_below),),
        mean_is_open=True,
    ),
    Mistake(
        "gradients-use-dA",
        "Both gradients are built from dA instead of dZ",
        "Both gradients of the layer are made from dA, and not from the delta that has the slope "
        "of the activation.",
        "W_l and b_l feed Z_l, not A_l. Which delta belongs here?",
        dW=(lambda at, flow: flow.da @ turn(at.A_below),),
        db=(lambda at, flow: flow.da.sum(axis=-1, keepdims=True),),
        # Without a layer below, the same numbers have a plainer name: a delta without its slope.
        # The source may tell the two apart: see ``diagnosis/unread.py``.
        prior=0.15,
        mean_is_open=True,
        both=True,
    ),
    Mistake(
        "dW-gates-previous-activation",
        "dW takes the slope below instead of the activation",
        "The input side of dW is the slope of the activation below.",
        "Does A_{l-1} still have to pass its own activation to reach W_l?",
        dW=(
            lambda at, flow: flow.delta @ turn(at.below.slope),
            lambda at, flow: flow.delta @ turn(at.below.A * at.below.slope),
        ),
        when=not_first,
    ),
    Mistake(
        "dW-gated-again",
        "The slope is applied once more in dW",
        "dW contains the slope of its layer once more than the delta that it is made from.",
        "Whatever slope belongs here is in dZ_l already. Why is it in this line?",
        dW=(lambda at, flow: (flow.delta * at.slope) @ turn(at.A_below),),
    ),
    Mistake(
        "dW-input-summed",
        "The inputs of the layer do not enter dW",
        "Every column of dW is the same: the sum of the deltas.",
        "Where do the inputs of the layer enter dW_l?",
        dW=(lambda at, flow: flow.delta.sum(axis=-1, keepdims=True) * np.ones((1, at.W.shape[1])),),
    ),
    Mistake(
        "dW-transposed",
        "dW is transposed",
        "dW has its rows and columns exchanged.",
        "A gradient has the shape of its parameter. Compare.",
        dW=(lambda at, flow: at.A_below @ turn(flow.delta),),
    ),
    Mistake(
        "dW-uses-own-activation",
        "dW is built from the layer's own output",
        "The activation of the layer itself stands where that of the layer below belongs.",
        "Which activations are on the input side of W_l?",
        dW=(lambda at, flow: flow.delta @ turn(at.A),),
    ),
    Mistake(
        "dW-uses-x-everywhere",
        "dW is built from X in every layer",
        "The inputs of the network stand where the activation of the layer below belongs.",
        "Does X reach this layer directly?",
        dW=(lambda at, flow: flow.delta @ turn(at.X),),
        when=not_first,
    ),
    Mistake(
        "dW-uses-weights",
        "dW is built from the weights instead of the inputs",
        "The weights themselves stand where what came into the layer belongs.",
        "In the forward pass a weight is multiplied by something. Which of the two is in the slope "
        "by the weight?",
        dW=(lambda at, flow: flow.delta.sum(axis=-1, keepdims=True) * at.W,),
    ),
    Mistake(
        "dW-elementwise",
        "Delta and activation are multiplied entry by entry",
        "There is one product for each example, and they are not added up.",
        "You have one product per example. What is still to be done with them?",
        dW=(lambda at, flow: flow.delta * at.A_below,),
        mean_is_open=True,
    ),
    Mistake(
        "dW-skips-a-layer",
        "dW is built from the activation two layers below",
        "The activation of the layer below the next stands on the input side.",
        "Which activations are on the input side of W_l?",
        dW=(lambda at, flow: flow.delta @ turn(_two_below(at)),),
        when=not_first,
    ),
    Mistake(
        "delta-of-wrong-layer",
        "The delta of the layer above stands here",
        "The delta of the layer above is used where that of this layer belongs.",
        "Which layer's units do the rows of this delta belong to?",
        dW=(lambda at, flow: flow.above @ turn(at.A_below),),
        when=not_last,
    ),
    Mistake(
        "dW-forgets-dropout",
        "dW takes the activation before dropout",
        "The input side of dW is the activation as it was before units were dropped.",
        "What exactly did W_l multiply in the forward pass, with dropout?",
        dW=(lambda at, flow: flow.delta @ turn(_below_before_dropout(at)),),
        when=not_first,
    ),
)
