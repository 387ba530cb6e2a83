# expected: all correct
"""The usual solution: one loop that serves two layers as well as five."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        below = cache[f"A{layer - 1}"] if layer > 1 else X
        grads[f"dW{layer}"] = np.dot(dZ, below.T) / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if layer > 1:
            dA = np.dot(parameters[f"W{layer}"].T, dZ)
            dZ = dA * (1 - np.power(below, 2))

    return grads
