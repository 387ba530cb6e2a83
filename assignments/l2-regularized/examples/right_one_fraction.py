# expected: all correct
"""Right, under another accepted name, with one fraction for both terms and a default of lambda."""

import numpy as np


def backprop(X, Y, cache, lambda_=0.7):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache

    def gradients(dZ, A, W):
        return (dZ @ A.T + lambda_ * W) / m, np.mean(dZ, axis=1, keepdims=True)

    grads = {}
    dZ = A3 - Y
    grads["dW3"], grads["db3"] = gradients(dZ, A2, W3)
    dZ = W3.T @ dZ * (Z2 > 0)
    grads["dW2"], grads["db2"] = gradients(dZ, A1, W2)
    dZ = W2.T @ dZ * (Z1 > 0)
    grads["dW1"], grads["db1"] = gradients(dZ, X, W1)
    return grads
