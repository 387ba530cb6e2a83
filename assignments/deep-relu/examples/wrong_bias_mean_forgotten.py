# expected: db6 wrong, db5 wrong, db4 wrong, db3 wrong, db2 wrong, db1 wrong
# mistake: missing-mean
"""The bias gradients are summed over the batch where the loss is an average."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        grads[f"dW{layer}"] = dZ @ cache[f"A{layer - 1}"].T / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True)
        if layer > 1:
            dA = parameters[f"W{layer}"].T @ dZ
            dZ = dA * (cache[f"Z{layer - 1}"] > 0)

    return grads
