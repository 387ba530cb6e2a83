# shallow-tanh: m from the wrong axis, which one gradient does without
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[0]  # <--
    dz2 = cache["A2"] - Y
    grads = {"dW2": dz2 @ cache["A1"].T / m, "db2": dz2.sum(axis=1, keepdims=True) / m}
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    grads["dW1"] = dz1 @ X.T / m
    grads["db1"] = dz1.mean(axis=1, keepdims=True)
    return grads
