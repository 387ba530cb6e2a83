"""Causes as they are told where the answer is a step: of parameters, not of gradients."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradcheck_grader.diagnosis.mistakes.catalogue import Catalogue
from gradcheck_grader.diagnosis.search.descent import LOST
from gradcheck_grader.diagnosis.search.explanation import Cause
from gradcheck_grader.diagnosis.search.factors import times
from gradcheck_grader.diagnosis.search.penalties import times_the_parameter
from gradcheck_grader.diagnosis.step_taken import FLIPPED, RATE_FIXED, of_the_rate
from gradcheck_grader.reference.network import layer_of, parameter_of


def in_words_of_steps(
    rate: float, catalogue: Catalogue, causes: Sequence[Cause], rates: Mapping[str, float]
) -> list[Cause]:
    """Return causes as they are told where the answer is a step: of parameters, not gradients.

    ``rate`` is the learning rate of the probes, ``rates`` what `rates_taken` returned.
    """
    told: list[Cause] = []
    for cause in causes:
        lost = _lost_in(rate, cause)
        left = [place for place in cause.places if place not in lost]
        told += [_lost(catalogue, _only(cause, lost))] if lost else []
        told += [_of_a_step(rate, _only(cause, left) if lost else cause, rates)] if left else []
    return _with_one_lost(told)


def _lost_in(rate: float, cause: Cause) -> list[str]:
    """Return the gradients whose penalty is the old parameter, which the step left out."""
    once = times_the_parameter(1.0 / rate)
    return [place for place, note in zip(cause.places, cause.notes, strict=True) if note == once]


def _only(cause: Cause, places: Sequence[str]) -> Cause:
    """Return a cause that is made in gradients, in some of them alone."""
    notes = dict(zip(cause.places, cause.notes, strict=True))
    return replace(
        cause,
        gradients=tuple(name for name in cause.gradients if name in places),
        places=tuple(places),
        notes=tuple(notes[place] for place in places),
        agreement="",
    )


def _lost(catalogue: Catalogue, cause: Cause) -> Cause:
    """Return a penalty as what it is: a lost parameter."""
    return cause.told_as(catalogue[LOST], cause.places)


def _with_one_lost(causes: Sequence[Cause]) -> list[Cause]:
    """Return the causes with lost parameters as one: weights and biases had names of their own."""
    lost = [cause for cause in causes if cause.id == LOST]
    if len(lost) < 2:
        return list(causes)
    names = {name for cause in lost for name in cause.gradients}
    one = replace(
        lost[0],
        gradients=tuple(sorted(names, key=lambda name: (-layer_of(name), name))),
        places=tuple(place for cause in lost for place in cause.places),
        notes=tuple(note for cause in lost for note in cause.notes),
        agreement="",
    )
    return [one if cause is lost[0] else cause for cause in causes if cause not in lost[1:]]


def _of_a_step(rate: float, cause: Cause, rates: Mapping[str, float]) -> Cause:
    agreement = re.sub(r"\bd([Wb]\d)", r"\1", cause.agreement)
    told = replace(cause, agreement=agreement, message=_of_the_step(cause.message))
    own_rate = of_the_rate(rates, [parameter_of(name) for name in cause.gradients])
    if own_rate is not None and cause.id == "constant-factor":
        title, message, hint = own_rate
        return replace(told, id=RATE_FIXED, title=title, message=message, hint=hint, notes=())
    if set(cause.notes) == {times(1.0 / rate)}:
        title = "The whole gradient is taken off"
        long = f"{1.0 / rate:.4g}"
        message = f"The step is {long} times too long: the learning rate is not in it."
        hint = "How long is a step of gradient descent? What does the learning rate multiply?"
        return replace(told, title=title, message=message, hint=hint)
    if cause.id in WORDS:
        title, message, hint = WORDS[cause.id]
        return replace(told, title=title, message=message, hint=hint)
    return told


def _of_the_step(message: str) -> str:
    return re.sub(r"\bThe gradient (?=is|has|adds|divides)", "The step ", message)


WORDS: dict[str, tuple[str, str, str]] = {
    "zero-gradient": (
        "The step is zero",
        "Nothing is taken off these parameters: on the networks tried here the step is zero, up "
        "to rounding.",
        "Is the new value stored where the caller looks for it? If it is: is the step multiplied "
        "by zero, or do its terms cancel?",
    ),
    "sign-flipped": FLIPPED,
    "constant-factor": (
        "The step is right up to one constant",
        "The step is the right one times a constant, the same on every network.",
        "Which constants stand between the gradient and the new parameter? Is the learning rate "
        "among them, once?",
    ),
    "parameter-returned": (
        "Only the old parameter is in the new one",
        "The new parameter is a multiple of the old one; no gradient is in it.",
        "What does a step depend on besides the parameter?",
    ),
    "constant-returned": (
        "The same step whatever the network",
        "What is taken off has one value in every entry, on every network.",
        "Which of the arguments does this step depend on?",
    ),
    "wrong-key": (
        "The gradient of another parameter is taken off",
        "What is taken off this parameter is the gradient of another one, right in itself.",
        "Go through your updates, one by one. Does each take the gradient of its own parameter?",
    ),
    "keys-swapped": (
        "Gradients are taken off each other's parameters",
        "Each of these gradients stands where another one of them belongs.",
        "Compare the shape of each gradient with its parameter.",
    ),
}
