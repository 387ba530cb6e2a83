# expected: all correct
"""Right the long way: dA2 first, then through the slopes of softmax, example by example."""

import numpy as np


def softmax_backward(dA, A):
    dZ = np.empty_like(A)
    for i in range(A.shape[1]):
        a = A[:, i]
        slopes = np.diag(a) - np.outer(a, a)
        dZ[:, i] = slopes @ dA[:, i]
    return dZ


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dA2 = -Y / cache["A2"] / m
    dZ2 = softmax_backward(dA2, cache["A2"])
    dA1 = np.dot(parameters["W2"].T, dZ2)
    dZ1 = dA1 * (1 - np.tanh(cache["Z1"]) ** 2)
    grads = {"dA2": dA2, "dZ2": dZ2, "dA1": dA1, "dZ1": dZ1}
    grads["dW2"] = np.dot(dZ2, cache["A1"].T)
    grads["db2"] = np.sum(dZ2, axis=1).reshape(-1, 1)
    grads["dW1"] = np.dot(dZ1, X.T)
    grads["db1"] = np.sum(dZ1, axis=1).reshape(-1, 1)
    return grads
