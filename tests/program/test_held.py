"""How many examples a call passes is told by what has an entry for each."""

import numpy as np
import pytest

from gradcheck_grader.sandbox.child.reading.held import examples_in

X, Y = np.ones((3, 5)), np.ones((2, 5))


@pytest.mark.parametrize(
    ("names", "values", "in_rows", "count"),
    [
        (("parameters", "X", "Y"), ({"W1": X}, X, Y), False, 5),
        (("X", "y"), (X.T, np.arange(5)), True, 5),
        (("AL", "Y", "caches"), (Y, Y, []), False, 5),
        (("fprop_cache",), ({"W1": X, "x": X[:, :1], "y": Y[:, :1]},), False, 1),
        (("cache",), ({"Z1": X, "A1": X.T},), True, 5),
        (("weights",), ({"W1": X},), False, None),
    ],
)
def test_the_number_of_examples_is_found(names, values, in_rows, count):
    assert examples_in(names, values, in_rows) == count
