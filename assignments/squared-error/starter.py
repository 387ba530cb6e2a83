"""Squared error, examples in rows. Fill in backward_propagation; handout.md says what is asked."""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) of every entry."""
    return 1 / (1 + np.exp(-z))


def forward_propagation(X, parameters):
    """Return the cache of one forward pass: Z1, A1, Z2, A2. Nothing to do here.

    X is (m, n0): one example in each row.
    """
    Z1 = X @ parameters["W1"] + parameters["b1"]
    A1 = sigmoid(Z1)
    Z2 = A1 @ parameters["W2"] + parameters["b2"]
    A2 = sigmoid(Z2)
    return {"A0": X, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def backward_propagation(parameters, cache, X, Y):
    """Return the gradients of the squared error, summed over the batch.

    parameters: dict with W1 (n0, n1), b1 (1, n1), W2 (n1, n2), b2 (1, n2)
    cache: dict with A0 (m, n0), Z1 and A1 (m, n1), Z2 and A2 (m, n2)
    X: inputs (m, n0); Y: targets (m, n2)

    Returns a dict with dW1, db1, dW2, db2, each of the shape of its parameter.
    """
    # TODO: output layer
    dW2 = None
    db2 = None

    # TODO: hidden layer
    dW1 = None
    db1 = None

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


# The handout asks for one more function, if you like: update_parameters.


if __name__ == "__main__":
    # A small network to try it on: python student.py. The handout shows the right numbers.
    parameters = {
        "W1": np.array([[0.5, 1.5, -0.5], [-1.0, 0.5, 1.0]]),
        "b1": np.array([[0.5, -0.5, 0.25]]),
        "W2": np.array([[1.0, 0.5], [-2.0, 1.0], [0.5, -1.0]]),
        "b2": np.array([[0.5, -0.25]]),
    }
    X = np.array([[1.0, 0.5], [-0.5, 1.0], [0.0, -1.0], [2.0, 0.0]])
    Y = np.array([[1.0, 0.0], [0.0, 0.5], [0.25, 1.0], [1.0, 1.0]])
    np.set_printoptions(precision=4, suppress=True)
    cache = forward_propagation(X, parameters)
    for name, value in backward_propagation(parameters, cache, X, Y).items():
        print(f"{name} =\n{value}")
