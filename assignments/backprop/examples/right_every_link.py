# expected: all correct
"""Right, with dA and dZ of every layer among the answers; what is not asked for does no harm."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    L = sum(name.startswith("W") for name in parameters)
    m = Y.shape[1]
    A = {layer: cache[f"A{layer}"] for layer in range(1, L + 1)}
    A[0] = X

    grads = {}
    grads[f"dA{L}"] = (-Y / A[L] + (1 - Y) / (1 - A[L])) / m
    grads[f"dZ{L}"] = grads[f"dA{L}"] * A[L] * (1 - A[L])
    for layer in reversed(range(1, L)):
        grads[f"dA{layer}"] = parameters[f"W{layer + 1}"].T @ grads[f"dZ{layer + 1}"]
        grads[f"dZ{layer}"] = grads[f"dA{layer}"] * (1 - A[layer] * A[layer])

    for layer in range(1, L + 1):
        grads[f"dW{layer}"] = grads[f"dZ{layer}"] @ A[layer - 1].T
        grads[f"db{layer}"] = grads[f"dZ{layer}"].sum(axis=1, keepdims=True)
    return grads
