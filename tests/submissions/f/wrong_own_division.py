# Family F: averaged twice.
# wrong: *
import numpy as np

def average(array, axis=1):
    return np.mean(array, axis=axis, keepdims=True)

def backward_propagation(X, Y, parameters, cache):
    m = X.shape[1]
    dZ2 = (cache["A2"] - Y) / m
    dZ1 = parameters["W2"].T.dot(dZ2) * (1 - cache["A1"] ** 2)
    return {"dW1": dZ1.dot(X.T) / m, "db1": average(dZ1), "dW2": dZ2.dot(cache["A1"].T) / m, "db2": average(dZ2)}
