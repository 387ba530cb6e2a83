# expected: all correct
"""Right, from the pre-activations: the activations are computed again from Z1 and Z2."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    Z1, Z2 = cache["Z1"], cache["Z2"]

    dZ2 = 1 / (1 + np.exp(-Z2)) - Y
    dZ1 = np.dot(parameters["W2"].T, dZ2) / np.cosh(Z1) ** 2

    grads = {}
    grads["dW2"] = np.dot(dZ2, np.tanh(Z1).T) / m
    grads["db2"] = float(np.sum(dZ2)) / m  # one output unit: one number
    grads["dW1"] = np.dot(dZ1, X.T) / m
    grads["db1"] = np.mean(dZ1, axis=1, keepdims=True)
    return grads
