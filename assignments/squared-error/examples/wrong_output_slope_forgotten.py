# expected: gradients: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: output-missing-gprime
"""The output error of the cross-entropy is used; with the squared error nothing cancels."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]

    delta2 = A2 - Y
    dW2 = A1.T @ delta2
    db2 = delta2.sum(axis=0, keepdims=True)

    delta1 = (delta2 @ parameters["W2"].T) * A1 * (1 - A1)
    dW1 = X.T @ delta1
    db1 = delta1.sum(axis=0, keepdims=True)

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
