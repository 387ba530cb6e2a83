# expected: all correct
"""Right, with lists instead of numbered names, and the mask taken from the activations."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    depth = len(parameters) // 2
    weights = [parameters["W%d" % k] for k in range(1, depth + 1)]
    activations = [X] + [cache["A%d" % k] for k in range(1, depth + 1)]

    A = activations.pop()
    dA = (1 - Y) / (1 - A) - Y / A
    delta = dA * A * (1 - A)

    dWs, dbs = [], []
    while weights:
        below = activations.pop()
        dWs.insert(0, np.einsum("ji,ki->jk", delta, below) / X.shape[1])
        dbs.insert(0, np.mean(delta, axis=1)[:, None])
        delta = np.einsum("jk,ji->ki", weights.pop(), delta) * np.sign(np.maximum(below, 0))

    grads = {}
    for k in range(depth):
        grads["dW%d" % (k + 1)] = dWs[k]
        grads["db%d" % (k + 1)] = dbs[k]
    return grads
