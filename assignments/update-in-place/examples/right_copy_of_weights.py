# expected: all correct
"""Right, with a copy of the old weights to go back through, and the new ones returned as well."""

import numpy as np


def gradient_descent(Y, weights, cache, alpha, L):
    m = Y.shape[1]
    old = weights.copy()
    for layer in reversed(range(1, L + 1)):
        if layer == L:
            dz = cache["A%d" % L] - Y
        else:
            da = np.dot(old["W%d" % (layer + 1)].T, dz)
            dz = da - da * cache["A%d" % layer] ** 2
        dw = np.dot(dz, cache["A%d" % (layer - 1)].T) / m
        db = np.mean(dz, axis=1, keepdims=True)
        weights["W%d" % layer] = old["W%d" % layer] - alpha * dw
        weights["b%d" % layer] = old["b%d" % layer] - alpha * db
    return weights
