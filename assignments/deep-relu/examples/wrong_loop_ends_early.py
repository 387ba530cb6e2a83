# expected: dW1 missing, db1 missing
# mistake: gradient-missing
"""The loop ends one layer too early: the first layer gets no gradients."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 1, -1):
        grads[f"dW{layer}"] = dZ @ cache[f"A{layer - 1}"].T / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = parameters[f"W{layer}"].T @ dZ
        dZ = dA * (cache[f"Z{layer - 1}"] > 0)

    return grads
