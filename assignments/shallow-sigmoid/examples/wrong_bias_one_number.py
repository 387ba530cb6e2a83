# expected: db1 wrong shape
# mistake: db-summed-over-everything
"""np.sum without an axis: db1 is one number for all hidden units. With one output, db2 is right."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = Y.shape[1]

    dZ2 = cache["A2"] - Y
    dW2 = (1 / m) * dZ2 @ cache["A1"].T
    db2 = (1 / m) * np.sum(dZ2)

    dA1 = parameters["W2"].T @ dZ2
    dZ1 = dA1 * cache["A1"] * (1 - cache["A1"])
    dW1 = (1 / m) * dZ1 @ X.T
    db1 = (1 / m) * np.sum(dZ1)

    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
