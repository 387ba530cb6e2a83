"""The sizes of the network of a call are told by what it passes."""

import numpy as np
import pytest

from gradcheck_grader.sandbox.child.running.held import sizes_in

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
    assert sizes_in(names, values, in_rows)["m"] == count


@pytest.mark.parametrize(
    ("value", "layers", "units"),
    [
        ({"W1": np.ones((4, 3)), "b1": np.ones((4, 1)), "A1": 0}, 1, [3, 4]),
        ({"W1": X, "W2": Y, "b1": np.ones((3, 1)), "b2": np.ones(2), "a_2": Y}, 2, [5, 3, 2]),
        ([(X, Y), (X, Y), (X, Y)], 3, None),
        (X, None, None),
    ],
)
def test_layers_and_units_are_counted(value, layers, units):
    sizes = sizes_in(("value",), (value,), False)
    assert (sizes["l"], sizes["layersdims"]) == (layers, units)
