# expected: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: divided-by-wrong-size
"""m is read from the wrong axis of X: it is the number of inputs, not of examples."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[0]

    dZ2 = cache["A2"] - Y
    dW2 = (1 / m) * dZ2 @ cache["A1"].T
    db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)

    dA1 = parameters["W2"].T @ dZ2
    dZ1 = dA1 * cache["A1"] * (1 - cache["A1"])
    dW1 = (1 / m) * dZ1 @ X.T
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)

    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
