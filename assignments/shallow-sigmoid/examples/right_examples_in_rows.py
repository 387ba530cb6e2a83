# expected: all correct
"""Right, worked out with the examples in rows inside, and turned back at the end."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    inputs, hidden = X.T, cache["A1"].T
    error = (cache["A2"] - Y).T / len(inputs)
    blame = (error @ parameters["W2"]) * hidden * (1 - hidden)
    return {
        "dW1": (inputs.T @ blame).T,
        "db1": blame.sum(axis=0)[:, np.newaxis],
        "dW2": (hidden.T @ error).T,
        "db2": error.sum(axis=0)[:, np.newaxis],
    }
