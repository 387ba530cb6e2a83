"""Gradient descent in place. Fill in gradient_descent; handout.md says what is asked."""

import numpy as np


def softmax(z):
    """Return exp(z) / sum(exp(z)) of every column; the largest entry is taken off first."""
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def forward(X, weights, L):
    """Return the cache of one forward pass: A0, A1 ... AL. Nothing to do here.

    X is (n0, m): one example in each column.
    """
    cache = {"A0": X}
    for layer in range(1, L + 1):
        Z = weights[f"W{layer}"] @ cache[f"A{layer - 1}"] + weights[f"b{layer}"]
        cache[f"A{layer}"] = np.tanh(Z) if layer < L else softmax(Z)
    return cache


def gradient_descent(Y, weights, cache, alpha, L):
    """Take one step of gradient descent: put the new parameters into weights. Returns nothing.

    Y: classes (n of layer L, m), a single 1 in every column
    weights: dict with W1 (n1, n0), b1 (n1, 1) ... WL, bL; it is changed in place
    cache: dict with A0 (n0, m), A1 (n1, m) ... AL
    alpha: learning rate; L: number of layers
    """
    m = Y.shape[1]  # number of examples

    for layer in range(L, 0, -1):  # from the last layer down to the first
        # TODO
        weights[f"W{layer}"] = None
        weights[f"b{layer}"] = None


if __name__ == "__main__":
    # A small network to try it on: python student.py. The handout shows the right numbers.
    weights = {
        "W1": np.array([[0.5, -1.0], [1.5, 0.5], [-0.5, 1.0], [1.0, 0.5]]),
        "b1": np.array([[0.5], [-0.5], [0.25], [-0.25]]),
        "W2": np.array([[1.0, -1.0, 0.5, 0.5], [0.5, 1.0, -2.0, 0.0], [-1.5, 0.5, 1.0, -0.5]]),
        "b2": np.array([[0.5], [-0.25], [0.25]]),
    }
    X = np.array([[1.0, -0.5, 0.0, 2.0, -1.0], [0.5, 1.0, -1.0, 0.25, 0.0]])
    Y = np.array([[1, 0, 0, 0, 0], [0, 0, 1, 1, 0], [0, 1, 0, 0, 1]])
    np.set_printoptions(precision=4, suppress=True)
    gradient_descent(Y, weights, forward(X, weights, 2), 0.5, 2)
    for name, value in weights.items():
        print(f"{name} =\n{value}")
