# expected: all correct
"""Right: backpropagation as without a penalty, and the penalty added to its result."""

import numpy as np


def backward_propagation(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = (A3 - Y) / X.shape[1]
    dZ2 = np.where(Z2 > 0, W3.T @ dZ3, 0)
    dZ1 = np.where(Z1 > 0, W2.T @ dZ2, 0)
    grads = {}
    for layer, dZ, below in ((3, dZ3, A2), (2, dZ2, A1), (1, dZ1, X)):
        grads[f"dW{layer}"] = dZ @ below.T
        grads[f"db{layer}"] = dZ.sum(axis=1, keepdims=True)
    return grads


def backward_propagation_with_regularization(X, Y, cache, lambd):
    grads = backward_propagation(X, Y, cache)
    for layer in (1, 2, 3):
        grads[f"dW{layer}"] += lambd * cache[4 * layer - 2] / X.shape[1]
    return grads
