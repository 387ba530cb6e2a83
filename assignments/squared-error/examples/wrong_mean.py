# expected: gradients: dW2 wrong, db2 wrong, dW1 wrong, db1 wrong
# mistake: mean-instead-of-sum
"""The gradients are averaged over the batch although the loss is a plain sum; the step is right."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[0]
    A1, A2 = cache["A1"], cache["A2"]

    delta2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = A1.T @ delta2 / m
    db2 = delta2.sum(axis=0, keepdims=True) / m

    delta1 = (delta2 @ parameters["W2"].T) * A1 * (1 - A1)
    dW1 = X.T @ delta1 / m
    db1 = delta1.sum(axis=0, keepdims=True) / m

    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def update_parameters(parameters, grads, learning_rate):
    return {name: parameters[name] - learning_rate * grads["d" + name] for name in parameters}
