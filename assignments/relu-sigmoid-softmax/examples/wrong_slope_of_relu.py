# expected: gradients: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: wrong-derivative-relu
"""Layer 2 is a sigmoid but gets the slope of ReLU; layer 1 inherits the mistake."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]

    dZ3 = cache["A3"] - Y
    dW3 = np.dot(dZ3, cache["A2"].T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    dA2 = np.dot(parameters["W3"].T, dZ3)
    dZ2 = dA2 * (cache["Z2"] > 0)
    dW2 = np.dot(dZ2, cache["A1"].T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m

    dA1 = np.dot(parameters["W2"].T, dZ2)
    dZ1 = dA1 * (cache["Z1"] > 0)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}
