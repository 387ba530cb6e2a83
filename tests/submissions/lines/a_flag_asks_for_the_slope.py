# shallow-sigmoid: one function for the activation and, if it is asked for, the slope
import numpy as np


def squash(v, slope=False):
    if slope:
        return 1 - v  # <--
    return 1 / (1 + np.exp(-v))


def backward_propagation(parameters, cache, X, Y):
    count = X.shape[1]
    top = cache["A2"] - Y
    back = parameters["W2"].T @ top
    low = back * squash(cache["A1"], slope=True)
    grads = {"dW2": top @ cache["A1"].T / count, "dW1": low @ X.T / count}
    grads["db2"] = top.mean(axis=1, keepdims=True)
    grads["db1"] = low.mean(axis=1, keepdims=True)
    return grads
