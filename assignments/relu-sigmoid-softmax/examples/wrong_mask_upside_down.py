# expected: gradients: dW1 wrong, db1 wrong
# mistake: relu-mask-inverted
"""The ReLU mask is upside down: units that were on get no blame, those that were off get all."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]

    dZ3 = cache["A3"] - Y
    dW3 = np.dot(dZ3, cache["A2"].T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    dA2 = np.dot(parameters["W3"].T, dZ3)
    dZ2 = dA2 * cache["A2"] * (1 - cache["A2"])
    dW2 = np.dot(dZ2, cache["A1"].T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m

    dZ1 = np.dot(parameters["W2"].T, dZ2)
    dZ1[cache["Z1"] > 0] = 0
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}
