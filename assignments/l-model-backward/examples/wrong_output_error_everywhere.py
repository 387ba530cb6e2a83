# expected: dW4 wrong, db4 wrong, dW3 wrong, db3 wrong, dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: prop-output-dA-everywhere
"""Every hidden layer starts from dAL again: what the layer above handed down is never used."""

import numpy as np


def linear_backward(dZ, linear_cache):
    A_prev, W, b = linear_cache
    m = A_prev.shape[1]
    return np.dot(W.T, dZ), np.dot(dZ, A_prev.T) / m, np.sum(dZ, axis=1, keepdims=True) / m


def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)

    dAL = (1 - Y) / (1 - AL) - Y / AL
    dZ = dAL * AL * (1 - AL)
    grads[f"dA{L - 1}"], grads[f"dW{L}"], grads[f"db{L}"] = linear_backward(dZ, caches[L - 1][0])

    for layer in range(L - 1, 0, -1):
        linear_cache, Z = caches[layer - 1]
        dZ = dAL * (Z > 0)
        grads[f"dA{layer - 1}"], grads[f"dW{layer}"], grads[f"db{layer}"] = linear_backward(
            dZ, linear_cache
        )

    return grads
