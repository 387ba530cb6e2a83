# expected: shallow: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# expected: deep: dW5 wrong, db5 wrong, dW4 wrong, db4 wrong, dW3 wrong, db3 wrong
# expected: deep: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: double-mean
"""The batch is averaged twice: once in the output error and once in every gradient."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    dZ = (cache[f"A{depth}"] - Y) / m
    for layer in range(depth, 0, -1):
        below = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.dot(dZ, below.T) / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if layer > 1:
            dZ = np.dot(parameters[f"W{layer}"].T, dZ) * (1 - below**2)

    return grads
