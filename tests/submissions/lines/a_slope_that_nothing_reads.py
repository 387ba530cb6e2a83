# shallow-tanh: the slope is multiplied into a delta that no gradient is made from
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    n = X.shape[1]
    grads = {}
    grads["dZ2"] = cache["A2"] - Y
    grads["dW2"] = np.matmul(grads["dZ2"], cache["A1"].T) / n
    grads["db2"] = np.mean(grads["dZ2"], axis=1, keepdims=True)
    grads["dA1"] = np.matmul(parameters["W2"].T, grads["dZ2"])
    grads["dZ1"] = np.multiply(grads["dA1"], 1 - np.square(cache["A1"]))
    grads["dW1"] = np.matmul(grads["dA1"], X.T) / n  # <--
    grads["db1"] = np.mean(grads["dA1"], axis=1, keepdims=True)
    return grads
