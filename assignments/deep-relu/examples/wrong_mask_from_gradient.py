# expected: dW5 wrong, db5 wrong, dW4 wrong, db4 wrong, dW3 wrong, db3 wrong
# expected: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: relu-mask-on-gradient
"""ReLU is applied to the gradient itself instead of asking which units were on."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        grads[f"dW{layer}"] = dZ @ cache[f"A{layer - 1}"].T / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if layer > 1:
            dA = parameters[f"W{layer}"].T @ dZ
            dZ = np.maximum(dA, 0)

    return grads
