# shallow-sigmoid: the error needs no slope with this loss
import numpy as np


def backward(parameters, cache, X, Y):
    low, top = cache["A1"], cache["A2"]
    error = top - Y
    delta = error * top * (1 - top)  # <--
    below = parameters["W2"].T @ delta * low * (1 - low)
    grads = {"dW2": delta @ low.T / Y.shape[1], "dW1": below @ X.T / Y.shape[1]}
    grads["db2"] = delta.mean(axis=1, keepdims=True)
    grads["db1"] = below.mean(axis=1, keepdims=True)
    return grads
