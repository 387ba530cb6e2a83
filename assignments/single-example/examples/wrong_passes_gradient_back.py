# expected: dW1 wrong, db1 wrong
# mistake: prop-uses-dW
"""The error goes back through dW2, the gradient, instead of W2, the weights."""

import numpy as np


def bprop(fprop_cache):
    x, y, a1, a2 = [fprop_cache[key] for key in ("x", "y", "a1", "a2")]
    dz2 = a2 - y
    dW2 = np.dot(dz2, a1.T)
    db2 = dz2
    dz1 = np.dot(dW2.T, dz2) * a1 * (1 - a1)
    dW1 = np.dot(dz1, x.T)
    db1 = dz1
    return {"b1": db1, "W1": dW1, "b2": db2, "W2": dW2}
