# expected: all wrong
# mistake: missing-mean
"""The gradients are sums over the examples where the loss is an average."""

import numpy as np


def gradient_descent(Y, weights, cache, alpha, L):
    m = Y.shape[1]
    dZ = cache[f"A{L}"] - Y
    for layer in range(L, 0, -1):
        A = cache[f"A{layer - 1}"]
        W = weights[f"W{layer}"]
        dW = np.matmul(dZ, A.T)
        db = np.sum(dZ, axis=1, keepdims=True)
        dZ = np.matmul(W.T, dZ) * (1 - A**2)
        weights[f"W{layer}"] = W - alpha * dW
        weights[f"b{layer}"] = weights[f"b{layer}"] - alpha * db
