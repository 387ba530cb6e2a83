# deep-relu: Python multiplies first.
import numpy as np


def backward_propagation(parameters, cache, X, Y):
    depth, count, grads = len(parameters) // 2, X.shape[1], {}
    delta = cache[f"A{depth}"] - Y
    for k in range(depth, 0, -1):
        grads[f"dW{k}"] = delta @ cache[f"A{k - 1}"].T / count
        grads[f"db{k}"] = delta.sum(axis=1, keepdims=True) / count
        if k > 1:
            delta = (parameters[f"W{k}"].T @ delta) * cache[f"Z{k - 1}"] > 0  # <--
    return grads
