# shallow-tanh: what is taken for the number of examples counts every entry of the input
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    total = X.shape[0] * X.shape[1]  # <--
    e2 = cache["A2"] - Y
    e1 = np.dot(parameters["W2"].T, e2) * (1 - cache["A1"] ** 2)
    return {
        "dW1": np.dot(e1, X.T) / total, "db1": np.sum(e1, axis=1, keepdims=True) / total,
        "dW2": np.dot(e2, cache["A1"].T) / total, "db2": np.sum(e2, axis=1, keepdims=True) / total,
    }  # fmt: skip
