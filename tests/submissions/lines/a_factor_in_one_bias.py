# shallow-tanh: a factor in one bias
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dz2 = cache["A2"] - Y
    dw2, db2 = dz2 @ cache["A1"].T / m, 2 * np.mean(dz2, axis=1, keepdims=True)  # <--
    dz1 = parameters["W2"].T @ dz2 * (1 - cache["A1"] ** 2)
    dw1, db1 = dz1 @ X.T / m, np.mean(dz1, axis=1, keepdims=True)
    return {"dW1": dw1, "db1": db1, "dW2": dw2, "db2": db2}
