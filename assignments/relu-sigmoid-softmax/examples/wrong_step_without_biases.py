# expected: step: b3 wrong, b2 wrong, b1 wrong
"""The gradients are right, but the step moves the weights alone and leaves the biases."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]

    dZ3 = cache["A3"] - Y
    dW3 = np.dot(dZ3, cache["A2"].T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    dA2 = np.dot(parameters["W3"].T, dZ3)
    dZ2 = dA2 * cache["A2"] * (1 - cache["A2"])
    dW2 = np.dot(dZ2, cache["A1"].T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m

    dA1 = np.dot(parameters["W2"].T, dZ2)
    dZ1 = dA1 * (cache["Z1"] > 0)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}


def update_parameters(parameters, grads, learning_rate):
    updated = dict(parameters)
    for name in ("W1", "W2", "W3"):
        updated[name] = parameters[name] - learning_rate * grads["d" + name]
    return updated
