# squared-error: rows
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]
    d2 = (A2 - Y) * A2 * (1 - A2)
    d1 = d2.dot(parameters["W2"].T) * A1 * (1 + A1)  # <--
    return {"dW1": X.T.dot(d1), "db1": d1.sum(axis=0, keepdims=True),
            "dW2": A1.T.dot(d2), "db2": d2.sum(axis=0, keepdims=True)}
