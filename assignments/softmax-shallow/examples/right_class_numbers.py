# expected: all correct
"""Right, with class numbers: 1 is taken off where the class of an example stands."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = Y.shape[1]
    classes = np.argmax(Y, axis=0)

    scores = cache["A2"]  # changed in place: nobody needs the probabilities any more
    scores[classes, np.arange(m)] -= 1
    scores /= m

    hidden = parameters["W2"].T @ scores
    hidden -= hidden * cache["A1"] ** 2
    return {
        "dW2": scores @ cache["A1"].T,
        "db2": scores.sum(axis=1, keepdims=True),
        "dW1": hidden @ cache["A0"].T,
        "db1": hidden.sum(axis=1, keepdims=True),
    }
