# expected: dW6 wrong shape
# expected: dW5 follow-through, dW4 follow-through, dW3 follow-through
# expected: dW2 follow-through, dW1 follow-through
# mistake: dW-uses-own-activation
"""dW takes the layer's own output where it needs the layer's input: the shapes do not fit."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        grads[f"dW{layer}"] = dZ @ cache[f"A{layer}"].T / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if layer > 1:
            dA = parameters[f"W{layer}"].T @ dZ
            dZ = dA * (cache[f"Z{layer - 1}"] > 0)

    return grads
