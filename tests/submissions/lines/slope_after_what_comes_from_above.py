# shallow-tanh: slope after what comes from above
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    grads = {}
    delta2 = A2 - Y
    grads["dW2"] = np.dot(delta2, A1.T) / m
    grads["db2"] = np.sum(delta2, axis=1, keepdims=True) / m
    dA1 = np.dot(parameters["W2"].T, delta2)
    delta1 = dA1 * (1 - A1)  # <--
    grads["dW1"] = np.dot(delta1, X.T) / m
    grads["db1"] = np.sum(delta1, axis=1, keepdims=True) / m
    return grads
