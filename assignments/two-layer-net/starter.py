"""A two-layer classifier, examples in rows. Fill in backward; handout.md says what is asked."""

import numpy as np


def softmax(z):
    """Return exp(z) / sum(exp(z)) of every row; the largest entry is taken off first."""
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def forward(X, parameters):
    """Return the cache of one forward pass: Z1, A1, Z2, A2. Nothing to do here.

    X is (m, n0): one example in each row.
    """
    Z1 = X @ parameters["W1"] + parameters["b1"]
    A1 = np.maximum(0, Z1)
    Z2 = A1 @ parameters["W2"] + parameters["b2"]
    A2 = softmax(Z2)
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def backward(X, y, parameters, cache):
    """Return the gradients of the averaged cross-entropy.

    X: inputs (m, n0); y: class numbers 0, 1 ... n2 - 1, whole numbers (m,)
    parameters: dict with W1 (n0, n1), b1 (n1,), W2 (n1, n2), b2 (n2,)
    cache: dict with Z1 and A1 (m, n1), Z2 and A2 (m, n2)

    Returns a dict with dW1, db1, dW2, db2, each of the shape of its parameter.
    """
    m = X.shape[0]  # number of examples

    # TODO: output layer (softmax)
    dW2 = None
    db2 = None

    # TODO: hidden layer (ReLU)
    dW1 = None
    db1 = None

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


if __name__ == "__main__":
    # A small network to try it on: python student.py. The handout shows the right numbers.
    parameters = {
        "W1": np.array([[0.5, 1.5, -0.5, 1.0], [-1.0, 0.5, 1.0, 0.5]]),
        "b1": np.array([0.5, -0.5, 0.25, -0.25]),
        "W2": np.array([[1.0, 0.5, -1.5], [-1.0, 1.0, 0.5], [0.5, -2.0, 1.0], [0.5, 0.0, -0.5]]),
        "b2": np.array([0.5, -0.25, 0.25]),
    }
    X = np.array([[1.0, 0.5], [-0.5, 1.0], [0.0, -1.0], [2.0, 0.25], [-1.0, 0.0]])
    y = np.array([0, 2, 1, 1, 2])
    np.set_printoptions(precision=4, suppress=True)
    grads = backward(X, y, parameters, forward(X, parameters))
    grads = grads if isinstance(grads, dict) else dict(zip(("dW1", "db1", "dW2", "db2"), grads))
    for name, value in grads.items():
        print(f"{name} =\n{value}")
