"""A tuple is read by the names that stand in the ``return``."""

import pytest


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return dW2, db2, dZ2", {"dW2": 1, "db2": 2, "dZ2": 3}),
        ("return [db2, dW2, loss]", {"db2": 2, "dW2": 1, "loss": 4}),
        ("return dW2, db2", (1, 2)),  # two values are often something and gradients
        ("return dW2, db2, 3", (1, 2, 3)),
        ("return dW2, dW2, db2", (1, 1, 2)),
        ("W1, b1 = dW2, db2\n    return W1, b1, loss", (1, 2, 4)),  # W1, or what is dW1
        ("return loss, dZ2, m", (4, 3, 5)),
        ("if m > 9:\n        return dW2, db2, dZ2\n    return db2, dW2, dZ2", (2, 1, 3)),
        ("held = dW2, db2, dZ2\n    return held", (1, 2, 3)),
        ("f = lambda: (dW2, db2)\n    return db2, dW2, m", {"db2": 2, "dW2": 1, "m": 5}),
    ],
)
def test_a_tuple_is_read_by_its_names(student, values, line, expected):
    text = (
        "def backward_propagation(parameters, cache, X, Y):\n"
        f"    dW2, db2, dZ2, loss, m = 1, 2, 3, 4, 5\n    {line}\n"
    )
    assert student(text).call(values, {}) == expected
