# expected: all correct
"""Right, with einsum: the letters say which sizes are summed over, i being the examples."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dZ2 = (cache["A2"] - Y) / m
    dZ1 = np.einsum("oh,oi->hi", parameters["W2"], dZ2) * (1 - cache["A1"] ** 2)
    return {
        "dW1": np.einsum("hi,ni->hn", dZ1, X),
        "db1": np.einsum("hi->h", dZ1)[:, None],
        "dW2": np.einsum("oi,hi->oh", dZ2, cache["A1"]),
        "db2": np.einsum("oi->o", dZ2)[:, None],
    }
