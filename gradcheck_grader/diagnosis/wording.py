"""Words that several findings share, and those that a finding shares with its lesson."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


def listed(names: Sequence[str]) -> str:
    """Return names as an English list."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def within(title: str) -> str:
    """Return a title as part of a sentence; names such as dW, Z_L and ReLU stay as they are."""
    first = title.split()[0]
    is_word = first == "A" or (first.isalpha() and first[1:].islower())
    return title[0].lower() + title[1:] if is_word else title


class Words(NamedTuple):
    """What is said of a finding; a report that knows more says that as its message."""

    title: str
    message: str
    hint: str


WORDS = {
    "state-between-calls": Words(
        "Remembers earlier calls",
        "The first call in a fresh process is right, later ones are not.",
        "Call it twice with the same input and compare. What is left over from the first call?",
    ),
    "kept-on-object": Words(
        "A used object gives other numbers",
        "A second call of the method on the same object, with the same arguments, gives other "
        "numbers. Every call here has a new object, so it costs nothing; in training it is wrong "
        "unless something sets the gradients back between two calls.",
        "What does the object still hold when the next call begins?",
    ),
    "not-deterministic": Words(
        "Differs from call to call",
        "The same call, made again in a fresh process, gives other numbers.",
        "Where does your function draw random numbers, or keep something from the call before?",
    ),
    "inputs-modified": Words(
        "Changes its inputs",
        "Your function changes the arrays that it was given.",
        "Which of your lines writes into an array instead of making a new one?",
    ),
    "recomputes-forward": Words(
        "Does not use the cache",
        "Your function computes the activations again from the parameters. That is right, and "
        "costs time only.",
        "Which of the arrays that you compute are in the cache already?",
    ),
    "two-layers-only": Words(
        "Written for two layers",
        "Your function serves two layers, and the networks of this part have more.",
        "How many layers do the parameters you are given have? What repeats from layer to layer, "
        "and what happens once only?",
    ),
    "keys-from-zero": Words(
        "The keys count the layers from 0",
        "The gradients came back as dW0, dW1 and so on, while the layers are counted from 1.",
        "Which parameter belongs to which of your gradients?",
    ),
    "float32": Words(
        "Single precision",
        "These gradients carry about 7 digits, as float32 does. They are right to that precision.",
        "Is one of your arrays float32, or a derivative measured by a difference of values?",
    ),
    "fewer-digits": Words(
        "Fewer digits than float64 has",
        "These gradients are right, with errors larger than the rounding of float64 makes them.",
        "Is a derivative measured by a difference of values, or a part of it in fewer digits?",
    ),
    "numerical-derivative": Words(
        "Measured by differences of the loss",
        "The errors of these gradients are those of a difference of two losses over a step: they "
        "are measured, and have fewer digits than gradients that are computed.",
        "How many losses does your way take for one gradient, and what does backpropagation take "
        "for all of them?",
    ),
    "stale-answer": Words(
        "Gives an earlier answer again",
        "Called with other numbers of the same shapes, your function gives back what it returned "
        "for an earlier call.",
        "What do you keep between two calls, and how does your code know whether it still fits?",
    ),
    "guard": Words(
        "A guard changes the value",
        "A small number added inside a division or a logarithm shifts these gradients.",
        "Does the formula of the loss contain that number? Where would you need it at all?",
    ),
    "rounded": Words(
        "Rounded",
        "These are the right values, rounded.",
        "Which line rounds, and does the task ask for it?",
    ),
    "shape-flat": Words(
        "One dimension short",
        "The values are right, but the shape is (n,) where the parameter has two dimensions.",
        "b - rate * db with these two shapes: what would NumPy make of it?",
    ),
    "shape-transposed": Words(
        "Turned on its side",
        "The values are right, but rows and columns are exchanged.",
        "A gradient has the shape of its parameter. Compare the two.",
    ),
    "extra-dimension": Words(
        "One dimension too many",
        "A gradient came back with three dimensions, while every parameter has two or fewer.",
        "A parameter has two dimensions at most. Print the shapes, line by line: where does a "
        "third number come in?",
    ),
    "classes-from-labels": Words(
        "Counts the classes that occur",
        "Your function fails on the networks whose labels lack a class, and on no others.",
        "Which of the arrays that you are given has a place for every class?",
    ),
    "clipped": Words(
        "Cut to a limit",
        "These gradients are right where they are small; beyond a limit they are cut to it.",
        "Is the slope smaller because you limit it? To what does a limit belong: to the slope, or "
        "to the step that is taken with it?",
    ),
    "learning-rate-fixed": Words(
        "The learning rate is written down",
        "The step is as long as it would be with one learning rate, whatever rate is passed.",
        "Which learning rate do you multiply by, and which one does the function get?",
    ),
}
