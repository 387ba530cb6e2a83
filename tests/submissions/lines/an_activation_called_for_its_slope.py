# shallow-tanh: the function is right, and another one should be called
import numpy as np


def tanh(z):
    return 1 - 2 / (np.exp(2 * z) + 1)


def backward_propagation(parameters, cache, X, Y):
    top = cache["A2"] - Y
    low = (parameters["W2"].T @ top) * tanh(cache["Z1"])  # <--
    grads = {"dW2": top @ cache["A1"].T / X.shape[1], "dW1": low @ X.T / X.shape[1]}
    grads["db2"] = top.mean(axis=1, keepdims=True)
    grads["db1"] = low.mean(axis=1, keepdims=True)
    return grads
