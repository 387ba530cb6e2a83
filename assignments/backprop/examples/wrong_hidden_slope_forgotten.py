# expected: shallow: dW1 wrong, db1 wrong
# expected: deep: dW4 wrong, db4 wrong, dW3 wrong, db3 wrong
# expected: deep: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: hidden-missing-gprime
"""The slope of tanh is missing in every hidden layer; the output layer alone is right."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    depth = len(parameters) // 2
    grads = {}

    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        grads[f"dW{layer}"] = np.dot(dZ, cache[f"A{layer - 1}"].T) / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
        dZ = np.dot(parameters[f"W{layer}"].T, dZ)

    return grads
