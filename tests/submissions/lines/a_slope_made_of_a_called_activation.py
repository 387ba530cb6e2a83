# shallow-sigmoid: the function is the activation, and right; what is made of it is not.
import numpy as np


def squash(z):
    return 1 / (1 + np.exp(-z))


def backward_propagation(parameters, cache, X, Y):
    top = cache["A2"] - Y
    low = np.dot(parameters["W2"].T, top) * (1 - squash(cache["Z1"]))  # <--
    grads = {"dW2": top @ cache["A1"].T / Y.shape[1], "dW1": low @ X.T / Y.shape[1]}
    grads["db2"] = top.mean(axis=1, keepdims=True)
    grads["db1"] = low.mean(axis=1, keepdims=True)
    return grads
