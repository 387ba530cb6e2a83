"""One example through two sigmoid layers. Fill in bprop; handout.md says what is asked."""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) of every entry."""
    return 1 / (1 + np.exp(-z))


def fprop(x, y, params):
    """Return one dict with everything that bprop needs. Nothing to do here.

    x is (n0, 1), y is (1, 1); params holds W1, b1, W2, b2.
    """
    z1 = np.dot(params["W1"], x) + params["b1"]
    a1 = sigmoid(z1)
    z2 = np.dot(params["W2"], a1) + params["b2"]
    a2 = sigmoid(z2)
    loss = -(y * np.log(a2) + (1 - y) * np.log(1 - a2))
    return {"x": x, "y": y, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": loss, **params}


def bprop(fprop_cache):
    """Return the gradients of the cross-entropy of one example.

    fprop_cache: dict with x (n0, 1), y (1, 1), z1 and a1 (n1, 1), z2, a2 and loss (1, 1),
    W1 (n1, n0), b1 (n1, 1), W2 (1, n1), b2 (1, 1)

    Returns a dict with the gradients under the keys W1, b1, W2, b2, each of the shape of its
    parameter.
    """
    x, y, a1, a2 = [fprop_cache[key] for key in ("x", "y", "a1", "a2")]

    # TODO: output layer
    dW2 = None
    db2 = None

    # TODO: hidden layer
    dW1 = None
    db1 = None

    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


if __name__ == "__main__":
    # A small network to try it on: python student.py. The handout shows the right numbers.
    params = {
        "W1": np.array([[0.5, -1.0], [1.5, 0.5], [-0.5, 1.0]]),
        "b1": np.array([[0.5], [-0.5], [0.25]]),
        "W2": np.array([[1.0, -2.0, 0.5]]),
        "b2": np.array([[0.5]]),
    }
    x = np.array([[1.0], [0.5]])
    y = np.array([[1.0]])
    np.set_printoptions(precision=4, suppress=True)
    for name, value in bprop(fprop(x, y, params)).items():
        print(f"{name} =\n{value}")
