# expected: gradients: dW2 wrong shape
# mistake: dW-transposed
"""dW2 lies on its side: the right numbers in the shape (n2, n1) instead of (n1, n2)."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]

    delta2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = delta2.T @ A1
    db2 = delta2.sum(axis=0, keepdims=True)

    delta1 = (delta2 @ parameters["W2"].T) * A1 * (1 - A1)
    dW1 = X.T @ delta1
    db1 = delta1.sum(axis=0, keepdims=True)

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
