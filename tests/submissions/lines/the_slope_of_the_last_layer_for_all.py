# l-model-backward: the function is right for the last layer, and called for every layer.
import numpy as np


def through_sigmoid(upstream, pre):
    s = 1 / (1 + np.exp(-pre))
    return upstream * s * (1 - s)


def L_model_backward(AL, Y, caches):
    grads = {}
    upstream = (1 - Y) / (1 - AL) - Y / AL
    for number in range(len(caches), 0, -1):
        (below, W, b), pre = caches[number - 1]
        delta = through_sigmoid(upstream, pre)  # <--
        grads["dW" + str(number)] = delta @ below.T / below.shape[1]
        grads["db" + str(number)] = delta.mean(axis=1, keepdims=True)
        upstream = W.T @ delta
    return grads
