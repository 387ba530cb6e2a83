# expected: all correct
"""The usual solution: forward fills one dict, backward reads it, both in the same names."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def fprop(x, y, params):
    W1, b1, W2, b2 = [params[key] for key in ("W1", "b1", "W2", "b2")]
    z1 = np.dot(W1, x) + b1
    a1 = sigmoid(z1)
    z2 = np.dot(W2, a1) + b2
    a2 = sigmoid(z2)
    loss = -(y * np.log(a2) + (1 - y) * np.log(1 - a2))
    cache = {"x": x, "y": y, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": loss}
    cache.update(params)
    return cache


def bprop(fprop_cache):
    x, y, a1, a2 = [fprop_cache[key] for key in ("x", "y", "a1", "a2")]
    dz2 = a2 - y
    dW2 = np.dot(dz2, a1.T)
    db2 = dz2
    dz1 = np.dot(fprop_cache["W2"].T, dz2) * a1 * (1 - a1)
    dW1 = np.dot(dz1, x.T)
    db1 = dz1
    return {"b1": db1, "W1": dW1, "b2": db2, "W2": dW2}
