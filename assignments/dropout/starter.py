"""Three layers with dropout. Fill in the backward pass; handout.md says what is asked."""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) of every entry."""
    return 1 / (1 + np.exp(-z))


def forward_propagation_with_dropout(X, parameters, D1, D2, keep_prob):
    """Return the cache of one forward pass, a tuple of fourteen. Nothing to do here.

    X is (n0, m): one example in each column. The masks D1 (n1, m) and D2 (n2, m) would be drawn
    at random: np.random.rand(*D1.shape) < keep_prob.
    """
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = np.maximum(0, Z1) * D1 / keep_prob
    Z2 = W2 @ A1 + b2
    A2 = np.maximum(0, Z2) * D2 / keep_prob
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    """Return the gradients of the averaged cross-entropy, with the masks as they were drawn.

    X: inputs (n0, m); Y: labels 0 or 1, (1, m)
    cache: tuple of Z1, D1, A1 (n1, m), W1 (n1, n0), b1 (n1, 1), the same of layer 2, and of layer 3
        without a mask
    keep_prob: how likely a hidden unit was kept, a number

    Returns a dict with dW1, db1, dW2, db2, dW3, db3, each of the shape of its parameter.
    """
    m = X.shape[1]  # number of examples
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache

    # TODO: output layer (sigmoid, no dropout)
    dW3 = None
    db3 = None

    # TODO: second layer (ReLU, dropout)
    dW2 = None
    db2 = None

    # TODO: first layer (ReLU, dropout)
    dW1 = None
    db1 = None

    return {"dW3": dW3, "db3": db3, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}


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
    Y = np.array([[1.0, 0.0, 1.0, 0.0]])
    D1 = np.array([[1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 1.0]])
    D2 = np.array([[1.0, 1.0, 1.0, 0.0], [1.0, 0.0, 1.0, 1.0]])
    np.set_printoptions(precision=4, suppress=True)
    cache = forward_propagation_with_dropout(X, parameters, D1, D2, keep_prob=0.75)
    grads = backward_propagation_with_dropout(X, Y, cache, keep_prob=0.75)
    for name in ("dW3", "db3", "dW2", "db2", "dW1", "db1"):
        print(f"{name} =\n{grads[name]}")
