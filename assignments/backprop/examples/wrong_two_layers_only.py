# expected: deep: dW5 missing, db5 missing, dW4 missing, db4 missing, dW3 missing, db3 missing
# expected: deep: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
"""Written for two layers: the shallow part is right, and every deeper network is not."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]

    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - A1**2)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
