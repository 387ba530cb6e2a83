# expected: all correct
"""Right, by recursion: a layer takes its share and hands the rest to the layer below."""

import numpy as np


def layer_gradients(layer, dZ, parameters, cache, grads):
    grads["dW" + str(layer)] = np.dot(dZ, cache["A" + str(layer - 1)].T)
    grads["db" + str(layer)] = dZ.sum(1, keepdims=True)
    if layer == 1:
        return grads
    dA = np.dot(parameters["W" + str(layer)].T, dZ)
    dA[cache["Z" + str(layer - 1)] <= 0] = 0
    return layer_gradients(layer - 1, dA, parameters, cache, grads)


def backward_propagation(parameters, cache, X, Y):
    layers = [int(name[1:]) for name in parameters if name.startswith("W")]
    last = max(layers)
    dZ = (cache["A" + str(last)] - Y) / Y.shape[1]
    return layer_gradients(last, dZ, parameters, cache, {})
