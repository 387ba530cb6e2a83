# expected: dW1 wrong, db1 wrong
# mistake: wrong-derivative-tanh
"""The hidden layer is a sigmoid, but its slope is taken as if it were tanh."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = Y.shape[1]

    dZ2 = cache["A2"] - Y
    dW2 = (1 / m) * dZ2 @ cache["A1"].T
    db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)

    dA1 = parameters["W2"].T @ dZ2
    dZ1 = dA1 * (1 - cache["A1"] ** 2)
    dW1 = (1 / m) * dZ1 @ X.T
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)

    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
