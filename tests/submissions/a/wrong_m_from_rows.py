# Family A, assignment shallow-sigmoid: m is read from the wrong axis.
# wrong: *
import numpy as np
from activation_functions import sigmoid


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[0]
    A1 = cache["A1"]
    A2 = sigmoid(cache["Z2"])
    dZ2 = A2 - Y
    dW2 = np.matmul(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.matmul(parameters["W2"].T, dZ2) * A1 * (1 - A1)
    dW1 = np.matmul(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
