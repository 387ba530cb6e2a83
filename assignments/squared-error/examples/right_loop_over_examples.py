# expected: all correct
"""Right, one example at a time, with flat biases (a note); the step changes in place."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    dW1 = np.zeros_like(parameters["W1"])
    dW2 = np.zeros_like(parameters["W2"])
    db1 = np.zeros(parameters["b1"].size)
    db2 = np.zeros(parameters["b2"].size)

    for x, a1, a2, y in zip(X, cache["A1"], cache["A2"], Y):
        delta2 = (a2 - y) * a2 * (1 - a2)
        delta1 = (parameters["W2"] @ delta2) * a1 * (1 - a1)
        dW2 += np.outer(a1, delta2)
        db2 += delta2
        dW1 += np.outer(x, delta1)
        db1 += delta1

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def update_parameters(parameters, grads, learning_rate):
    for name in parameters:
        parameters[name] -= learning_rate * grads["d" + name]
    return parameters
