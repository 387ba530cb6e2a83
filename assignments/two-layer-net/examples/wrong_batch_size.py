# expected: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: divided-by-wrong-size
"""m is read from the wrong axis: X holds its examples in rows, so that is the number of inputs."""

import numpy as np


def backward(X, y, parameters, cache):
    m = X.shape[1]

    dscores = cache["A2"].copy()
    dscores[np.arange(X.shape[0]), y] -= 1
    dscores /= m

    dW2 = np.dot(cache["A1"].T, dscores)
    db2 = np.sum(dscores, axis=0)

    dhidden = np.dot(dscores, parameters["W2"].T)
    dhidden[cache["A1"] <= 0] = 0
    dW1 = np.dot(X.T, dhidden)
    db1 = np.sum(dhidden, axis=0)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
