# expected: all correct
"""Right, one example at a time: the gradients of the examples are added up, then averaged."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    grads = {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}

    for i in range(m):
        x, y = X[:, i : i + 1], Y[:, i : i + 1]
        a1, a2 = cache["A1"][:, i : i + 1], cache["A2"][:, i : i + 1]

        dz2 = a2 - y
        dz1 = (parameters["W2"].T @ dz2) * (1 - a1**2)

        grads["dW2"] += dz2 @ a1.T / m
        grads["db2"] += dz2 / m
        grads["dW1"] += dz1 @ x.T / m
        grads["db1"] += dz1 / m

    return grads
