# expected: all correct
"""Right, with keys dW1 instead of W1, outer products, and a plain number for the one output."""

import numpy as np


def bprop(cache):
    error = float(cache["a2"].item() - cache["y"].item())
    hidden = error * cache["W2"].ravel() * cache["a1"].ravel() * (1 - cache["a1"].ravel())
    return {
        "dW2": error * cache["a1"].T,
        "db2": error,
        "dW1": np.outer(hidden, cache["x"]),
        "db1": hidden.reshape(-1, 1),
    }
