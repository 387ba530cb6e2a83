# deep-relu: numbered deltas in a dict
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    L = len(parameters) // 2
    d = {}
    d["dZ%d" % L] = Y - cache["A%d" % L]  # <--
    for l in range(L - 1, 0, -1):
        d["dZ%d" % l] = (parameters["W%d" % (l + 1)].T @ d["dZ%d" % (l + 1)]) * (cache["Z%d" % l] > 0)
    for l in range(1, L + 1):
        d["dW%d" % l] = d["dZ%d" % l] @ cache["A%d" % (l - 1)].T / m
        d["db%d" % l] = d["dZ%d" % l].sum(axis=1, keepdims=True) / m
    return d
