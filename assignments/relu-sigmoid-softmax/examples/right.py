# expected: all correct
"""The usual solution for three layers, layer by layer, with the optional step."""

import numpy as np


def relu(z):
    return np.maximum(0, z)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def forward_propagation(X, parameters):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = relu(Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = sigmoid(Z2)
    Z3 = np.dot(parameters["W3"], A2) + parameters["b3"]
    A3 = softmax(Z3)
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3, "A3": A3}


def cross_entropy(A3, Y):
    return -np.sum(Y * np.log(A3)) / Y.shape[1]


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]

    # Softmax and cross-entropy together.
    dZ3 = cache["A3"] - Y
    dW3 = np.dot(dZ3, cache["A2"].T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m

    # Sigmoid.
    dA2 = np.dot(parameters["W3"].T, dZ3)
    dZ2 = dA2 * cache["A2"] * (1 - cache["A2"])
    dW2 = np.dot(dZ2, cache["A1"].T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m

    # ReLU.
    dA1 = np.dot(parameters["W2"].T, dZ2)
    dZ1 = dA1 * (cache["Z1"] > 0)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}


def update_parameters(parameters, grads, learning_rate=0.01):
    updated = {}
    for layer in (1, 2, 3):
        for kind in ("W", "b"):
            name = f"{kind}{layer}"
            updated[name] = parameters[name] - learning_rate * grads[f"d{name}"]
    return updated
