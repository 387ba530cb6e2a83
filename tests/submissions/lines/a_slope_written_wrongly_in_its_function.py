# shallow-tanh: the statement that uses the slope is right, and the slope is not.
import numpy as np


def tanh_slope(z):
    a = np.tanh(z)
    return 1 + a * a  # <--


def backward_propagation(parameters, cache, X, Y):
    top = cache["A2"] - Y
    low = np.dot(parameters["W2"].T, top) * tanh_slope(cache["Z1"])
    grads = {"dW2": top @ cache["A1"].T / Y.shape[1], "dW1": low @ X.T / Y.shape[1]}
    grads["db2"] = top.mean(axis=1, keepdims=True)
    grads["db1"] = low.mean(axis=1, keepdims=True)
    return grads
