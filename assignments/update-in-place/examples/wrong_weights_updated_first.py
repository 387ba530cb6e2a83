# expected: W4 wrong, b4 wrong, W3 wrong, b3 wrong, W2 wrong, b2 wrong, W1 wrong, b1 wrong
# mistake: prop-uses-updated-weights
"""The weights take their step first, and the error goes down through the new ones."""

import numpy as np


def gradient_descent(Y, weights, cache, alpha, L):
    m = Y.shape[1]
    dZ = cache[f"A{L}"] - Y
    for layer in range(L, 0, -1):
        A = cache[f"A{layer - 1}"]
        W = weights[f"W{layer}"]
        dW = np.matmul(dZ, A.T) / m
        db = np.sum(dZ, axis=1, keepdims=True) / m
        weights[f"W{layer}"] = W - alpha * dW
        weights[f"b{layer}"] = weights[f"b{layer}"] - alpha * db
        dZ = np.matmul(weights[f"W{layer}"].T, dZ) * (1 - A**2)
