# expected: all correct
"""Right, with a helper for the slope that is given z, and a one-number db2."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dA2 = -(np.divide(Y, cache["A2"]) - np.divide(1 - Y, 1 - cache["A2"]))
    dZ2 = dA2 * sigmoid_prime(cache["Z2"])
    dZ1 = np.dot(parameters["W2"].T, dZ2) * sigmoid_prime(cache["Z1"])
    return {
        "dW2": np.dot(dZ2, cache["A1"].T) / m,
        "db2": np.sum(dZ2) / m,  # one output unit: one number
        "dW1": np.dot(dZ1, X.T) / m,
        "db1": np.sum(dZ1, axis=1).reshape(-1, 1) / m,
    }
