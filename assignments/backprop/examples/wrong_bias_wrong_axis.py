# expected: shallow: db2 wrong shape
# expected: shallow: db1 follow-through
# expected: deep: db5 wrong shape
# expected: deep: db4 follow-through, db3 follow-through, db2 follow-through
# expected: deep: db1 follow-through
# mistake: db-wrong-axis
"""The bias gradients are summed over the units instead of the examples."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        below = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.dot(dZ, below.T) / m
        grads[f"db{layer}"] = np.sum(dZ, axis=0, keepdims=True) / m
        if layer > 1:
            dZ = np.dot(parameters[f"W{layer}"].T, dZ) * (1 - below**2)

    return grads
