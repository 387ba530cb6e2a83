# shallow-tanh: the slope in a name of its own
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    slope = 1 - cache["A1"]
    dz2 = cache["A2"] - Y
    dz1 = parameters["W2"].T @ dz2 * slope
    return {"dW2": dz2 @ cache["A1"].T / m, "db2": dz2.sum(axis=1, keepdims=True) / m,
            "dW1": dz1 @ X.T / m, "db1": dz1.sum(axis=1, keepdims=True) / m}
