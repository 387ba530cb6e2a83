# expected: dW3 wrong, dW2 wrong
# mistake: dW-uses-z
"""The tuple is read one place too early: Z stands where A should, in the products for dW."""

import numpy as np


def backward_propagation(X, Y, cache):
    m = X.shape[1]
    Z1, Z2, A3 = cache[0], cache[4], cache[9]
    W2, W3 = cache[6], cache[10]

    dZ3 = A3 - Y
    dW3 = np.dot(dZ3, Z2.T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    dZ2 = np.dot(W3.T, dZ3) * (Z2 > 0)
    dW2 = np.dot(dZ2, Z1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m

    dZ1 = np.dot(W2.T, dZ2) * (Z1 > 0)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    return {"dW3": dW3, "db3": db3, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
