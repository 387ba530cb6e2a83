# shallow-tanh: no names at all
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    return {
        "dW2": (Y - cache["A2"]) @ cache["A1"].T / m,
        "db2": (Y - cache["A2"]).sum(axis=1, keepdims=True) / m,
        "dW1": (parameters["W2"].T @ (Y - cache["A2"]) * (1 - cache["A1"] ** 2)) @ X.T / m,
        "db1": (parameters["W2"].T @ (Y - cache["A2"]) * (1 - cache["A1"] ** 2)).sum(
            axis=1, keepdims=True) / m,
    }
