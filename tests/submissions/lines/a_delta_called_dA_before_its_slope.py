# shallow-sigmoid: dA may be wrong, or its slope too much. No line.
import numpy as np


def backward(parameters, cache, X, Y):
    low, top = cache["A1"], cache["A2"]
    dA2 = top - Y
    delta = dA2 * top * (1 - top)
    below = parameters["W2"].T @ delta * low * (1 - low)
    grads = {"dW2": delta @ low.T / Y.shape[1], "dW1": below @ X.T / Y.shape[1]}
    grads["db2"] = delta.mean(axis=1, keepdims=True)
    grads["db1"] = below.mean(axis=1, keepdims=True)
    return grads
