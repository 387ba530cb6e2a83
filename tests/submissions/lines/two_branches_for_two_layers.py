# deep-relu: two branches for two layers
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    L = len(parameters) // 2
    grads = {}
    for l in range(L, 0, -1):
        if l == L:
            dZ = cache["A" + str(l)] - Y
        else:
            dZ = np.dot(parameters["W" + str(l + 1)].T, dZ)  # <--
        grads["dW" + str(l)] = np.dot(dZ, cache["A" + str(l - 1)].T) / m
        grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
    return grads
