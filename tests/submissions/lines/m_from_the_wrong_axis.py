# shallow-tanh: m from the wrong axis
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[0]  # <--
    dz2 = cache["A2"] - Y
    dw2 = dz2 @ cache["A1"].T / m
    db2 = dz2.sum(axis=1, keepdims=True) / m
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    dw1 = dz1 @ X.T / m
    db1 = dz1.sum(axis=1, keepdims=True) / m
    return {"dW1": dw1, "db1": db1, "dW2": dw2, "db2": db2}
