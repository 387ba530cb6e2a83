# expected: all correct
"""The usual solution: two sigmoid layers forwards, and the chain rule backwards."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = sigmoid(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = sigmoid(Z2)
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def cross_entropy(A2, Y):
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))


def backward_propagation(parameters, cache, X, Y):
    m = Y.shape[1]

    # Output layer.
    dZ2 = cache["A2"] - Y
    dW2 = (1 / m) * dZ2 @ cache["A1"].T
    db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)

    # Hidden layer.
    dA1 = parameters["W2"].T @ dZ2
    dZ1 = dA1 * cache["A1"] * (1 - cache["A1"])
    dW1 = (1 / m) * dZ1 @ X.T
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)

    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
