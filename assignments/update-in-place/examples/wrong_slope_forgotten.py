# expected: W4 wrong, b4 wrong, W3 wrong, b3 wrong, W2 wrong, b2 wrong, W1 wrong, b1 wrong
# mistake: hidden-missing-gprime
"""The slope of tanh is missing on the way down."""

import numpy as np


def gradient_descent(Y, weights, cache, alpha, L):
    m = Y.shape[1]
    dZ = cache[f"A{L}"] - Y
    for layer in range(L, 0, -1):
        A = cache[f"A{layer - 1}"]
        W = weights[f"W{layer}"]
        dW = np.matmul(dZ, A.T) / m
        db = np.sum(dZ, axis=1, keepdims=True) / m
        dZ = np.matmul(W.T, dZ)
        weights[f"W{layer}"] = W - alpha * dW
        weights[f"b{layer}"] = weights[f"b{layer}"] - alpha * db
