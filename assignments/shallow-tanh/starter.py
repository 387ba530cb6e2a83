"""Two layers: tanh, then sigmoid. Fill in backward_propagation; handout.md says what is asked."""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) of every entry."""
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, parameters):
    """Return the cache of one forward pass: Z1, A1, Z2, A2. Nothing to do here.

    X is (n0, m): one example in each column.
    """
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = sigmoid(Z2)
    return {"A0": X, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def backward_propagation(parameters, cache, X, Y):
    """Return the gradients of the averaged cross-entropy.

    parameters: dict with W1 (n1, n0), b1 (n1, 1), W2 (1, n1), b2 (1, 1)
    cache: dict with A0 (n0, m), Z1 and A1 (n1, m), Z2 and A2 (1, m)
    X: inputs (n0, m); Y: labels 0 or 1, (1, m)

    Returns a dict with dW1, db1, dW2, db2, each of the shape of its parameter.
    """
    m = X.shape[1]  # number of examples

    # TODO: output layer
    dW2 = None
    db2 = None

    # TODO: hidden layer
    dW1 = None
    db1 = None

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


if __name__ == "__main__":
    # A small network to try it on: python student.py. The handout shows the right numbers.
    parameters = {
        "W1": np.array([[0.5, -1.0], [1.5, 0.5], [-0.5, 1.0]]),
        "b1": np.array([[0.5], [-0.5], [0.25]]),
        "W2": np.array([[1.0, -2.0, 0.5]]),
        "b2": np.array([[0.5]]),
    }
    X = np.array([[1.0, -0.5, 0.0, 2.0], [0.5, 1.0, -1.0, 0.0]])
    Y = np.array([[1.0, 0.0, 0.0, 1.0]])
    np.set_printoptions(precision=4, suppress=True)
    cache = forward_propagation(X, parameters)
    for name, value in backward_propagation(parameters, cache, X, Y).items():
        print(f"{name} =\n{value}")
