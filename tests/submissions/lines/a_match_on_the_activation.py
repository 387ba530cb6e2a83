# shallow-tanh: the slope of sigmoid, in a case of a match
import numpy as np


def backward_propagation(parameters, cache, X, Y):
    activation = "tanh"
    match X.shape:
        case (_, count):
            upper = cache["A2"] - Y
        case _:
            raise ValueError("X must have two axes")
    passed = parameters["W2"].T.dot(upper)
    match activation:
        case "tanh":
            lower = passed * cache["A1"] * (1 - cache["A1"])  # <--
        case other:
            raise ValueError(other)
    return {
        "dW2": upper.dot(cache["A1"].T) / count,
        "db2": upper.sum(axis=1, keepdims=True) / count,
        "dW1": lower.dot(X.T) / count,
        "db1": lower.sum(axis=1, keepdims=True) / count,
    }
