# expected: gradients: dW3 wrong, db3 wrong, dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: softmax-true-class-only
"""Only the right class gets an error; raising the score of a wrong class costs nothing here."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]

    dZ3 = Y * (cache["A3"] - 1)
    dW3 = np.dot(dZ3, cache["A2"].T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    dA2 = np.dot(parameters["W3"].T, dZ3)
    dZ2 = dA2 * cache["A2"] * (1 - cache["A2"])
    dW2 = np.dot(dZ2, cache["A1"].T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m

    dA1 = np.dot(parameters["W2"].T, dZ2)
    dZ1 = dA1 * (cache["Z1"] > 0)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}
