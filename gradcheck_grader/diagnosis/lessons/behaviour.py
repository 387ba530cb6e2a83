"""What there is to learn from findings about behaviour from call to call, and where none fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradcheck_grader.diagnosis.behaviour import LAYERS, NUMBER, OUTPUT_UNIT
from gradcheck_grader.diagnosis.lessons.lesson import Lesson, Lines, fixed, lines, told
from gradcheck_grader.diagnosis.lessons.scene import NUDGE, scenes

CALL_GROUP = "From call to call, and from network to network"
OPEN_GROUP = "Where no name fits"

CALL_IDEA = (
    "A gradient depends on the arguments of the call and on nothing else. The same input must "
    "give the same answer, whatever was computed before, and the arguments still belong to the "
    "caller afterwards."
)
SIZE_IDEA = (
    "The formulas hold for any number of examples, units and layers. Code that is right for one "
    "size only holds a number, or a coincidence, that belongs to that size."
)


def lessons() -> Iterator[Lesson]:
    """Yield a lesson for every such finding."""
    yield from _calls()
    yield from _sizes()
    yield from _limits()
    yield from _rates()
    yield from _open()


def _calls() -> Iterator[Lesson]:
    def lesson(id: str, twist: str, example: str) -> Lesson:
        return told(id, CALL_GROUP, (CALL_IDEA, twist), fixed(example))

    yield lesson(
        "state-between-calls",
        "Something outlives the call: a variable outside the function, a list that is a default "
        "argument, or a dict of gradients that is added to and never emptied.",
        "The same input twice. Call 1 gives db1 = 0.300; call 2 gives 0.600, which is 0.300 left "
        "over from call 1 and 0.300 of its own.",
    )
    yield lesson(
        "stale-answer",
        "What is worked out once and kept is right as long as nothing that it was made of changes. "
        "In training the parameters change with every step, and the shapes never do.",
        "Two inputs of shape (2, 5). Call 1 gives db1 = 0.300, which is right; call 2 gives 0.300 "
        "as well, where the other numbers make it -0.120.",
    )
    yield lesson(
        "not-deterministic",
        "Randomness belongs to the start of training and to dropout in the forward pass, whose "
        "masks are handed over. The slope at a given point is one number.",
        "The same input twice. Call 1 gives db1 = 0.300, call 2 gives 0.287, and the measured "
        "slope is one and the same both times.",
    )
    yield lesson(
        "kept-on-object",
        "A sum that an object keeps goes on with the next call. Some libraries do so on purpose, "
        "and set the gradients to zero before each backward pass.",
        "The same call twice on one object, which adds to the dW1 that it holds. Call 1 leaves "
        "dW1 = 0.300, call 2 leaves 0.600, and the measured slope is 0.300 both times.",
    )
    yield lesson(
        "inputs-modified",
        "An assignment to a slice and operators such as -= write into the array itself, and a "
        "second name for an array is no second array. The caller's cache then holds other numbers.",
        f"A2 = 0.740 and Y = 1. An error taken in place leaves {0.74 - 1:.3f} in the cache. The "
        f"next call compares that with 1 and finds {0.74 - 2:.3f}.",
    )
    yield lesson(
        "recomputes-forward",
        "The cache is there to save the forward pass: everything that the way back needs of it "
        "has been computed once already.",
        "With 3 layers the way back takes 5 products of matrices: 3 for dW and 2 for dA. "
        "The forward pass takes 3 more, which makes 8 instead of 5.",
    )


def _sizes() -> Iterator[Lesson]:
    def lesson(id: str, twist: str, example: Callable[[], Lines], question: str) -> Lesson:
        seen = "These gradients are right for one size and wrong for all others."
        title, idea = "Right for one size only", (SIZE_IDEA, twist)
        return Lesson(id, CALL_GROUP, title, seen, idea, example, question)

    yield lesson(
        "one-batch-size",
        "A batch size that is written into the code is right until the next batch.",
        fixed(
            f"Ten examples whose slopes add up to 2.0: their mean is {2 / 10:.1f}. Code that holds "
            f"the 5 of another batch gives {2 / 5:.1f}; with five examples it would be right."
        ),
        NUMBER,
    )
    yield lesson(
        "one-output-unit",
        "With one output unit a sum over examples and a sum over everything are the same, and a "
        "matrix with one row can pass for a vector. With two units they part.",
        fixed(
            f"Deltas 0.5 and -0.2 of one unit add up to {0.5 - 0.2:.1f} either way. A second unit "
            f"with 0.1 and 0.4 has {0.1 + 0.4:.1f} of its own; a sum over everything gives "
            f"{0.5 - 0.2 + 0.1 + 0.4:.1f} for both."
        ),
        OUTPUT_UNIT,
    )
    yield lesson(
        "one-output-width",
        "A number of output units that is written into the code is right until there are more, or "
        "fewer.",
        fixed(
            f"Slopes 0.6 and 0.3 of two units, shared by their number: {0.6 / 2:.2f} and "
            f"{0.3 / 2:.2f}. Code that holds the 3 of another task gives {0.6 / 3:.2f} and "
            f"{0.3 / 3:.2f}; with three units it would be right."
        ),
        NUMBER,
    )
    yield told(
        "classes-from-labels",
        CALL_GROUP,
        (SIZE_IDEA, "The labels of a batch say which classes occur in it. How many there are is "
         "decided by the network, which has an output unit for each."),
        fixed(
            "Four examples with the labels 0, 2, 1 and 0, and five output units. The largest label "
            f"and one are {max(0, 2, 1, 0) + 1}, and so is the number of different labels: rows of "
            "that many zeros and ones cannot be compared with five outputs."
        ),
    )  # fmt: skip
    layers = (
        "    layer 4   its dZ comes from the loss",
        "    layer 3   its dZ comes from layer 4",
        "    layer 2   its dZ comes from layer 3",
        "    layer 1   its dZ comes from layer 2",
    )
    yield lesson(
        "one-depth",
        "One layer is special, the last. All others do the same, each with its own arrays.",
        fixed("A network of 4 layers:", "", *layers),
        LAYERS,
    )
    yield told(
        "two-layers-only",
        CALL_GROUP,
        (SIZE_IDEA, "One layer is special, the last: its error comes from the loss. All others do "
         "the same with their own arrays, as often as there are layers."),
        fixed("A network of 4 layers:", "", *layers, "", "Three of the four lines say the same."),
    )  # fmt: skip


def _limits() -> Iterator[Lesson]:
    yield told(
        "clipped",
        CALL_GROUP,
        ("A slope says how fast the loss changes, however fast that is. Training may limit the "
         "step that it takes along the slope; that is another function's work, later.",),
        fixed(
            "The slope by b1 is 1.70. Cut to the range from -1 to 1 it is 1.00: a nudge of 0.01 "
            f"changes the loss by {0.01 * 1.7:.3f} all the same."
        ),
    )  # fmt: skip


def _rates() -> Iterator[Lesson]:
    yield told(
        "learning-rate-fixed",
        CALL_GROUP,
        ("A function does with its arguments what its caller wants. A number that is written into "
         "it, or a rate that is left out, is right until the next rate is tried.",),
        fixed(
            f"The gradient is 0.4. With a rate of 0.1 the step is {0.1 * 0.4:.2f}, with 0.5 it is "
            f"{0.5 * 0.4:.2f}. Code that holds 0.25 takes {0.25 * 0.4:.2f} off both times."
        ),
    )  # fmt: skip


def _open() -> Iterator[Lesson]:
    yield Lesson(
        "unexplained",
        OPEN_GROUP,
        "A mistake that has no name here",
        "These numbers are wrong, and none of the mistakes that are known here gives them.",
        (
            "Then measure. Any slope can be found without a formula: nudge one number up and "
            "down, watch the loss, divide. Start at the output and go back a step at a time; the "
            "first array that disagrees is made by the line to look at.",
            "Take the smallest network that shows it: two units, one example, round numbers.",
        ),
        _nudging,
        "Work this step out on paper for one example and two units, and compare.",
    )
    yield Lesson(
        "diagnosis-failed",
        OPEN_GROUP,
        "The cause could not be looked for",
        "The grader failed while it looked for causes. The verdicts stand without them.",
        ("This is a fault of the grader, not of your code. Please report it.",),
        fixed("A gradient check needs no diagnosis: see `grader explain unexplained`."),
        "What does a measured slope of your own say?",
    )


def _nudging() -> Lines:
    """Return how any slope is measured."""
    up, down = scenes()["plain"].nudged("W1", (0, 1))
    return lines(
        f"Add {NUDGE} to a weight: the loss is {up:.6f}. Take {NUDGE} away instead: it is "
        f"{down:.6f}. The difference over {2 * NUDGE} is {(up - down) / (2 * NUDGE):.3f}. That is "
        "what the entry of dW for this weight has to be.",
        "",
        "`grader gradient --help` shows how to let the grader measure a function of yours.",
    )
