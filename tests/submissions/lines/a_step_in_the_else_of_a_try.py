# shallow-tanh: the slope of sigmoid, in the else of a try
import numpy as np


def backward_propagation(parameters, cache, X, Y):
    try:
        number = X.shape[1]
        output_delta = cache["A2"] - Y
    except IndexError:
        raise ValueError("X must have two axes") from None
    else:
        passed = parameters["W2"].T.dot(output_delta)
        hidden_delta = passed * cache["A1"] * (1 - cache["A1"])  # <--
    answer = {}
    answer["dW2"] = output_delta.dot(cache["A1"].T) / number
    answer["db2"] = output_delta.sum(axis=1, keepdims=True) / number
    answer["dW1"] = hidden_delta.dot(X.T) / number
    answer["db1"] = hidden_delta.sum(axis=1, keepdims=True) / number
    return answer
