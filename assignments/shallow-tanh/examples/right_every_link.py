# expected: all correct
"""Right, with every link of the chain written out: dA2, then dZ2, and the mean at the start."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = Y.shape[1]
    A1, A2 = cache["A1"], cache["A2"]

    dA2 = (-Y / A2 + (1 - Y) / (1 - A2)) / m
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = parameters["W2"].T @ dZ2
    dZ1 = dA1 * (1 - A1 * A1)

    ones = np.ones((m, 1))
    return {
        "dZ2": dZ2,
        "dW2": dZ2 @ A1.T,
        "db2": dZ2 @ ones,
        "dZ1": dZ1,
        "dW1": dZ1 @ X.T,
        "db1": dZ1 @ ones,
    }
