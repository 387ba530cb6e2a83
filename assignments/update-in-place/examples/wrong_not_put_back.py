# expected: all wrong
# mistake: zero-gradient
"""The new values go to names of the function; weights stay what they were."""

import numpy as np


def gradient_descent(Y, weights, cache, alpha, L):
    m = Y.shape[1]
    dZ = cache[f"A{L}"] - Y
    for layer in range(L, 0, -1):
        A = cache[f"A{layer - 1}"]
        W = weights[f"W{layer}"]
        dW = np.matmul(dZ, A.T) / m
        db = np.sum(dZ, axis=1, keepdims=True) / m
        dZ = np.matmul(W.T, dZ) * (1 - A**2)
        W = W - alpha * dW
        b = weights[f"b{layer}"]
        b = b - alpha * db
