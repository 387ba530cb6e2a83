# l-model-backward: each statement of the helper is right; the word in a call is not. No line.
import numpy as np


def through_sigmoid(error, z):
    s = 1 / (1 + np.exp(-z))
    delta = error * s * (1 - s)
    return delta


def through_relu(error, z):
    return error * (z > 0)


def through_weights(delta, cache):
    inputs, weights, _ = cache
    dW = delta @ inputs.T / delta.shape[1]
    db = delta.mean(axis=1, keepdims=True)
    below = weights.T @ delta
    return below, dW, db


def through_layer(error, cache, kind):
    linear, z = cache
    if kind == "relu":
        delta = through_relu(error, z)
        below, dW, db = through_weights(delta, linear)
    else:
        delta = through_sigmoid(error, z)
        below, dW, db = through_weights(delta, linear)
    return below, dW, db


def L_model_backward(AL, Y, caches):
    top = len(caches)
    grads = {}
    error = (AL - Y) / (AL * (1 - AL))
    grads["dA" + str(top - 1)], grads["dW" + str(top)], grads["db" + str(top)] = through_layer(
        error, caches[-1], "sigmoid"
    )
    for n in reversed(range(top - 1)):
        below, dW, db = through_layer(grads["dA" + str(n + 1)], caches[n], "sigmoid")
        grads["dA" + str(n)] = below
        grads["dW" + str(n + 1)] = dW
        grads["db" + str(n + 1)] = db
    return grads
