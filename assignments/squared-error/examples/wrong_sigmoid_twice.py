# expected: gradients: dW1 wrong, db1 wrong
# mistake: gprime-at-activation
"""sigmoid_prime expects z, but A1 is passed: the sigmoid is applied twice."""

import numpy as np


def sigmoid_prime(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]

    delta2 = (A2 - Y) * sigmoid_prime(cache["Z2"])
    dW2 = A1.T @ delta2
    db2 = delta2.sum(axis=0, keepdims=True)

    delta1 = (delta2 @ parameters["W2"].T) * sigmoid_prime(A1)
    dW1 = X.T @ delta1
    db1 = delta1.sum(axis=0, keepdims=True)

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
