"""A deep network with a list of caches. Fill in L_model_backward; handout.md says what is asked."""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) of every entry."""
    return 1 / (1 + np.exp(-z))


def L_model_forward(X, parameters):
    """Return AL and the list of caches of one forward pass. Nothing to do here.

    X is (n0, m): one example in each column.
    """
    depth = len(parameters) // 2
    caches = []
    A = X
    for layer in range(1, depth + 1):
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        Z = W @ A + b
        caches.append(((A, W, b), Z))
        A = np.maximum(0, Z) if layer < depth else sigmoid(Z)
    return A, caches


def L_model_backward(AL, Y, caches):
    """Return the gradients of the averaged cross-entropy, for a network of any depth L.

    AL: the output (1, m); Y: labels 0 or 1, (1, m)
    caches: list with ((A_prev, W, b), Z) of every layer, caches[0] of layer 1

    Returns a dict with dW1, db1 ... dWL, dbL, each of the shape of its parameter.
    """
    m = AL.shape[1]  # number of examples
    depth = len(caches)  # number of layers L
    grads = {}

    for layer in range(depth, 0, -1):  # from the last layer down to the first
        (A_prev, W, b), Z = caches[layer - 1]
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
    Y = np.array([[0.0, 1.0, 0.0, 1.0]])
    np.set_printoptions(precision=4, suppress=True)
    AL, caches = L_model_forward(X, parameters)
    grads = L_model_backward(AL, Y, caches)
    for name in ("dW3", "db3", "dW2", "db2", "dW1", "db1"):
        print(f"{name} =\n{grads[name]}")
