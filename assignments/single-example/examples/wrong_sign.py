# expected: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: sign-flipped
"""The error is taken as y - a2, so every gradient points the other way."""

import numpy as np


def bprop(fprop_cache):
    x, y, a1, a2 = [fprop_cache[key] for key in ("x", "y", "a1", "a2")]
    dz2 = y - a2
    dW2 = np.dot(dz2, a1.T)
    db2 = dz2
    dz1 = np.dot(fprop_cache["W2"].T, dz2) * a1 * (1 - a1)
    dW1 = np.dot(dz1, x.T)
    db1 = dz1
    return {"b1": db1, "W1": dW1, "b2": db2, "W2": dW2}
