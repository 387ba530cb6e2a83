# softmax-shallow: the slope below a delta that begins as zeros and is filled in a loop
import numpy as np


def backward_propagation(parameters, cache, X, Y):
    hidden, out = cache["A1"], cache["A2"]
    top = np.zeros_like(out)
    for true in range(len(out)):
        for row in range(len(out)):
            top[row] += Y[true] * (out[row] - (true == row))
    low = (parameters["W2"].T @ top) * (1 - hidden) ** 2  # <--
    step = 1 / Y.shape[1]
    return {
        "dW1": step * low @ X.T,
        "db1": step * low.sum(axis=1, keepdims=True),
        "dW2": step * top @ hidden.T,
        "db2": step * top.sum(axis=1, keepdims=True),
    }
