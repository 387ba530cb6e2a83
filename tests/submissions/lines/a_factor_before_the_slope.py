# squared-error: the half of the loss is forgotten in the error
import numpy as np


def backward(parameters, cache, X, Y):
    low, top = cache["A1"], cache["A2"]
    error = 2 * (top - Y)  # <--
    delta = error * top * (1 - top)
    below = delta @ parameters["W2"].T * low * (1 - low)
    grads = {"dW2": low.T @ delta, "dW1": X.T @ below}
    grads["db2"] = delta.sum(axis=0, keepdims=True)
    grads["db1"] = below.sum(axis=0, keepdims=True)
    return grads
