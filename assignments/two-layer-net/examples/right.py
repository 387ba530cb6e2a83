# expected: all correct
"""The usual solution: take 1 off at the class of each example, then the chain rule in rows."""

import numpy as np


def backward(X, y, parameters, cache):
    m = X.shape[0]

    dscores = cache["A2"].copy()
    dscores[np.arange(m), y] -= 1
    dscores /= m

    grads = {}
    grads["dW2"] = np.dot(cache["A1"].T, dscores)
    grads["db2"] = np.sum(dscores, axis=0)

    dhidden = np.dot(dscores, parameters["W2"].T)
    dhidden[cache["A1"] <= 0] = 0
    grads["dW1"] = np.dot(X.T, dhidden)
    grads["db1"] = np.sum(dhidden, axis=0)
    return grads
