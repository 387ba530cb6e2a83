# expected: all correct
"""Right, with all gradients first and then a step that changes the arrays themselves."""

import numpy as np


def gradient_descent(Y, weights, cache, alpha, L):
    grads = {}
    delta = (cache["A" + str(L)] - Y) / Y.shape[1]
    for i in range(L, 0, -1):
        if i < L:
            activation = cache["A" + str(i)]
            delta = weights["W" + str(i + 1)].T @ delta * (1 - activation * activation)
        grads["W" + str(i)] = delta @ cache["A" + str(i - 1)].T
        grads["b" + str(i)] = np.sum(delta, axis=1, keepdims=True)
    for name, grad in grads.items():
        weights[name] -= alpha * grad
