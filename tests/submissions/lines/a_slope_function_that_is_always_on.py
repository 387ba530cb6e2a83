# two-layer-net: the slope is there, and its function lets everything through. No line.
import numpy as np


def on(h):
    return h >= 0


def backward(X, y, parameters, cache):
    rows = np.arange(len(y))
    top = cache["A2"].copy()
    top[rows, y] -= 1
    top = top / len(y)
    low = top @ parameters["W2"].T * on(cache["A1"])
    grads = {"W2": cache["A1"].T @ top, "b2": top.sum(axis=0)}
    grads["W1"] = X.T @ low
    grads["b1"] = low.sum(axis=0)
    return grads
