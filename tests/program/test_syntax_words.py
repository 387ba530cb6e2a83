"""Where Python says "invalid syntax", a student is told what is there, and never more than that."""

from __future__ import annotations

import pytest

HEAD = "def backward_propagation(parameters, cache, X, Y):\n    m = 3\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "dW2 = 1/m X @ Y.T",
            "nothing stands between `m` and `X`. Is an operator missing, such as `*`?",
        ),
        ("dW2 = (X + 1) Y", "nothing stands between `)` and `Y`."),
        ("dW2 = X[0] 2", "nothing stands between `]` and `2`."),
        ("dW2 = 2X", "`2X` is no number and no name. Is a `*` missing after `2`?"),
        ("dW2 = 0.5 * 1.5X.T", "`1.5X` is no number and no name."),
        ("retrun X", "`retrun` begins no statement. Is `return` meant?"),
        ("Return {'dW2': X}", "`Return` begins no statement. Is `return` meant?"),
        ("Return X", "`Return` begins no statement. Is `return` meant?"),
        ("both = m > 1 && m < 3", "`&&` is no operator in Python; write `and`."),
        ("m++", "`++` is no operator in Python; write `+= 1`."),
        ("dW2 = X + lambda / m * Y", "`lambda` is a word of Python itself"),
        ("dW2 = X + m * lambda", "`lambda` is a word of Python itself"),
        ("lambda = 0.1", "`lambda` is a word of Python itself"),
        ("dW2 = sum(X, lambda)", "`lambda` is a word of Python itself"),
        ("slope = lambda z 1 - z", "nothing stands between `z` and `1`."),
        ("slope = lambda *z 1 - z: 3", "nothing stands between `z` and `1`."),
        ("dW 2 = X", "It is not valid Python: invalid syntax."),
        ("import numpy np", "It is not valid Python: invalid syntax."),
        ("m = = 3", "It is not valid Python: invalid syntax."),
    ],
)
def test_a_slip_is_said_where_it_is_plain(refused, line, words):
    problem = refused(f"{HEAD}    {line}\n    return X\n")
    assert problem["line"] == 3
    assert problem["message"].startswith("It is not valid Python: ")
    assert words in problem["message"]
