# expected: gradients: db3 missing, db2 missing, db1 missing
# mistake: gradient-missing
"""The biases are left out as if they did not matter: the weights alone get gradients."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]

    dZ3 = cache["A3"] - Y
    dW3 = np.dot(dZ3, cache["A2"].T) / m

    dA2 = np.dot(parameters["W3"].T, dZ3)
    dZ2 = dA2 * cache["A2"] * (1 - cache["A2"])
    dW2 = np.dot(dZ2, cache["A1"].T) / m

    dA1 = np.dot(parameters["W2"].T, dZ2)
    dZ1 = dA1 * (cache["Z1"] > 0)
    dW1 = np.dot(dZ1, X.T) / m

    return {"dW1": dW1, "dW2": dW2, "dW3": dW3}
