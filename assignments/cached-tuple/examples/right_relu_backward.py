# expected: all correct
"""Right, with the mask taken from Z, the entries set to 0 in place, and the mean at the end."""

import numpy as np


def relu_backward(dA, Z):
    dA[Z <= 0] = 0
    return dA


def backward_propagation(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = Y.shape[1]

    dA3 = -Y / A3 + (1 - Y) / (1 - A3)
    dZ3 = dA3 * A3 * (1 - A3)
    dZ2 = relu_backward(W3.T.dot(dZ3), Z2)
    dZ1 = relu_backward(W2.T.dot(dZ2), Z1)

    grads = {"dW3": dZ3.dot(A2.T), "dW2": dZ2.dot(A1.T), "dW1": dZ1.dot(X.T)}
    for name, dZ in (("db3", dZ3), ("db2", dZ2), ("db1", dZ1)):
        grads[name] = dZ.sum(axis=1)[:, np.newaxis]
    return {name: value / m for name, value in grads.items()}
