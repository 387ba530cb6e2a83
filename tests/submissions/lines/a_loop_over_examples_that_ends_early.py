# shallow-tanh: a loop over examples that ends early
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dW1, db1 = np.zeros_like(parameters["W1"]), np.zeros_like(parameters["b1"])
    dz2 = cache["A2"] - Y
    dW2, db2 = dz2 @ cache["A1"].T / m, dz2.sum(axis=1, keepdims=True) / m
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    for i in range(m - 1):
        dW1 += dz1[:, [i]] @ X[:, [i]].T / m
        db1 += dz1[:, [i]] / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
