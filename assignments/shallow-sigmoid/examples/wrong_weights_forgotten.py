# expected: dW1 wrong, db1 wrong
# mistake: prop-weights-forgotten
"""W2 is missing on the way down, so all hidden units get the same blame."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = Y.shape[1]

    dZ2 = cache["A2"] - Y
    dW2 = (1 / m) * dZ2 @ cache["A1"].T
    db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)

    dZ1 = dZ2 * cache["A1"] * (1 - cache["A1"])
    dW1 = (1 / m) * dZ1 @ X.T
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)

    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
