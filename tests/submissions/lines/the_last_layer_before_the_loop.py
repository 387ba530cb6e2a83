# deep-relu: the last layer before the loop
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    L = len(parameters) // 2
    grads = {}
    dz = cache[f"A{L}"] - Y
    grads[f"dW{L}"] = 1 / m * dz.dot(cache[f"A{L - 1}"].T)
    grads[f"db{L}"] = 1 / m * np.sum(dz, axis=1, keepdims=True)
    for l in range(L - 1, 0, -1):
        da = parameters[f"W{l + 1}"].T.dot(dz)
        dz = da * (cache[f"Z{l}"] < 0)  # <--
        grads[f"dW{l}"] = 1 / m * dz.dot(cache[f"A{l - 1}"].T)
        grads[f"db{l}"] = 1 / m * np.sum(dz, axis=1, keepdims=True)
    return grads
