# expected: db2 wrong shape
# expected: db1 follow-through
# mistake: db-wrong-axis
"""The bias gradients are summed over the units and keep the examples; the axes are confused."""

import numpy as np


def backward(X, y, parameters, cache):
    m = X.shape[0]

    dscores = cache["A2"].copy()
    dscores[np.arange(m), y] -= 1
    dscores /= m

    dW2 = np.dot(cache["A1"].T, dscores)
    db2 = np.sum(dscores, axis=1)

    dhidden = np.dot(dscores, parameters["W2"].T)
    dhidden[cache["A1"] <= 0] = 0
    dW1 = np.dot(X.T, dhidden)
    db1 = np.sum(dhidden, axis=1)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
