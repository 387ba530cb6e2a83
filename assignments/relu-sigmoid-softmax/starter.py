"""ReLU, sigmoid, softmax. Fill in backward_propagation; handout.md says what is asked."""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) of every entry."""
    return 1 / (1 + np.exp(-z))


def softmax(z):
    """Return exp(z) / sum(exp(z)) of every column; the largest entry is taken off first."""
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def forward_propagation(X, parameters):
    """Return the cache of one forward pass: Z1, A1, Z2, A2, Z3, A3. Nothing to do here.

    X is (n0, m): one example in each column.
    """
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.maximum(0, Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = sigmoid(Z2)
    Z3 = np.dot(parameters["W3"], A2) + parameters["b3"]
    A3 = softmax(Z3)
    return {"A0": X, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3, "A3": A3}


def backward_propagation(parameters, cache, X, Y):
    """Return the gradients of the averaged cross-entropy.

    parameters: dict with W1 (n1, n0), b1 (n1, 1), W2 (n2, n1), b2 (n2, 1), W3 (n3, n2), b3 (n3, 1)
    cache: dict with A0 (n0, m), Z1 and A1 (n1, m), Z2 and A2 (n2, m), Z3 and A3 (n3, m)
    X: inputs (n0, m); Y: classes (n3, m), a single 1 in every column

    Returns a dict with dW1, db1, dW2, db2, dW3, db3, each of the shape of its parameter.
    """
    m = X.shape[1]  # number of examples

    # TODO: output layer (softmax)
    dW3 = None
    db3 = None

    # TODO: second layer (sigmoid)
    dW2 = None
    db2 = None

    # TODO: first layer (ReLU)
    dW1 = None
    db1 = None

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}


# The handout asks for one more function, if you like: update_parameters.


if __name__ == "__main__":
    # A small network to try it on: python student.py. The handout shows the right numbers.
    parameters = {
        "W1": np.array([[0.5, -1.0], [1.5, 0.5], [-0.5, 1.0]]),
        "b1": np.array([[0.5], [-0.5], [0.25]]),
        "W2": np.array([[1.0, -1.0, 0.5], [0.5, 1.0, -2.0]]),
        "b2": np.array([[0.5], [-0.25]]),
        "W3": np.array([[1.0, -1.0], [0.5, 2.0], [-1.5, 0.5]]),
        "b3": np.array([[0.25], [-0.5], [0.5]]),
    }
    X = np.array([[1.0, -0.5, 0.0, 2.0], [0.5, 1.0, -1.0, 0.25]])
    Y = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]])
    np.set_printoptions(precision=4, suppress=True)
    cache = forward_propagation(X, parameters)
    for name, value in backward_propagation(parameters, cache, X, Y).items():
        print(f"{name} =\n{value}")
