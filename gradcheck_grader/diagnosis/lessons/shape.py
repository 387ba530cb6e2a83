"""What there is to learn from findings about shape, keys and precision."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from gradcheck_grader.diagnosis.lessons.lesson import Lesson, fixed, told

SHAPE_GROUP = "Shape and precision"

SHAPE_IDEA = (
    "A gradient has exactly the shape of its parameter, an entry for an entry. Where two shapes "
    "only nearly fit, NumPy does not stop: it repeats the smaller array until they do."
)
PRECISION_IDEA = (
    "Two correct computations in float64 agree to about 15 digits. Agreement to fewer digits has "
    "a cause that can be found, and a gradient check sees it."
)


def lessons() -> Iterator[Lesson]:
    """Yield a lesson for every such finding."""
    yield from _shapes()
    yield from _answers()
    yield from _precision()
    yield from _changed()


def _shapes() -> Iterator[Lesson]:
    b, db = np.array([[0.2], [-0.4]]), np.array([0.5, 1.0])
    stretched = b - 0.1 * db
    rows = [f"    {row}" for row in np.round(stretched, 3).tolist()]
    for id, shape, twist in (
        ("shape-flat", "(2,)", "A sum over an axis loses that axis."),
        ("shape-transposed", "(1, 2)", "A row is not a column."),
    ):
        yield told(
            id,
            SHAPE_GROUP,
            (SHAPE_IDEA, twist),
            fixed(
                f"b is (2, 1) with entries 0.2 and -0.4; db is {shape} with entries 0.5 and 1.0. A "
                f"step of rate 0.1 gives an array of shape {stretched.shape}:",
                "",
                *rows,
                "",
                "Two biases have become four numbers, and no error was raised.",
            ),
            f"The values are right, but a gradient of shape {shape} came back for a parameter of "
            "shape (2, 1), say.",
            "Print the shapes of the parameter and of its gradient. Where does the one lose what "
            "the other has?",
        )

    yield told(
        "extra-dimension",
        SHAPE_GROUP,
        (
            SHAPE_IDEA,
            "A tuple or a list around an array counts as a dimension when NumPy computes with it.",
        ),
        fixed(
            "x = np.ones((2, 3)), with a comma after it, is a tuple that holds one array.",
            "x * 2 would be two of that; np.dot(x, w) has a shape of three numbers.",
        ),
    )


def _answers() -> Iterator[Lesson]:
    yield told(
        "keys-from-zero",
        SHAPE_GROUP,
        ("An answer is read by its keys: dW1 is the slope by W1, whatever the layer is called.",),
        fixed("Of two layers with W1 and W2 came dW0 and dW1. dW1 is compared with W1 and has "
               "the shape of W2; for W2 there is nothing."),
    )  # fmt: skip
    yield Lesson(
        "gradient-missing",
        SHAPE_GROUP,
        "Not returned",
        "This gradient did not come back at all, or under a name that is not known here.",
        ("An answer is read by its keys. What stands under no known key is not seen.",),
        fixed(
            "Asked for are dW2, db2, dW1 and db1. Returned are dW2, db2 and dW1: the right and the "
            "wrong ones of these are told apart, and db1 has nothing to judge."
        ),
        "Which keys does the task ask for, and which does your dict hold just before the return?",
    )  # fmt: skip
    yield Lesson(
        "not-comparable",
        SHAPE_GROUP,
        "Nothing that can be compared",
        "Something came back that is no array of real numbers, such as None or a text.",
        ("A gradient is real numbers, one for every entry of its parameter. A name that was set "
         "to None and never set again is still None when it is returned.",),
        fixed(
            "dW1 is set to None at the top and computed as dw1 further down. Returned is the first "
            "of these, and it holds no number."
        ),
        "Which line computes what you return, and under which name?",
    )  # fmt: skip


def _precision() -> Iterator[Lesson]:
    single = float(np.float32(0.1))
    yield told(
        "float32",
        SHAPE_GROUP,
        (
            PRECISION_IDEA,
            "float32 keeps 24 binary digits of each number, float64 keeps 53. One array of the "
            "smaller kind, made with dtype or by a cast, hands its precision on to what is "
            "computed from it alone.",
        ),
        fixed(f"0.1 in float64 is 0.1 to 17 digits; in float32 it is {single:.12f}."),
        seen="These gradients carry about 7 digits, as float32 does.",
    )
    yield told(
        "fewer-digits",
        SHAPE_GROUP,
        (
            PRECISION_IDEA,
            "A slope that is measured, by the difference of two losses over the distance between "
            "them, keeps some 10 digits at best: the losses are nearly equal, and their digits "
            "cancel.",
        ),
        fixed(
            f"The slope of exp at 0 is 1. Measured over 1e-5 to both sides it is "
            f"{(math.exp(1e-5) - math.exp(-1e-5)) / 2e-5:.15f}."
        ),
    )
    yield told(
        "numerical-derivative",
        SHAPE_GROUP,
        (
            PRECISION_IDEA,
            "A difference over a step is a good check of a gradient. It is off by the square of "
            "the step, and takes two losses for each parameter; the way back through the network "
            "gives all gradients for about the price of one loss more, to the last digits.",
        ),
        fixed(
            f"The slope of exp at 0 is 1. Measured over 1e-2 to both sides it is "
            f"{(math.exp(1e-2) - math.exp(-1e-2)) / 2e-2:.9f}."
        ),
        "The errors of these gradients are those of a difference of two losses over a step.",
    )


def _changed() -> Iterator[Lesson]:
    exact, tiny, large = (-1 / (0.01 + guard) for guard in (0.0, 1e-8, 1e-3))
    yield told(
        "guard",
        SHAPE_GROUP,
        (
            PRECISION_IDEA,
            "A guard such as 1e-8 keeps a division by zero away, and changes the value everywhere "
            "else as well: little where the denominator is large, more where it is small.",
        ),
        fixed(
            f"The slope of -log(a) at a = 0.01 is {exact:.4f}. With a guard of 1e-8 it becomes "
            f"{tiny:.4f}, with one of 1e-3 it becomes {large:.4f}."
        ),
    )
    gradient = np.array([0.12345678, 0.00004321])
    cut = ", ".join(f"{value:.4f}" for value in np.round(gradient, 4))
    yield told(
        "rounded",
        SHAPE_GROUP,
        (
            PRECISION_IDEA,
            "Rounding is for people who read numbers. In a gradient it takes most from the small "
            "entries, and training needs those as well.",
        ),
        fixed(
            f"0.12345678 and 0.00004321 rounded to four decimals are {cut}: the first has lost "
            "0.03 percent, the second everything."
        ),
    )
