# shallow-tanh: the weights take their step between the two layers.
import numpy as np


def backward_propagation(parameters, cache, X, Y):
    n = Y.shape[1]
    V = parameters["W2"]
    rate = 0.2
    above = cache["A2"] - Y
    dW2 = above @ cache["A1"].T / n
    db2 = above.mean(axis=1, keepdims=True)
    W2 = V
    W2 = W2 - rate * dW2  # <--
    below = (W2.T @ above) * (1 - cache["A1"] ** 2)
    dW1 = below @ X.T / n
    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": below.mean(axis=1, keepdims=True)}
