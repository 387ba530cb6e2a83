# expected: all correct
"""Right, though it empties the list of caches and works in the arrays that it was given."""

import numpy as np


def L_model_backward(AL, Y, caches):
    grads = {}
    error = AL
    error -= Y
    while caches:
        layer = len(caches)
        (A_prev, W, b), _ = caches.pop()
        grads["dW" + str(layer)] = np.einsum("ji,ki->jk", error, A_prev) / error.shape[1]
        grads["db" + str(layer)] = np.mean(error, axis=1, keepdims=True)
        if caches:
            on = caches[-1][1] > 0
            error = np.einsum("jk,ji->ki", W, error)
            error *= on
    return grads
