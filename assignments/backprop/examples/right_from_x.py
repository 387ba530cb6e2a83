# expected: all correct
"""Right without the cache: everything is computed again from X, one example after the other."""

import numpy as np


def activations(parameters, x, depth):
    values = [x]
    for layer in range(1, depth + 1):
        z = parameters[f"W{layer}"] @ values[-1] + parameters[f"b{layer}"][:, 0]
        values.append(np.tanh(z) if layer < depth else 1 / (1 + np.exp(-z)))
    return values


def backward_propagation(parameters, cache, X, Y):
    depth = len(parameters) // 2
    grads = {f"d{name}": np.zeros(value.shape) for name, value in parameters.items()}

    for x, y in zip(X.T, Y.T):
        values = activations(parameters, x, depth)
        delta = values[depth] - y
        for layer in range(depth, 0, -1):
            grads[f"dW{layer}"] += np.outer(delta, values[layer - 1])
            grads[f"db{layer}"] += delta[:, np.newaxis]
            delta = (parameters[f"W{layer}"].T @ delta) * (1 - values[layer - 1] ** 2)

    for name in grads:
        grads[name] = grads[name] / X.shape[1]
    return grads
