# shallow-tanh: a name used again
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    d = cache["A2"] - Y
    grads = {"dW2": d @ cache["A1"].T / m, "db2": d.sum(axis=1, keepdims=True) / m}
    d = parameters["W2"].T @ d * (1 - cache["A1"] ** 3)  # <--
    grads.update(dW1=d @ X.T / m, db1=d.sum(axis=1, keepdims=True) / m)
    return grads
