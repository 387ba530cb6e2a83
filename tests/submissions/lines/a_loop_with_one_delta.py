# backprop: a loop with one delta
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    grads = {}
    L = len(parameters) // 2
    dZ = cache["A" + str(L)] - Y
    for l in reversed(range(1, L + 1)):
        A_prev = X if l == 1 else cache["A" + str(l - 1)]
        grads["dW" + str(l)] = np.dot(dZ, A_prev.T) / m
        grads["db" + str(l)] = np.sum(dZ, axis=0, keepdims=True).T[:1] / m  # <--
        if l > 1:
            dA = np.dot(parameters["W" + str(l)].T, dZ)
            dZ = dA * (1 - A_prev ** 2)
    return grads
