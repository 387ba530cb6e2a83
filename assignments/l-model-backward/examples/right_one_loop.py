# expected: all correct
"""Right, in one loop without helpers: AL - Y to start, and the mean taken out at once."""

import numpy as np


def L_model_backward(AL, Y, caches):
    grads = {}
    dZ = (AL - Y) / Y.size
    for layer in range(len(caches), 0, -1):
        (A_prev, W, b), Z = caches[layer - 1]
        grads[f"dW{layer}"] = dZ @ A_prev.T
        grads[f"db{layer}"] = dZ.sum(axis=1).reshape(b.shape)
        dZ = np.where(A_prev > 0, W.T @ dZ, 0.0)  # of no use any more below layer 1
    return grads
