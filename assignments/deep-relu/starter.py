"""A deep ReLU network. Fill in backward_propagation; handout.md says what is asked."""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) of every entry."""
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, parameters):
    """Return the cache of one forward pass: A0, then Z and A of every layer. Nothing to do here.

    X is (n0, m): one example in each column.
    """
    depth = len(parameters) // 2
    cache = {"A0": X}
    for layer in range(1, depth + 1):
        Z = parameters[f"W{layer}"] @ cache[f"A{layer - 1}"] + parameters[f"b{layer}"]
        cache[f"Z{layer}"] = Z
        cache[f"A{layer}"] = np.maximum(0, Z) if layer < depth else sigmoid(Z)
    return cache


def backward_propagation(parameters, cache, X, Y):
    """Return the gradients of the averaged cross-entropy, for a network of any depth L.

    parameters: dict with W1 (n1, n0), b1 (n1, 1) ... WL (1, n of layer L-1), bL (1, 1)
    cache: dict with A0 (n0, m), Z1 and A1 (n1, m) ... ZL and AL (1, m)
    X: inputs (n0, m); Y: labels 0 or 1, (1, m)

    Returns a dict with dW1, db1 ... dWL, dbL, each of the shape of its parameter.
    """
    m = X.shape[1]  # number of examples
    depth = len(parameters) // 2  # number of layers L
    grads = {}

    for layer in range(depth, 0, -1):  # from the last layer down to the first
        # TODO
        grads[f"dW{layer}"] = None
        grads[f"db{layer}"] = None

    return grads


if __name__ == "__main__":
    # A small network to try it on: python student.py. The handout shows the right numbers.
    parameters = {
        "W1": np.array([[0.5, -1.0], [1.5, 0.5], [-0.5, 1.0]]),
        "b1": np.array([[0.5], [-0.5], [0.25]]),
        "W2": np.array([[1.0, -1.0, 0.5], [0.5, 1.0, -2.0]]),
        "b2": np.array([[0.5], [-0.25]]),
        "W3": np.array([[1.0, -1.5]]),
        "b3": np.array([[0.25]]),
    }
    X = np.array([[1.0, -0.5, 0.0, 2.0], [0.5, 1.0, -1.0, 0.25]])
    Y = np.array([[1.0, 0.0, 0.0, 1.0]])
    np.set_printoptions(precision=4, suppress=True)
    cache = forward_propagation(X, parameters)
    for name, value in backward_propagation(parameters, cache, X, Y).items():
        print(f"{name} =\n{value}")
