# expected: all correct
"""Right for any number of layers: the tuple is cut into groups of four, one for each layer."""

import numpy as np


def backward_propagation(X, Y, cache):
    layers = [cache[i : i + 4] for i in range(0, len(cache), 4)]
    inputs = [X] + [A for _, A, _, _ in layers]
    delta = (inputs[-1] - Y) / X.shape[1]

    grads = {}
    for number in range(len(layers), 0, -1):
        below = inputs[number - 1]
        grads["dW%d" % number] = delta @ below.T
        grads["db%d" % number] = delta.sum(axis=1, keepdims=True)
        W = layers[number - 1][2]
        delta = (W.T @ delta) * (below > 0)
    return grads
