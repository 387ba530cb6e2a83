# expected: all correct
"""Right, with what dropout multiplied by as one factor, and a loop over the two hidden layers."""

import numpy as np


def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    hidden = {1: cache[0:5], 2: cache[5:10]}
    _, A3, W3, _ = cache[10:]
    delta = (A3 - Y) / Y.size
    grads = {"dW3": delta @ hidden[2][2].T, "db3": delta.sum(axis=1, keepdims=True)}
    W_above = W3
    for layer in (2, 1):
        Z, D, _, W, _ = hidden[layer]
        delta = (W_above.T @ delta) * (D / keep_prob) * (Z > 0)
        below = hidden[layer - 1][2] if layer > 1 else X
        grads[f"dW{layer}"] = delta @ below.T
        grads[f"db{layer}"] = delta.sum(axis=1, keepdims=True)
        W_above = W
    return grads
