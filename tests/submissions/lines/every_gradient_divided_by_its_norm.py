# shallow-sigmoid: the division stands in a loop through the keys, which is not followed.
import numpy as np


def backward_propagation(parameters, cache, X, Y):
    top = (cache["A2"] - Y) / Y.shape[1]
    low = (parameters["W2"].T @ top) * cache["A1"] * (1 - cache["A1"])
    grads = {"dW1": low @ X.T, "dW2": top @ cache["A1"].T}
    grads["db1"] = low.sum(axis=1, keepdims=True)
    grads["db2"] = top.sum(axis=1, keepdims=True)
    for name in list(grads):
        grads[name] = grads[name] / np.sqrt((grads[name] ** 2).sum())
    return grads
