# shallow-tanh: entry of the returned dict
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dz2 = cache["A2"] - Y
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    return {
        "dW2": dz2 @ cache["A1"].T / m,
        "db2": dz2.sum(axis=1, keepdims=True) / m,
        "dW1": dz1 @ X.T,  # <--
        "db1": dz1.sum(axis=1, keepdims=True) / m,
    }
