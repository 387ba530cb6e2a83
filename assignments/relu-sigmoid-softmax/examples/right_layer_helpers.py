# expected: all correct
"""Right, with one helper for each activation and one loop, as for a network of any depth."""

import numpy as np


def softmax_with_labels(A, Y):
    return (A - Y) / Y.shape[1]


def sigmoid_backward(dA, Z):
    s = 1 / (1 + np.exp(-Z))
    return dA * s * (1 - s)


def relu_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


def backward_propagation(parameters, cache, X, Y):
    slopes = {2: sigmoid_backward, 1: relu_backward}
    dZ = softmax_with_labels(cache["A3"], Y)
    grads = {}
    for layer in (3, 2, 1):
        grads[f"dW{layer}"] = dZ @ cache[f"A{layer - 1}"].T
        grads[f"db{layer}"] = dZ.sum(axis=1, keepdims=True)
        if layer > 1:
            dA = parameters[f"W{layer}"].T @ dZ
            dZ = slopes[layer - 1](dA, cache[f"Z{layer - 1}"])
    return grads
