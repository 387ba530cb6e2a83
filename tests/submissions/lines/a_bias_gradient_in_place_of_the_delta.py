# shallow-tanh: db2 goes on where the error of the output belongs
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    n = X.shape[1]
    err = cache["A2"] - Y
    g_b2 = err.mean(axis=1, keepdims=True)
    g_w2 = err @ cache["A1"].T / n
    back = np.multiply(parameters["W2"].T @ g_b2, 1 - np.square(cache["A1"]))  # <--
    return {
        "dW2": g_w2, "db2": g_b2,
        "dW1": back @ X.T / n, "db1": back.mean(axis=1, keepdims=True),
    }  # fmt: skip
