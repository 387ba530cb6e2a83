# expected: all correct
"""Right, with labels made one-hot first and the gradients returned as a tuple."""

import numpy as np


def one_hot(y, classes):
    return np.eye(classes)[y]


def backward(X, y, parameters, cache):
    m = y.size
    dZ2 = cache["A2"] - one_hot(y, cache["A2"].shape[1])
    dW2 = 1 / m * cache["A1"].T.dot(dZ2)
    db2 = 1 / m * np.sum(dZ2, 0)
    dZ1 = dZ2.dot(parameters["W2"].T) * (cache["Z1"] > 0)
    dW1 = 1 / m * X.T.dot(dZ1)
    db1 = 1 / m * np.sum(dZ1, 0)
    return dW1, db1, dW2, db2
