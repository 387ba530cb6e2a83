# expected: all wrong
# mistake: divided-by-wrong-size
"""m is read from the wrong axis: the number of units that feed the layer, not of examples."""

import numpy as np


def linear_backward(dZ, linear_cache):
    A_prev, W, b = linear_cache
    m = A_prev.shape[0]
    return np.dot(W.T, dZ), np.dot(dZ, A_prev.T) / m, np.sum(dZ, axis=1, keepdims=True) / m


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
