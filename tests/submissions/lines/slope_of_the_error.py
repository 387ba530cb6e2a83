# squared-error: the rule for the slope is given the error, which stands in a line of its own.
import numpy as np


def backward_propagation(parameters, cache, X, Y):
    h1, h2 = cache["A1"], cache["A2"]
    dh2 = h2 - Y
    dz2 = dh2 * (1 - dh2)  # <--
    dz1 = dz2.dot(parameters["W2"].T) * h1 * (1 - h1)
    return {
        "dW2": h1.T.dot(dz2),
        "db2": np.sum(dz2, axis=0, keepdims=True),
        "dW1": X.T.dot(dz1),
        "db1": np.sum(dz1, axis=0, keepdims=True),
    }
