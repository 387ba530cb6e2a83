# l-model-backward: each kind of layer has its own function, and that of the hidden ones is wrong
import numpy as np


def through_sigmoid(error, z):
    a = 1 / (1 + np.exp(-z))
    return error * a * (1 - a)


def through_relu(error, z):
    return error * z  # <--


def through_layer(error, cache, kind):
    (inputs, weights, _), z = cache
    if kind == "relu":
        delta = through_relu(error, z)
    else:
        delta = through_sigmoid(error, z)
    dW = delta @ inputs.T / z.shape[1]
    db = delta.mean(axis=1, keepdims=True)
    below = weights.T @ delta
    return below, dW, db


def L_model_backward(AL, Y, caches):
    depth = len(caches)
    grads = {}
    error = (AL - Y) / (AL * (1 - AL))
    error, grads[f"dW{depth}"], grads[f"db{depth}"] = through_layer(error, caches[-1], "sigmoid")
    for n in range(depth - 1, 0, -1):
        error, grads[f"dW{n}"], grads[f"db{n}"] = through_layer(error, caches[n - 1], "relu")
    return grads
