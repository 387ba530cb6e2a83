# expected: db4 wrong shape
# expected: db3 follow-through, db2 follow-through, db1 follow-through
# mistake: db-summed-over-everything
"""The bias gradient is summed over the units too: one number, right for a single unit only."""

import numpy as np


def linear_backward(dZ, linear_cache):
    A_prev, W, b = linear_cache
    m = A_prev.shape[1]
    return np.dot(W.T, dZ), np.dot(dZ, A_prev.T) / m, np.squeeze(np.sum(dZ) / m)


def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dZ = AL - Y
    for layer in range(L, 0, -1):
        dA, dW, db = linear_backward(dZ, caches[layer - 1][0])
        grads[f"dA{layer - 1}"], grads[f"dW{layer}"], grads[f"db{layer}"] = dA, dW, db
        if layer > 1:
            dZ = dA * (caches[layer - 2][1] > 0)
    return grads
