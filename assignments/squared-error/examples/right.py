# expected: all correct
"""The usual solution for examples in rows, with the optional step of gradient descent."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, parameters):
    Z1 = X @ parameters["W1"] + parameters["b1"]
    A1 = sigmoid(Z1)
    Z2 = A1 @ parameters["W2"] + parameters["b2"]
    A2 = sigmoid(Z2)
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def squared_error(A2, Y):
    return 0.5 * np.sum((A2 - Y) ** 2)


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]

    delta2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = A1.T @ delta2
    db2 = delta2.sum(axis=0, keepdims=True)

    delta1 = (delta2 @ parameters["W2"].T) * A1 * (1 - A1)
    dW1 = X.T @ delta1
    db1 = delta1.sum(axis=0, keepdims=True)

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def update_parameters(parameters, grads, learning_rate):
    W1 = parameters["W1"] - learning_rate * grads["dW1"]
    b1 = parameters["b1"] - learning_rate * grads["db1"]
    W2 = parameters["W2"] - learning_rate * grads["dW2"]
    b2 = parameters["b2"] - learning_rate * grads["db2"]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
