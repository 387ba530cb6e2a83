# expected: all correct
"""The usual solution: one loop from the last layer down to the first."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, parameters):
    depth = len(parameters) // 2
    A = X
    cache = {"A0": X}
    for layer in range(1, depth + 1):
        Z = parameters[f"W{layer}"] @ A + parameters[f"b{layer}"]
        A = np.maximum(Z, 0) if layer < depth else sigmoid(Z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
    return cache


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        below = cache[f"A{layer - 1}"] if layer > 1 else X
        grads[f"dW{layer}"] = dZ @ below.T / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if layer > 1:
            dA = parameters[f"W{layer}"].T @ dZ
            dZ = dA * (cache[f"Z{layer - 1}"] > 0)

    return grads
