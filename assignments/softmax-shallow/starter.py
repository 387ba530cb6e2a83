"""Two layers: tanh, then softmax. Fill in backward_propagation; handout.md says what is asked."""

import numpy as np


def softmax(z):
    """Return exp(z) / sum(exp(z)) of every column; the largest entry is taken off first."""
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def forward_propagation(X, parameters):
    """Return the cache of one forward pass: A0, Z1, A1, Z2, A2. Nothing to do here.

    X is (n0, m): one example in each column.
    """
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = softmax(Z2)
    return {"A0": X, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def backward_propagation(parameters, cache, X, Y):
    """Return the gradients of the averaged cross-entropy.

    parameters: dict with W1 (n1, n0), b1 (n1, 1), W2 (n2, n1), b2 (n2, 1)
    cache: dict with A0 (n0, m), Z1 and A1 (n1, m), Z2 and A2 (n2, m)
    X: inputs (n0, m); Y: classes (n2, m), a single 1 in every column

    Returns a dict with dW1, db1, dW2, db2, each of the shape of its parameter.
    """
    m = X.shape[1]  # number of examples

    # TODO: output layer (softmax)
    dW2 = None
    db2 = None

    # TODO: hidden layer (tanh)
    dW1 = None
    db1 = None

    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}


if __name__ == "__main__":
    # A small network to try it on: python student.py. The handout shows the right numbers.
    parameters = {
        "W1": np.array([[0.5, -1.0], [1.5, 0.5], [-0.5, 1.0]]),
        "b1": np.array([[0.5], [-0.5], [0.25]]),
        "W2": np.array([[1.0, -1.0, 0.5], [0.5, 1.0, -2.0], [-1.5, 0.5, 1.0], [0.0, 0.5, 0.5]]),
        "b2": np.array([[0.5], [-0.25], [0.25], [-0.5]]),
    }
    X = np.array([[1.0, -0.5, 0.0, 2.0, -1.0], [0.5, 1.0, -1.0, 0.25, 0.0]])
    Y = np.array(
        [
            [1.0, 0.0, 0.0, 0.0, 1.0],
            [0.0, 0.0, 1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 1.0, 0.0],
        ]
    )
    np.set_printoptions(precision=4, suppress=True)
    cache = forward_propagation(X, parameters)
    grads = backward_propagation(parameters, cache, X, Y)
    for name in ("dW2", "db2", "dW1", "db1"):
        print(f"{name} =\n{grads[name]}")
