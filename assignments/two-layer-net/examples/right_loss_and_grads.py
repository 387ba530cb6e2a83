# expected: all correct
"""Right, with the loss and a dict under the parameters' own names, one example at a time."""

import numpy as np


def backward(X, y, parameters, cache):
    grads = {name: np.zeros_like(value) for name, value in parameters.items()}
    loss = 0.0
    for x, label, hidden, probabilities in zip(X, y, cache["A1"], cache["A2"], strict=True):
        loss -= np.log(probabilities[label]) / len(y)
        error = probabilities / len(y)
        error[label] -= 1 / len(y)
        blame = np.where(hidden > 0, parameters["W2"] @ error, 0)
        grads["W2"] += np.outer(hidden, error)
        grads["b2"] += error
        grads["W1"] += np.outer(x, blame)
        grads["b1"] += blame
    return loss, grads
