"""Mistakes at a hidden activation with what comes from above: lost, or not multiplied."""

from __future__ import annotations

from gradcheck_grader.diagnosis.mistakes.conditions import named, smooth, where
from gradcheck_grader.diagnosis.mistakes.mistake import Mistake
from gradcheck_grader.diagnosis.mistakes.output import SLOPES_FROM_VALUE
from gradcheck_grader.diagnosis.mistakes.propagate import copied

UPSTREAM: tuple[Mistake, ...] = (
    Mistake(
        "upstream-dropped",
        "What comes from above is dropped",
        "The delta of this layer is the slope alone; the layers above and the loss are not in it.",
        "Is this the slope of the activation or of the loss?",
        gate=(
            lambda at, _: at.slope,
            lambda at, _: SLOPES_FROM_VALUE[at.name](at.A),
        ),
        mean_is_open=True,
    ),
    Mistake(
        "gprime-added",
        "The slope is added instead of multiplied",
        "The delta of this layer is dA plus the slope.",
        "Links of a chain: added or multiplied?",
        gate=(lambda at, flow: flow.da + at.slope,),
        sizes_matter=True,
    ),
    Mistake(
        "gprime-divided",
        "dA is divided by the slope",
        "Flat units pass on the most blame, steep ones the least.",
        "A flat activation should pass little blame. Does yours?",
        gate=(lambda at, flow: flow.da / at.slope,),
    ),
    Mistake(
        "gprime-matrix-product",
        "Matrices are multiplied where entries should be",
        "On the way through the activation of this layer matrices are multiplied, which adds up "
        "over examples or units; each entry has a slope of its own.",
        "With which entries of the slope does the blame of one unit in one example meet? With "
        "which does it in your product?",
        gate=(
            where(named("tanh"), lambda at, flow: flow.da @ (1 - at.A.T @ at.A)),
            where(named("tanh"), lambda at, flow: (1 - at.A @ at.A.T) @ flow.da),
            where(named("sigmoid"), lambda at, flow: flow.da @ at.A.T @ (1 - at.A)),
            where(named("sigmoid"), lambda at, flow: flow.da @ (1 - at.A).T @ at.A),
            where(named("sigmoid"), lambda at, flow: at.A @ (1 - at.A).T @ flow.da),
            where(named("sigmoid"), lambda at, flow: (1 - at.A) @ at.A.T @ flow.da),
            lambda at, flow: flow.da @ at.slope.T @ at.A,
            lambda at, flow: at.A @ at.slope.T @ flow.da,
        ),
    ),
    Mistake(
        "hidden-error-a-minus-y",
        "Hidden units are compared with the labels",
        "The delta of this layer is its activation minus the labels, as in the output layer.",
        "Hidden units have no labels. Where does their error come from?",
        gate=(
            lambda at, _: copied(at, at.A - at.Y),
            lambda at, _: (at.A - at.Y) * at.slope,
        ),
        mean_is_open=True,
    ),
    Mistake(
        "precedence-slip",
        "Brackets missing in the slope",
        "The delta of this layer is what a slope gives when it is written without brackets.",
        "Put brackets where you mean them and check with one number.",
        gate=(
            lambda at, flow: flow.da - at.A**2,
            lambda at, flow: flow.da * at.A - at.A,
        ),
        sizes_matter=True,
    ),
    Mistake(
        "gprime-of-gradient",
        "The slope is taken at the gradient",
        "The slope function is given dA instead of a value of the forward pass.",
        "At which point of the forward pass is the slope to be taken?",
        gate=(
            lambda at, flow: flow.da * at.activation.derivative(flow.da),
            lambda at, flow: at.activation.derivative(flow.da),
            lambda at, flow: flow.da * SLOPES_FROM_VALUE[at.name](flow.da),
            lambda at, flow: SLOPES_FROM_VALUE[at.name](flow.da),
        ),
        when=smooth,
        sizes_matter=True,
    ),
)
