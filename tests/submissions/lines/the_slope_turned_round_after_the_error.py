# squared-error: the error is right, and its slope is negative. No line.
import numpy as np


def backward(parameters, cache, X, Y):
    low, top = cache["A1"], cache["A2"]
    error = top - Y
    delta = error * top * (top - 1)
    below = delta @ parameters["W2"].T * low * (1 - low)
    grads = {"dW2": low.T @ delta, "dW1": X.T @ below}
    grads["db2"] = delta.sum(axis=0, keepdims=True)
    grads["db1"] = below.sum(axis=0, keepdims=True)
    return grads
