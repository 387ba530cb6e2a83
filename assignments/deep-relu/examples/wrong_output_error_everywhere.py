# expected: dW5 wrong, db5 wrong, dW4 wrong, db4 wrong, dW3 wrong, db3 wrong
# expected: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: prop-output-error-everywhere
"""Every hidden layer takes the output error itself; the weights in between are left out."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    error = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        dZ = error if layer == depth else error * (cache[f"Z{layer}"] > 0)
        grads[f"dW{layer}"] = dZ @ cache[f"A{layer - 1}"].T / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m

    return grads
